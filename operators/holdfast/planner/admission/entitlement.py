"""What a tenant holds at one instant may not exceed what it is entitled to, in chips per accelerator type.

It is exact with any number of planners. A commit is preceded by its entries in the ledgers, and a ledger of an older
epoch is written by nobody once a planner has written all of them (`unfenced` in the snapshot): from then on whatever
another planner may still commit lies in these ledgers as an attempt, and attempts count here like promises. So does
what a ledger says is committed, as long as the watch has not told of its promise object.
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.assignment.demand import Span
from holdfast.planner.admission.case import Case
from holdfast.planner.state.board import Board
from holdfast.planner.state.holdings import Holder, held
from holdfast.planner.state.ledger import EntryState, Form, Promise, PromiseState
from holdfast.planner.state.pool_calendar import Attempt
from holdfast.planner.state.profile import Profile
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Pool, Tenant


def slices_allowed(case: Case, start: int, end: int) -> int:
    """How many slices of this case's shape its tenant may still hold over all of [start, end), or in every interval.

    Of several intervals one that asks for less than what is left does not bound the others.
    """
    if not case.parts:
        return _allowed(case, start, end)
    left = {part: _allowed(case, max(part.start, case.now), part.end) for part in case.parts}
    return min((left[part] for part in left if left[part] < part.count), default=case.count)


def _allowed(case: Case, start: int, end: int) -> int:
    return max(0, chips_left(case).least(start, end) // max(1, case.chips))


def chips_left(case: Case) -> Profile:
    """How many chips of the type asked for its tenant may still hold, at every instant; below zero is too many."""
    if case.tenant is None or case.hardware is None:
        return Profile.of()
    asked = (case.tenant.name, case.hardware.name, case.reservation.uid)
    known = case.board.chips_left
    if asked not in known:
        known[asked] = _chips_left(case, case.tenant, case.hardware.name)
    return known[asked]


def _chips_left(case: Case, tenant: Tenant, accelerator: str) -> Profile:
    """The contract less what is held, about to be promised, or may still be committed; but not less the ask's own.

    What this turn ends or changes counts as it was too, until its write has been seen: it may be refused as stale.
    """
    board, holder = case.board, (tenant.name, accelerator)
    left = board.holdings.of(*holder).below(tenant.chips.get(accelerator, 0))
    own = board.promise(case.reservation.uid)
    gains = held(own, board.snapshot.pools) if own is not None and _counts(own, holder) else ()
    losses = [*board.taken(*holder), *_attempts(case, *holder)]
    return left.with_changes(gains=gains, losses=losses) if gains or losses else left


def _counts(promise: Promise, holder: Holder) -> bool:
    """Whether a promise is among what a tenant holds of a type."""
    return promise.state is PromiseState.COMMITTED and (promise.tenant, promise.accelerator) == holder


def _attempts(case: Case, tenant: str, accelerator: str) -> Iterator[Span]:
    """Chips that attempts of other turns would hold if they were committed after all, or hold already."""
    for pool, (uid, entry, form) in _in_doubt(case.board, accelerator):
        if entry.tenant != tenant or uid == case.reservation.uid or _decided_now(case.board, uid, form):
            continue
        clearing = form.clearing if form.parts else pool.clearing
        for part in form.needs():
            yield Span(part.start, part.end - clearing, part.count * pool.chips_per_unit)


def _in_doubt(board: Board, accelerator: str) -> Iterator[tuple[Pool, Attempt]]:
    """What lies in the ledgers of a type and may be in force, or is, and no promise object that was read says so."""
    for name, pool in board.snapshot.pools.items():
        if pool.accelerator != accelerator:
            continue
        sheet = board.sheets.get(name)
        found = _left_alone(board, pool) if sheet is None else _looked_at(board, sheet)
        for one in found:
            yield pool, one


def _looked_at(board: Board, sheet: Sheet) -> Iterator[Attempt]:
    """Its attempts, and what is committed by its ledger and by no promise object that was read."""
    yield from sheet.worked_out().attempts
    for uid in board.ahead & sheet.entries.keys() if board.ahead else ():
        entry = sheet.entries[uid]
        if entry.state is EntryState.COMMITTED:
            yield uid, entry, entry.form


def _left_alone(board: Board, pool: Pool) -> Iterator[Attempt]:
    """All that is not void: nothing settles it, and its ledger may be ahead of the promise objects."""
    for uid, entry in pool.ledger.entries.items():
        promise = board.promise(uid)
        for form in entry.forms if entry.state is not EntryState.RELEASING else ():
            if promise is None or (not promise.in_force(form) and form.round >= promise.round):
                yield uid, entry, form


def _decided_now(board: Board, uid: str, form: Form) -> bool:
    """Whether a form is this turn's own, whose promise counts already."""
    return uid in board.writes and board.writes[uid].promise.in_force(form)
