"""What one ask may cost where names decide: so many looks at units, and then it is answered by what was found.

Counting is cheap and never given up. Whether named units serve a form is another matter: everything that stands in a
pool is laid out over its units anew, and a ramp, or a window that may begin at a thousand instants, asks that of every
pool again and again. One such ask kept a planner busy for minutes, and every other tenant waiting.

A plan has no clock, so looks are counted and not seconds: the same snapshot gives the same plan on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.planner.state.ledger import Form
from holdfast.planner.state.sheet import Sheet

MOST_LOOKS = 24_000_000
"""A look is one demand held against one unit: some 0.1 µs. An ask of one window in forty pools of 144 units with a
hundred entries each takes a fifth of it where names decide in every one of them, the largest that was found a half."""
HALF = MOST_LOOKS // 2
"""So many more to find out why the answer is no; and a tenant whose asks have taken so many is answered on in the next
turn."""


@dataclass(slots=True)
class Effort:
    """The looks that one ask has taken so far in this turn, and may take."""

    taken: int = 0
    most: int = MOST_LOOKS

    @property
    def over(self) -> bool:
        """Whether nothing more is looked for."""
        return self.taken >= self.most

    def allows(self, looks: int) -> bool:
        """Whether so many more looks may be taken; they are, if so. One trial more than is left ends it."""
        allowed = not self.over
        self.taken += looks if allowed else 0
        return allowed

    def renew(self) -> bool:
        """Half as much again, to find out why the answer is no; whether all was taken until now."""
        over, self.most = self.over, self.taken + HALF
        return over


def looks_of(sheet: Sheet, form: Form) -> int:
    """What it costs to ask a pool by names: all that stands in it and the form's own parts, each against all units."""
    standing = len(sheet.entries) + sheet.worked_out().parts
    return len(sheet.pool.units) * (standing + len(form.parts) + 1)
