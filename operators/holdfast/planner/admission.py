"""Every reservation leaves every turn with a promise, an attempt or a hold; never with silence.

no promise yet            rules → calendar → attempt: entries Prepared, promise object to be Committed
promise, same generation  nothing to do
promise, newer generation an amendment: what is in force stays until the new form is committed
"""

from __future__ import annotations

from dataclasses import replace

from holdfast.api.reasons import Reason
from holdfast.planner.board import Board, Sheet
from holdfast.planner.calendar import with_clearing
from holdfast.planner.case import Case, case_of
from holdfast.planner.diagnosis import hold_for
from holdfast.planner.handback import start_release
from holdfast.planner.ledger import Entry, EntryState, Form, Promise, PromiseState
from holdfast.planner.placement import Placement, place
from holdfast.planner.rules import first_hold
from holdfast.planner.snapshot import Reservation
from holdfast.planner.steps import Hold
from holdfast.planner.windows import windows

FROZEN = Hold(
    Reason.FROZEN, "ledger and promise object contradict each other; a platform engineer runs holdfast audit"
)


def admit(board: Board) -> None:
    """Answer every reservation, the oldest first."""
    for reservation in sorted(
        board.snapshot.reservations.values(), key=lambda r: (r.created, r.label, r.uid)
    ):
        if reservation.uid in board.frozen:
            board.holds[reservation.uid] = FROZEN
        elif reservation.uid not in board.writes and not _settled(board, reservation):
            _answer(board, case_of(board, reservation))


def _settled(board: Board, reservation: Reservation) -> bool:
    promise = board.promise(reservation.uid)
    if promise is None or promise.state is PromiseState.NONE:
        return False
    return promise.ending or promise.generation >= reservation.generation


def _answer(board: Board, case: Case) -> None:
    if case.kept is not None and _ends_now(case, case.kept):
        start_release(board, replace(case.kept, generation=case.reservation.generation), "Amended")
        return
    placement = _lowered(case)
    if placement is None:
        placement = _placed(board, case)
    if placement is not None:
        _attempt(board, case, placement)


def _placed(board: Board, case: Case) -> Placement | None:
    """Ask the rules, then the calendar; where there is no answer "yes" the hold is set down."""
    uid, hold = case.reservation.uid, first_hold(case)
    if hold is None:
        placement = next((p for w in windows(case) if (p := place(case, *w)) is not None), None)
        if placement is not None:
            return placement
    board.holds[uid] = hold or hold_for(case)
    return None


def _ends_now(case: Case, kept: Promise) -> bool:
    """Whether the tenant has shortened a window in force so far that it is over."""
    window = case.reservation.window
    end = kept.start + window.duration if window.duration is not None else window.end
    return end is not None and end <= case.now


def _lowered(case: Case) -> Placement | None:
    """An amendment that only gives back: fewer slices or a narrower window fit whatever rules and calendar say."""
    kept = case.kept
    if kept is None or case.reservation.count > kept.slices:
        return None
    start, end = next(windows(case), (kept.start, kept.end))
    inside = kept.start <= start < end <= kept.end
    if not inside or (start != kept.start and case.begun) or not _still_wanted(case, kept):
        return None
    left, slices = case.reservation.count, {}
    for name in sorted(kept.pools, key=lambda n: (-kept.pools[n], n)):
        share = min(left, kept.pools[name] // kept.units_per_slice)
        if share:
            slices[name] = share
        left -= share
    served = all(name in case.board.sheets and case.serves(case.board.sheets[name]) for name in slices)
    return Placement(start, end, slices) if served else None


def _still_wanted(case: Case, kept: Promise) -> bool:
    """Whether what is in force lies where the tenant wants it now; what has begun stays where it is."""
    pools = [case.board.snapshot.pools[name] for name in kept.pools if name in case.board.snapshot.pools]
    together = case.reservation.across_datacenters or len({pool.datacenter for pool in pools}) <= 1
    return case.begun or (together and all(case.wants(pool) for pool in pools))


def _attempt(board: Board, case: Case, placement: Placement) -> None:
    """Occupy the pools and ask for the commit; a form that changes nothing only moves the generation on."""
    kept = case.kept
    units_each = kept.units_per_slice if kept is not None else case.units
    units = {name: slices * units_each for name, slices in placement.slices.items()}
    wanted = _promise(case, placement, units)
    if kept is not None and (dict(kept.pools), kept.start, kept.end) == (
        units,
        placement.start,
        placement.end,
    ):
        board.swap(replace(kept, generation=wanted.generation, requested_slices=wanted.requested_slices))
        return
    for name, count in units.items():
        sheet = board.sheets[name]
        form = with_clearing(
            sheet.pool, wanted.attempt, count, (placement.start, placement.end), wanted.round - 1
        )
        _prepare(sheet, case, form)
    board.swap(wanted, needs=frozenset(units))


def _prepare(sheet: Sheet, case: Case, form: Form) -> None:
    uid = case.reservation.uid
    entry = sheet.entries.get(uid)
    if entry is not None:
        sheet.entries[uid] = replace(entry, next=form)
        return
    tenant = case.tenant.name if case.tenant else ""
    sheet.entries[uid] = Entry(case.reservation.label, tenant, form, EntryState.PREPARED)


def _promise(case: Case, placement: Placement, units: dict[str, int]) -> Promise:
    reservation, old = case.reservation, case.board.promise(case.reservation.uid)
    return Promise(
        uid=reservation.uid,
        state=PromiseState.COMMITTED,
        attempt=case.board.snapshot.attempt,
        round=(old.round if old else 0) + 1,
        tenant=old.tenant if old else (case.tenant.name if case.tenant else ""),
        namespace=reservation.namespace,
        reservation=reservation.name,
        generation=reservation.generation,
        accelerator=reservation.accelerator,
        topology=reservation.topology,
        slices=placement.total,
        requested_slices=reservation.count,
        units_per_slice=old.units_per_slice if old and old.slices else case.units,
        pools=units,
        start=placement.start,
        end=placement.end,
        created=old.created if old else 0,
    )
