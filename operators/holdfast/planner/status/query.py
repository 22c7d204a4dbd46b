"""The answer to a query as it is told: once, since a query that stands answered is not asked again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from holdfast.api.query import OfferDocument, QueryStatus
from holdfast.api.reasons import Reason
from holdfast.api.reservation_status import PromisedPool
from holdfast.planner.state.snapshot import Query, Snapshot
from holdfast.planner.state.steps import Offer, QueryAnswer
from holdfast.planner.status.conditions import conditions
from holdfast.planner.status.holding import hold_words
from holdfast.planner.status.readiness import Readiness


@dataclass(frozen=True, slots=True)
class QueryStatusWrite:
    """An answer to write."""

    query: Query
    status: QueryStatus


def query_statuses(snapshot: Snapshot, answers: Mapping[str, QueryAnswer]) -> Iterator[QueryStatusWrite]:
    """A status for every answer of this turn, in order of uid."""
    for uid in sorted(answers):
        query = snapshot.queries[uid]
        yield QueryStatusWrite(query, _status(snapshot.now, query, answers[uid]))


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
