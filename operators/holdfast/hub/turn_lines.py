"""What a turn has done about each reservation, a line each, with the reservation's uid: for logs and traces. Pure.

    planned      an attempt lies in the ledgers of its pools
    committed    the promise object says so: it is promised
    bound        units are granted
    releasing    the promise ends, and why
    released     every unit is back; what is left is a record

Only what was written is told; an agent's lines of the same uid go on from there (`opened`, `closed`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from holdfast.hub.loop import Turn
from holdfast.planner.state.ledger import EntryState, PromiseState
from holdfast.planner.state.steps import LedgerWrite, PromiseWrite

_DONE = {
    PromiseState.COMMITTED: "committed",
    PromiseState.RELEASING: "releasing",
    PromiseState.RELEASED: "released",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was done about one reservation."""

    event: str
    reservation_uid: str
    words: dict[str, Any]


def lines_of(turn: Turn) -> Iterator[Line]:
    """In the order in which it was written."""
    written = [one for one in turn.plan.ledgers if one.pool in turn.outcome.written]
    for ledger in written:
        yield from _planned(turn, ledger)
        yield from _bound(turn, ledger)
    for swap in turn.plan.promises:
        if swap.promise.uid in turn.outcome.committed and swap.promise.state in _DONE:
            yield _said(swap)


def _planned(turn: Turn, write: LedgerWrite) -> Iterator[Line]:
    before = turn.snapshot.pools[write.pool].ledger.entries
    for uid, entry in sorted(write.ledger.entries.items()):
        if entry.state is EntryState.PREPARED and uid not in before:
            words = {"reservation": entry.reservation, "pool": write.pool, "units": entry.form.count}
            yield Line("planned", uid, {**words, "attempt": entry.form.attempt})


def _bound(turn: Turn, write: LedgerWrite) -> Iterator[Line]:
    before, entries = turn.snapshot.pools[write.pool].ledger.grants, write.ledger.entries
    given: dict[str, dict[str, int]] = {}
    for unit, grant in sorted(write.ledger.grants.items()):
        if grant.promise is not None and unit not in before:
            given.setdefault(grant.promise, {})[unit] = grant.number
    for uid, units in sorted(given.items()):
        yield Line(
            "bound", uid, {"reservation": entries[uid].reservation, "pool": write.pool, "grants": units}
        )


def _said(swap: PromiseWrite) -> Line:
    promise = swap.promise
    words = {"reservation": promise.label, "round": promise.round, "pools": dict(promise.pools)}
    why = {"cause": promise.cause} if promise.cause else {}
    return Line(_DONE[promise.state], promise.uid, {**words, **why})
