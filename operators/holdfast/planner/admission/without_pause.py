"""An interval that is cut short by a change: its units stay until the next one, if they could not be clean before it.

So it is between two intervals that were asked for from the start (`stepped.form_of`): units that would be cleaned
while they are due serve nobody, neither their tenant nor another. Nothing is asked of the calendar for it: what is in
force is cut now, and would have kept its units from everybody else until the next one has begun.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from holdfast.api.intervals import MAX_INTERVALS
from holdfast.planner.state.calendar import leaves
from holdfast.planner.state.ledger import Entry, Form, Part
from holdfast.planner.state.sheet import Sheet


def without_pause(sheet: Sheet, uid: str, entry: Entry, form: Form) -> Form:
    """The changed form of an entry, in which what is in hand and not asked for now goes on into the next interval.

    It is due since it was given, as all that runs is: a planner whose clock is a second behind would take it. Where
    more intervals than a ledger takes would come of it, the form stays as it is: units that cannot be clean in time are
    late then, which is told.
    """
    running = entry.form.running(sheet.now)
    if not running or not entry.begun(sheet.now):
        return form
    since, until = max(part.start for part in running), min(part.end for part in running)
    spare = min(entry.form.due(sheet.now), len(sheet.active(uid))) - form.due(sheet.now)
    found: list[Part] = []
    for part in form.parts:
        soon = sheet.now < part.start < min(sheet.now + form.clearing, until)
        staying = (
            min(part.count, max(spare, 0)) if soon and _last(sheet, uid, part.end + form.clearing) else 0
        )
        spare -= staying
        found += _some(replace(part, start=since, count=staying), replace(part, count=part.count - staying))
    return replace(form, parts=tuple(sorted(found, key=_order))) if len(found) <= MAX_INTERVALS else form


def _last(sheet: Sheet, uid: str, end: int) -> bool:
    """Whether all that is in hand works, and is there for all of an interval: what is not is given back for another."""
    return all(sheet.works(name) and _lasts(sheet, name, end) for name in sheet.active(uid))


def _lasts(sheet: Sheet, name: str, end: int) -> bool:
    unit = sheet.pool.units[name]
    return not unit.retiring and leaves(unit, sheet.pool) >= end and not sheet.out(name, sheet.now, end)


def _some(*parts: Part) -> Iterable[Part]:
    return (part for part in parts if part.count)


def _order(part: Part) -> tuple[int, int]:
    return part.start, part.end
