"""Every reservation leaves its turn with a promise, an attempt or a hold; never with silence (queue.py: whose turn).

no promise yet            rules → calendar → attempt: entries Prepared, promise object to be Committed
promise, same generation  nothing to do; one that minCount let be smaller than asked gets more when more is free
promise, newer generation an amendment: what is in force stays until the new form is committed
promise ahead of the ask  the ask as it was read is over; it is answered once the newer one is read

What is decided is decided before anything is written down, so that a reservation on which this code fails is held
alone: the others get their answers, and the fault is told to a person.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from holdfast.api.reasons import Reason
from holdfast.hardware.instants import text_of
from holdfast.planner.admission.amendments import ends_now, grown, lowered
from holdfast.planner.admission.attempt import attempt
from holdfast.planner.admission.case import Case, case_of
from holdfast.planner.admission.diagnosis import hold_for
from holdfast.planner.admission.effort import HALF, Effort
from holdfast.planner.admission.placement import Placement, place
from holdfast.planner.admission.queue import due, note, put_off
from holdfast.planner.admission.relaxations import eased
from holdfast.planner.admission.rules import first_hold
from holdfast.planner.admission.windows import windows
from holdfast.planner.state.board import Board
from holdfast.planner.state.fairness import tenant_of
from holdfast.planner.state.faults import worded
from holdfast.planner.state.ledger import Promise
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


REFUSED = Hold(
    Reason.FROZEN,
    "the API server refuses what is planned for this reservation, or the planner fails on it; it stays as it is and is "
    "tried again by itself; a platform engineer reads the operator's log",
)


Answer = Placement | Hold | Ending | None


def admit(board: Board) -> None:
    """Answer every reservation whose turn it is, the oldest first; the answers of all others stand.

    A tenant whose asks have taken half as many looks at units as one may is answered on in the next turn: so that what
    somebody asks for, however often, keeps nobody else waiting for longer than a few seconds.
    """
    for uid in sorted(uid for uid in board.frozen if uid in board.snapshot.reservations):
        board.holds[uid] = REFUSED if board.left_alone(uid) else FROZEN
    taken: Counter[str] = Counter()
    for reservation in due(board):
        tenant = tenant_of(reservation)
        if taken[tenant] < HALF:
            taken[tenant] += _answer(board, reservation)
        else:
            put_off(board, reservation)


def _answer(board: Board, reservation: Reservation) -> int:
    """Decide, then write down; a fault in deciding stays with the one reservation that caused it. Returns its looks."""
    effort = Effort()
    try:
        case = replace(case_of(board, reservation), effort=effort)
        answer = _decision(case)
    except Exception as fault:
        board.freeze(reservation.uid, f"planning {reservation.label} fails with {worded(fault)}; report it")
        board.holds[reservation.uid] = FAULTY
        return effort.taken
    board.at = (reservation.uid,)
    _play(case, answer)
    return effort.taken


def _decision(case: Case) -> Answer:
    """What becomes of one reservation; None where nothing is asked for that is not in force or answered already."""
    promise = case.board.promise(case.reservation.uid)
    if promise is not None and (promise.ending or promise.generation > case.reservation.generation):
        return None
    if case.kept is None:
        return _asked(case)
    if case.kept.generation == case.reservation.generation:
        return grown(case, case.kept)
    if case.kept.moving is not None:
        return None  # what moves comes to its end first, a turn or two (`whole_slices`)
    if ends_now(case, case.kept):
        return Ending(replace(case.kept, generation=case.reservation.generation))
    return lowered(case) or _asked(case)


def _play(case: Case, answer: Answer) -> None:
    match answer:
        case Placement():
            attempt(case, answer)
        case Ending():
            start_release(case.board, answer.kept, Reason.AMENDED)
        case Hold():
            note(case.board, case.reservation, _with_history(case, answer))
        case None:
            note(case.board, case.reservation, None)


def _with_history(case: Case, hold: Hold) -> Hold:
    """One who replaced a reservation instead of changing it reads what the deletion gave up."""
    before = case.predecessor
    if before is None:
        return hold
    slices = f"{before.slices} slice" + ("" if before.slices == 1 else "s")
    gone = (
        f"the reservation deleted under this name gave up its promise of {slices} until {text_of(before.end)}"
    )
    return hold.followed_by(f"{gone}; change a reservation instead of replacing it")


def _asked(case: Case) -> Placement | Hold:
    """Ask the rules, then the calendar."""
    hold = first_hold(case)
    if hold is not None:
        return eased(case, hold)
    placement = next((p for w in windows(case) if (p := place(case, *w)) is not None), None)
    return placement or hold_for(case)
