"""A unit is given although maintenance against its very promise lies ahead: it stays through it, and is back after it.

Such a unit serves no whole window, so nobody is promised it, and it would idle until the maintenance is over: a cube
from 1 h to 10 h for an hour of work. Its holder was named, is told when it will lack it, and stands as one does whose
window had begun before (docs/maintenance.md). Only what is left when all units are given that outlast the window is
given so, those that are out for the least time in front, and only where nobody else is shorter for it: another may
need the unit until then.
"""

from __future__ import annotations

from dataclasses import replace

from holdfast.assignment.demand import Span
from holdfast.planner.state.ledger import Grant, GrantState
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.upkeep.choosing import free_units

TRIES = 8
"""So many units are tried one by one where not all together can be given; each costs an assignment of the pool."""


def between_maintenance(sheet: Sheet, uid: str, span: Span) -> list[str]:
    """Up to `span.count` units for one promise that are free now and away for maintenance against it alone."""
    left = {other: outage for other, outage in sheet.outages.items() if uid not in outage.against}
    if not span.count or len(left) == len(sheet.outages):
        return []  # so it is with nearly all
    kinder = replace(sheet, outages=left, calendar=None)
    here = [name for name in free_units(kinder, span) if not sheet.out(name, sheet.now, sheet.now + 1)]
    able = sorted(here, key=lambda name: _away(sheet, name, span))
    if not able or _harmless(sheet, uid, able[: span.count]):
        return able[: span.count]
    found: list[str] = []
    for name in able[:TRIES]:
        if len(found) < span.count and _harmless(sheet, uid, [*found, name]):
            found.append(name)
    return found


def _away(sheet: Sheet, name: str, span: Span) -> int:
    """For how many seconds of a span it is under maintenance."""
    taking = [one for one in sheet.outages.values() if one.takes(name, span.start, span.end)]
    return sum(min(one.end, span.end) - max(one.start, span.start) for one in taking)


def _harmless(sheet: Sheet, uid: str, names: list[str]) -> bool:
    """Whether nobody lacks more units once these are given."""
    given = {name: Grant(uid, 0, GrantState.ACTIVE, sheet.now) for name in names}
    short = replace(sheet, grants={**sheet.grants, **given}, calendar=None).shortages()
    was = sheet.shortages()
    return all(count <= was.get(other, 0) for other, count in short.items())
