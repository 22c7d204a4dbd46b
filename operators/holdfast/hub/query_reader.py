"""From documents to the planner's queries: what is asked is read as a reservation would be."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from holdfast.api.query import AvailabilityQuery
from holdfast.api.reservation import CapacityReservation
from holdfast.hub.remembered import Remembered
from holdfast.hub.snapshot_reader import UNLABELLED, HubDocuments, reservation_of
from holdfast.planner.state.snapshot import AnswerKind, Query


def queries_of(hub: HubDocuments, known: Remembered | None = None) -> dict[str, Query]:
    """The queries by uid; one that is being deleted needs no answer any more."""
    known = known or Remembered()
    found: dict[str, Query] = {}
    for one in hub.queries:
        if one.metadata.deletion_timestamp is None:
            uid, labels = one.metadata.uid or "", hub.namespaces.get(one.metadata.namespace or "", UNLABELLED)
            found[uid] = known.of((AvailabilityQuery, uid), (one, labels), partial(query_of, one, labels))
    return found


def query_of(document: AvailabilityQuery, labels: Mapping[str, str]) -> Query:
    """A query with its tenant, who is known only by the namespace's immutable label."""
    spec, status = document.spec, document.status
    ask = CapacityReservation(metadata=document.metadata, spec=spec.reservation)
    return Query(
        ask=reservation_of(ask, labels),
        kind=AnswerKind(spec.answer),
        offers=spec.max_offers,
        keep=spec.ttl_seconds_after_answered,
        answered_at=status.answered_at if status is not None else None,
    )
