"""Every reservation leaves every turn with a promise, an attempt or a hold; never with silence.

no promise yet            rules → calendar → attempt: entries Prepared, promise object to be Committed
promise, same generation  nothing to do; one that minCount let be smaller than asked gets more when more is free
promise, newer generation an amendment: what is in force stays until the new form is committed

What is decided is decided before anything is written down, so that a reservation on which this code fails is held
alone: the others get their answers, and the fault is told to a person.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass, replace

from holdfast.api.reasons import Reason
from holdfast.planner.admission.case import Case, case_of
from holdfast.planner.admission.diagnosis import hold_for
from holdfast.planner.admission.placement import Placement, place
from holdfast.planner.admission.rules import first_hold
from holdfast.planner.admission.windows import windows
from holdfast.planner.state.board import Board, Sheet
from holdfast.planner.state.calendar import with_clearing
from holdfast.planner.state.ledger import Entry, EntryState, Form, Promise, PromiseState
from holdfast.planner.state.snapshot import Reservation
from holdfast.planner.state.steps import Hold
from holdfast.planner.upkeep.handback import start_release

FROZEN = Hold(
    Reason.FROZEN, "ledger and promise object contradict each other; a platform engineer runs holdfast audit"
)
FAULTY = Hold(
    Reason.FROZEN, "the planner fails on this reservation; a platform engineer reads the operator's log"
)


@dataclass(frozen=True, slots=True)
class Ending:
    """The answer to a tenant who has shortened what is in force so far that it is over."""

    kept: Promise


Answer = Placement | Hold | Ending | None


def admit(board: Board) -> None:
    """Answer every reservation, the oldest first."""
    for reservation in sorted(
        board.snapshot.reservations.values(), key=lambda r: (r.created, r.label, r.uid)
    ):
        if reservation.uid in board.frozen:
            board.holds[reservation.uid] = FROZEN
        elif reservation.uid not in board.writes:
            _answer(board, reservation)


def _answer(board: Board, reservation: Reservation) -> None:
    """Decide, then write down; a fault in deciding stays with the one reservation that caused it."""
    try:
        case = case_of(board, reservation)
        answer = _decision(case)
    except Exception as fault:
        at = traceback.extract_tb(fault.__traceback__)[-1]
        why = f"{type(fault).__name__}: {fault} in {at.name}, line {at.lineno}"
        board.freeze(reservation.uid, f"planning {reservation.label} fails with {why}; report it")
        board.holds[reservation.uid] = FAULTY
        return
    _play(case, answer)


def _decision(case: Case) -> Answer:
    """What becomes of one reservation; None where what is in force is what is asked for."""
    promise = case.board.promise(case.reservation.uid)
    if promise is not None and promise.ending:
        return None
    if case.kept is None:
        return _asked(case)
    if case.kept.generation >= case.reservation.generation:
        return _grown(case, case.kept)
    if _ends_now(case, case.kept):
        return Ending(replace(case.kept, generation=case.reservation.generation))
    return _lowered(case) or _asked(case)


def _play(case: Case, answer: Answer) -> None:
    match answer:
        case Placement():
            _attempt(case.board, case, answer)
        case Ending():
            start_release(case.board, answer.kept, "Amended")
        case Hold():
            case.board.holds[case.reservation.uid] = answer


def _asked(case: Case) -> Placement | Hold:
    """Ask the rules, then the calendar."""
    hold = first_hold(case)
    if hold is not None:
        return hold
    placement = next((p for w in windows(case) if (p := place(case, *w)) is not None), None)
    return placement or hold_for(case)


def _grown(case: Case, kept: Promise) -> Placement | None:
    """More slices over the same window for one who accepted fewer than asked; not once notice of its end is given."""
    if kept.slices >= case.reservation.count or _noticed(case) or first_hold(case) is not None:
        return None
    if next(windows(case), None) != (kept.start, kept.end):
        return None
    placement = place(case, kept.start, kept.end)
    return placement if placement is not None and placement.total > kept.slices else None


def _noticed(case: Case) -> bool:
    entries = (sheet.entries.get(case.reservation.uid) for sheet in case.board.sheets.values())
    return any(entry is not None and entry.notice for entry in entries)


def _ends_now(case: Case, kept: Promise) -> bool:
    """Whether the tenant has only given back, and so far that what is in force is over.

    One who also asks for more keeps what is in force: the shorter end is part of a form that was never promised.
    """
    window = case.reservation.window
    end = kept.start + window.duration if window.duration is not None else window.end
    return end is not None and end <= case.now and case.reservation.count <= kept.slices


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
