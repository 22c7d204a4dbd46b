"""Which free units a promise is given: those that the assignment of all that stands means for it.

Where units differ, all promises can be kept because of who lies where; whoever is given another unit may take the one
on which somebody else's promise rests. Example: cube-0 leaves at 20, cube-1 stays; promised are 5–9, 7–11 and 10–40.
All can be kept with 5–9 on cube-1, and not with 5–9 on cube-0, although it leaves first. Not simpler, as what leaves
first yet outlasts the window: of 1,500 random lives of a pool of two to five units, with cancellations, 130 came to be
short of what had been promised; chosen so, none did.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from holdfast.assignment.assigned import served
from holdfast.assignment.demand import Span
from holdfast.assignment.laid import fitting
from holdfast.planner.state.sheet import Sheet


@dataclass(slots=True)
class Chooser:
    """Chooses in one pool for one promise after the other; what is chosen must be granted before it is asked again.

    `leaving` are units that are to be given back by those who have them, and to be given to nobody. The assignment is
    worked out once: what is granted as it says leaves it true.
    """

    sheet: Sheet
    leaving: Collection[str] = ()
    _meant: dict[str, list[str]] | None = field(default=None, init=False)

    def of(self, uid: str, span: Span, missing: int) -> Sequence[str]:
        """Free units for the whole span, as many as are missing and there are; fewer where one is free next turn."""
        free = free_units(self.sheet, span)
        if self.sheet.worked_out().counting_decides(0, 0):
            return free[:missing]
        meant = self._meant_for(uid)
        wanted = [name for name in meant if name in free or _just_freed(self.sheet, name)][:missing]
        others = [name for name in free if name not in meant][: missing - len(wanted)]
        if others:
            self.forget()
        return [*(name for name in wanted if name in free), *others]

    def soon(self, uid: str) -> int:
        """How many of the units that are meant for it are free in the next turn."""
        return sum(_just_freed(self.sheet, name) for name in (self._meant or {}).get(uid, ()))

    def forget(self) -> None:
        """Somebody was given what was meant for nobody, or for another: what is meant is worked out anew."""
        self._meant = None

    def _meant_for(self, uid: str) -> list[str]:
        if self._meant is None:
            self._meant = _meant(self.sheet, self.leaving)
        return self._meant.get(uid, [])


def _meant(sheet: Sheet, leaving: Collection[str]) -> dict[str, list[str]]:
    """By reservation uid the units it is to be given now beside those in its hands, what lasts longest in front."""
    standing = [demand.without(leaving) for demand in sheet.standing()]
    units = {name: each for name, each in sheet.units().items() if name not in leaving}
    given = zip(standing, served(units, standing).given(), strict=True)
    running = [(demand, names) for demand, names in given if demand.span.start <= sheet.now]
    found: dict[str, list[str]] = {}
    for demand, names in sorted(running, key=lambda one: -one[0].span.end):
        found.setdefault(demand.owner, []).extend(names)
    return found


def free_units(sheet: Sheet, span: Span) -> list[str]:
    """Units that can be given out now for a whole span, those that leave first in front.

    A unit freed in this very turn is written free first: one write never shows it changing hands.
    """
    able = fitting(sheet.units(), span)
    held = sheet.grants.keys() | sheet.as_read.grants.keys()
    return [name for name in able if name not in held and sheet.pool.units[name].sound]


def _just_freed(sheet: Sheet, name: str) -> bool:
    """Whether it came back in this very turn, so that it can be given in the next."""
    return name in sheet.as_read.grants and name not in sheet.grants and sheet.pool.units[name].sound
