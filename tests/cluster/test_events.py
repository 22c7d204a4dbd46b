from __future__ import annotations

from typing import Any

import pytest
from tests.simulation.api_server import ApiServer
from tests.simulation.reading import last_body

from holdfast.cluster.client import Api
from holdfast.cluster.events import EVENTS, EventRecorder, Occurrence
from holdfast.cluster.transport.kinds import ACCELERATOR_POOL, CAPACITY_RESERVATION
from holdfast.cluster.transport.objects import Identity

MINE = Identity("mistral", "pretrain-q1", "uid-1", "7")
PROMISED = Occurrence(CAPACITY_RESERVATION, MINE, "Promised", "2 slices in lake-mariner", "generation-1")


@pytest.fixture
def recorder(api: Api, server: ApiServer) -> Any:
    list(api.list_pages(EVENTS))
    return EventRecorder(api, "holdfast.dev/planner", "pod-1")


def told(server: ApiServer) -> Any:
    return list(server.storage.within(EVENTS.kind.group, EVENTS.kind.plural, ""))


def test_an_event_says_what_happened_to_what(recorder: Any, server: ApiServer) -> None:
    assert recorder.record(PROMISED)
    (event,) = told(server)
    assert (event["reason"], event["type"], event["note"]) == (
        "Promised",
        "Normal",
        "2 slices in lake-mariner",
    )
    assert event["regarding"] == {
        "apiVersion": "holdfast.dev/v1alpha1",
        "kind": "CapacityReservation",
        "name": "pretrain-q1",
        "namespace": "mistral",
        "uid": "uid-1",
    }
    assert event["eventTime"] == "2027-01-15T08:00:00.000000Z"


def test_one_transition_is_told_once_by_whichever_replica(recorder: Any, api: Api, server: ApiServer) -> None:
    assert recorder.record(PROMISED)
    assert not EventRecorder(api, "holdfast.dev/planner", "pod-2").record(PROMISED)
    assert len(told(server)) == 1


CHANGES = [
    {"transition": "generation-2"},
    {"reason": "Bound"},
    {"about": Identity("mistral", "pretrain-q1", "uid-2", "7")},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_another_transition_is_another_event(recorder: Any, server: ApiServer, change: Any) -> None:
    recorder.record(PROMISED)
    fields = {name: getattr(PROMISED, name) for name in PROMISED.__dataclass_fields__}
    assert recorder.record(Occurrence(**{**fields, **change}))
    assert len(told(server)) == 2


def test_another_version_of_the_object_is_the_same_transition(recorder: Any) -> None:
    recorder.record(PROMISED)
    later = Identity("mistral", "pretrain-q1", "uid-1", "8")
    assert not recorder.record(Occurrence(CAPACITY_RESERVATION, later, "Promised", "words", "generation-1"))


def test_an_object_without_a_namespace_is_told_of_in_default(recorder: Any, server: ApiServer) -> None:
    pool = Identity("", "lake-mariner.tpu7x-a", "uid-3", "1")
    recorder.record(Occurrence(ACCELERATOR_POOL, pool, "Deficit", "words", "1", "Warning"))
    (event,) = told(server)
    assert event["metadata"]["namespace"] == "default"
    assert "namespace" not in event["regarding"]


def test_long_names_and_notes_are_cut_to_what_kubernetes_takes(recorder: Any, server: ApiServer) -> None:
    long = Identity("n", "a" * 199 + "." + "b" * 53, "uid", "1")
    recorder.record(Occurrence(CAPACITY_RESERVATION, long, "Promised", "x" * 5000, "1"))
    (event,) = told(server)
    assert len(event["metadata"]["name"]) <= 253
    assert ".." not in event["metadata"]["name"]
    assert len(event["note"]) == 1024


def test_an_event_is_written_in_kubernetes_own_words(recorder: Any, server: ApiServer) -> None:
    recorder.record(PROMISED)
    body = last_body(server)
    assert (body["apiVersion"], body["kind"]) == ("events.k8s.io/v1", "Event")
    assert body["reportingController"] == "holdfast.dev/planner"
