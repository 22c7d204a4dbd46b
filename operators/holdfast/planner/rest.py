"""A hub that was restored from a backup rests until a person lets it sell again: it plans words, and no step.

What was promised or granted after the backup is known to the sites alone. So nothing is promised, bound, swapped,
released or handed back, and no deletion is proven, while any pool carries the mark: what stands is kept as it is, and
whoever asks is told to wait. The mark is on the pools, whose version every commit rests on; it is taken off by
`holdfast resume`, after the sites were compared with the ledgers (docs/backup.md).
"""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.api.reasons import Reason
from holdfast.planner.state.ledger import PromiseState
from holdfast.planner.state.news import known_of, news_of
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.recall import Recall
from holdfast.planner.state.snapshot import Pool, Reservation, Snapshot
from holdfast.planner.state.steps import Hold, QueryAnswer

RESTORED = Hold(
    Reason.HUB_RESTORED,
    "the hub was restored from a backup and promises nothing new until a platform engineer has compared it with the "
    "sites (holdfast resume); what was promised is kept",
)


def rests(pools: Mapping[str, Pool]) -> bool:
    """Whether these are the pools of a restored hub that nobody has let sell again; one of them is enough."""
    return any(pool.restored for pool in pools.values())


def at_rest(snapshot: Snapshot, recall: Recall) -> Plan:
    """The plan of a hub at rest. What is remembered stays as old as it is: the first turn afterwards sees all."""
    asks = snapshot.reservations.values()
    waiting = [query.ask.uid for query in snapshot.queries.values() if query.answered_at is None]
    return Plan(
        holds={ask.uid: RESTORED for ask in asks if _waits(snapshot, ask)},
        answers=dict.fromkeys(waiting, QueryAnswer(hold=RESTORED)),
        news=news_of(snapshot, known_of(snapshot), recall),
        recall=recall,
    )


def _waits(snapshot: Snapshot, ask: Reservation) -> bool:
    """Whether it asks for more than stands: it has no promise, or was changed since."""
    promise = snapshot.promises.get(ask.uid)
    if promise is None or promise.state is PromiseState.NONE:
        return True
    return promise.state is PromiseState.COMMITTED and promise.generation < ask.generation
