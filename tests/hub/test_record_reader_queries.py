"""From a query's document to the planner's question: nothing is lost, and its tenant is its namespace's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.documents import Document, document, reservation
from tests.hub.documents import BORN, UID

from holdfast.api.door import parse
from holdfast.api.query import AvailabilityQuery
from holdfast.api.reservation import CapacityReservation
from holdfast.cluster.transport.objects import by_key
from holdfast.hardware.instants import seconds_of
from holdfast.hub.record_reader import query_of, reservation_of
from holdfast.hub.snapshot_reader import HubDocuments, SnapshotReader
from holdfast.planner.state.snapshot import AnswerKind

LABELS = {"holdfast.dev/tenant": "mistral"}
META = {"namespace": "research", "uid": UID, "generation": 1, "creationTimestamp": BORN}
ASKED = reservation(
    "research", "when", minCount=1, placement={"datacenters": ["ny"], "acrossDatacenters": "Allow"}
)


def asked(status: Document | None = None, meta: Document | None = None, **spec: Any) -> AvailabilityQuery:
    whole = document(
        "AvailabilityQuery", "when", {"reservation": ASKED["spec"], **spec}, **META | (meta or {})
    )
    return parse(AvailabilityQuery, {**whole, **({"status": status} if status else {})})


def test_what_is_asked_is_read_as_a_reservation_would_be() -> None:
    made = parse(CapacityReservation, {**ASKED, "metadata": {"name": "when", **META}})
    assert query_of(asked(), LABELS).ask == replace(reservation_of(made, LABELS), status=None)
    assert query_of(asked(), {}).ask.tenant is None


def test_the_question_and_its_bounds_are_read() -> None:
    read = query_of(asked(answer="LatestEnd", maxOffers=7, ttlSecondsAfterAnswered=9), LABELS)
    assert (read.kind, read.offers, read.keep, read.answered_at) == (AnswerKind.LATEST_END, 7, 9, None)


@pytest.mark.parametrize(("status", "known"), [({"answeredAt": BORN}, True), ({"answeredAt": "soon"}, False)])
def test_it_is_answered_when_it_says_when_and_a_status_that_does_not_fit_says_nothing(
    status: Document, known: bool
) -> None:
    assert (query_of(asked(status), LABELS).answered_at == seconds_of(BORN)) is known


def test_one_that_is_being_deleted_is_not_answered_any_more() -> None:
    going, staying = asked(meta={"deletionTimestamp": BORN}), asked()
    reader = SnapshotReader()
    assert not reader.read(HubDocuments(queries=by_key([going]))).queries
    assert reader.read(HubDocuments(queries=by_key([staying]))).queries.keys() == {UID}
