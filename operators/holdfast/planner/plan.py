"""The recipe of one turn: `plan(snapshot, recall)` says what to write, and nothing else happens here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from holdfast.planner.admission.admit import admit
from holdfast.planner.admission.whole_slices import move_slices
from holdfast.planner.availability.answers import answered, expired, next_expiry
from holdfast.planner.memory import remembered, wake_at
from holdfast.planner.rest import at_rest, rests
from holdfast.planner.state.board import Board
from holdfast.planner.state.faults import worded
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.recall import Recall
from holdfast.planner.state.snapshot import Snapshot
from holdfast.planner.state.steps import QueryAnswer
from holdfast.planner.upkeep.binding import bind
from holdfast.planner.upkeep.handback import end_promises, hand_back, retire_records
from holdfast.planner.upkeep.health import judge
from holdfast.planner.upkeep.maintenance import maintain
from holdfast.planner.upkeep.opening import open_together
from holdfast.planner.upkeep.repair import repair
from holdfast.planner.upkeep.settle import settle
from holdfast.planner.wake import sooner

NOTHING = Recall()
RECIPE: tuple[Callable[[Board], None], ...] = (
    settle,  # 1  entries follow what their promise objects say
    end_promises,  # 2  windows that are over and reservations that are gone start their release
    hand_back,  # 3  clean units become free, empty entries leave, promises become records
    judge,  # 4  trouble of units is timed, and judged once it has lasted
    repair,  # 5  failed units get a spare, then leave
    bind,  # 6  windows that have opened get concrete units
    open_together,  # 7  parts of one promise that wait for one another open once all of them can
    maintain,  # 8  maintenance takes its units out of the calendar, or is told whom it would touch
    move_slices,  # 9  a slice that its pool cannot make whole moves to another one
    admit,  # 10  every other reservation gets an attempt or a hold
    retire_records,  # 11  records past their keeping are deleted
)


def plan(snapshot: Snapshot, recall: Recall = NOTHING) -> Plan:
    """Decide one turn. The same snapshot gives the same plan, whatever the order of its maps.

    `recall` is what the last turn left: with it a turn looks only at what is new or due, and decides the same.
    A ledger written by a later planner (a higher epoch) means that this one has been replaced: its whole turn
    is dropped. A restored hub that nobody has let sell again rests: its plan has words, and no step.

    Where the planner fails in the turn of one pool or promise, everything is planned anew with that one left alone, as
    if the API server had refused it: so nothing is half done, a pool that is left alone gives nothing to anybody, and
    all others are served. A fault in nobody's turn may be what was remembered, so all is planned once more without it;
    if it fails then, too, it is raised.
    """
    if any(pool.ledger.epoch > snapshot.epoch for pool in snapshot.pools.values()):
        return Plan(superseded=True)
    if rests(snapshot.pools):
        return at_rest(snapshot, recall)
    faults, met, forgot = dict[str, str](), set[str](), ""
    while True:
        board = Board(_without(snapshot, faults), NOTHING if forgot else recall)
        try:
            return replace(_played(board), faults=faults, forgot=forgot)
        except Exception as fault:
            whose = board.to_blame(met)
            if whose is not None:
                met.update(board.at[:1])
                faults[whose] = f"planning for it fails with {worded(fault)}; report it"
            elif forgot:
                raise
            else:
                forgot = worded(fault)


def _without(snapshot: Snapshot, faults: Mapping[str, str]) -> Snapshot:
    """The picture in which some more are left alone."""
    return replace(snapshot, refused={**snapshot.refused, **faults}) if faults else snapshot


def _played(board: Board) -> Plan:
    """Every step of the recipe, and then queries are answered, as many as reservations have left of the budget."""
    for step in RECIPE:
        board.at = ()
        step(board)
    board.at = ()
    return _made(board, answered(board))


def _made(board: Board, answers: Mapping[str, QueryAnswer]) -> Plan:
    """Everything decided, as data."""
    ledgers = board.ledger_writes()
    left = remembered(board, ledgers)
    return Plan(
        ledgers=ledgers,
        promises=board.promise_writes(),
        deletes=tuple(board.deletes),
        holds=board.holds,
        frozen=board.frozen,
        wake_at=sooner(wake_at(left), next_expiry(board.snapshot)),
        decided=board.decided,
        unfinished=board.unfinished,
        answers=answers,
        expired=expired(board.snapshot),
        maintenance=board.maintenance,
        news=board.news,
        recall=left,
    )
