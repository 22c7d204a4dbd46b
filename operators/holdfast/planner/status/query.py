"""The answer to a query as it is told: once, since a query that stands answered is not asked again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from holdfast.api.query import OfferDocument, QueryStatus
from holdfast.api.reasons import Reason
from holdfast.api.reservation_status import PromisedPool
from holdfast.planner.state.snapshot import Query, Snapshot
from holdfast.planner.state.steps import Hold, Offer, QueryAnswer
from holdfast.planner.status.conditions import conditions
from holdfast.planner.status.holding import hold_words
from holdfast.planner.status.readiness import Readiness
from holdfast.planner.status.untold import Untold, worded

UNTOLD = QueryAnswer(
    hold=Hold(Reason.FROZEN, "the answer cannot be told; a platform engineer reads the operator's log")
)
"""Told in its place: a query without an answer would be planned again in every turn."""


@dataclass(frozen=True, slots=True)
class QueryStatusWrite:
    """An answer to write."""

    query: Query
    status: QueryStatus


def query_statuses(
    snapshot: Snapshot, answers: Mapping[str, QueryAnswer], untold: Untold | None = None
) -> Iterator[QueryStatusWrite]:
    """A status for every answer of this turn, in order of uid; into `untold` goes which of them cannot be told."""
    for uid in sorted(answers):
        query = snapshot.queries[uid]
        tried = (
            worded(untold, f"query {query.ask.label}", partial(_status, snapshot.now, query, answer))
            for answer in (answers[uid], UNTOLD)
        )
        if (status := next((one for one in tried if one is not None), None)) is not None:
            yield QueryStatusWrite(query, status)


def _status(now: int, query: Query, answer: QueryAnswer) -> QueryStatus:
    hold, generation = answer.hold, query.ask.generation
    said = (
        Readiness("True", Reason.OFFERED, "")
        if hold is None
        else Readiness("True", hold.reason, hold.message)
    )
    return QueryStatus(
        observed_generation=generation,
        answered_at=now,
        conditions=conditions(now, generation, (), [("Ready", said)]),
        offers=tuple(_offer(one) for one in answer.offers),
        hold=None if hold is None else hold_words(hold),
    )


def _offer(offer: Offer) -> OfferDocument:
    pools = tuple(PromisedPool(name=name, count=count) for name, count in sorted(offer.pools.items()))
    return OfferDocument(
        start=offer.start, end=offer.end, count=offer.count, datacenters=offer.datacenters, pools=pools
    )
