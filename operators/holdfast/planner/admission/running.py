"""What runs of a reservation, in slices by pool: it stays where it is, whatever is asked for beside it."""

from __future__ import annotations

from holdfast.planner.admission.case import Case
from holdfast.planner.state.ledger import Promise
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.upkeep.leaving import runs, whole_slices


def running(case: Case) -> dict[str, int]:
    """All that is in force of a window that has begun; of several intervals those that are due now."""
    kept = case.kept if case.begun else None
    if kept is None:
        return {}
    if kept.intervals:
        return running_on(case)
    return {name: units // case.units for name, units in kept.pools.items()}


def running_on(case: Case) -> dict[str, int]:
    """The slices that run and are asked for later on, too: they stay, over any pause.

    Those of pools that take nothing new are among them: where a site is silent, what it runs is not moved either.
    """
    kept, sheets = case.kept if case.begun else None, case.board.sheets
    if kept is None:
        return {}
    known = {name: sheets[name] for name in kept.pools if name in sheets}
    return {name: _running_in(case, known.get(name), held // case.units) for name, held in kept.pools.items()}


def _running_in(case: Case, sheet: Sheet | None, held: int) -> int:
    """The same in one pool: all that it holds where its ledger is left alone."""
    if sheet is not None and not case.serves(sheet):
        return 0
    due = held if sheet is None else sheet.entries[case.reservation.uid].form.due(case.now) // case.units
    return min(due, case.count)


def whole(case: Case) -> dict[str, int]:
    """Of what runs the slices that lack nothing, by pool; none where the site is silent."""
    kept, sheets = case.kept if case.begun else None, case.board.sheets
    if kept is None:
        return {}
    return {name: _whole_in(sheets[name], kept) for name in kept.pools if name in sheets}


def _whole_in(sheet: Sheet, kept: Promise) -> int:
    """By what is told of slices; where nothing is, so many as its working units make up."""
    if not sheet.pool.reachable:
        return 0
    held = sheet.active(kept.uid)
    told = whole_slices(sheet, held, kept.units_per_slice).values()
    if told:
        return sum(all(runs(sheet, name) for name in slice_) for slice_ in told)
    return sum(runs(sheet, name) for name in held) // kept.units_per_slice
