"""What a tenant holds at one instant may not exceed what it is entitled to, in chips per accelerator type."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.planner.admission.case import Case
from holdfast.planner.state.board import Board
from holdfast.planner.state.calendar import Span, lowest
from holdfast.planner.state.ledger import Promise, PromiseState


def slices_allowed(case: Case, start: int, end: int) -> int:
    """How many slices of this case's shape its tenant may still hold over all of [start, end)."""
    if case.tenant is None or case.hardware is None:
        return 0
    held = [
        Span(promise.start, promise.end, _chips(case.board, promise))
        for promise in promises_of(case.board, case.tenant.name)
        if promise.accelerator == case.hardware.name and promise.uid != case.reservation.uid
    ]
    allowed = case.tenant.chips.get(case.hardware.name, 0)
    left = allowed + lowest((), held, start, end)
    return max(0, left // max(1, case.chips))


def _chips(board: Board, promise: Promise) -> int:
    """Chips of a promise, by the units of its pools."""
    pools = board.snapshot.pools
    return sum(count * pools[name].chips_per_unit for name, count in promise.pools.items() if name in pools)


def promises_of(board: Board, tenant: str) -> Iterator[Promise]:
    """A tenant's committed promises, those this very turn is about to commit included."""
    deciding = {uid: write.promise for uid, write in board.writes.items()}
    for promise in {**board.snapshot.promises, **deciding}.values():
        if promise.tenant == tenant and promise.state is PromiseState.COMMITTED:
            yield promise
