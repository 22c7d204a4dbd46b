"""What only the simulated server does for tests; what it has in common with a real one is in test_behaviours."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.simulation.api_server import ApiServer
from tests.simulation.storage import Document

from holdfast.cluster.transport.http import MERGE_PATCH, Request
from holdfast.cluster.transport.kinds import ACCELERATOR_POOL, CAPACITY_RESERVATION, NODE, POD, ServedKind
from holdfast.cluster.transport.paths import Path

POOL = {"metadata": {"name": "lake"}, "spec": {"units": {}}}


@pytest.fixture
def server() -> Any:
    return ApiServer()


def ask(server: ApiServer, method: Any, kind: Any, body: Any = None, **place: Any) -> Any:
    query = tuple(place.pop("query", {}).items())
    path = str(Path.of(kind, **place))
    encoded = None if body is None else msgspec.json.encode(body)
    reply = server.call(Request(method, path, query, encoded, MERGE_PATCH))
    return reply.status, msgspec.json.decode(reply.body)


def lines(server: ApiServer, kind: Any, since: Any, **query: Any) -> Any:
    pairs = (("resourceVersion", str(since)), *query.items())
    request = Request("GET", str(Path.of(kind)), pairs)
    return [msgspec.json.decode(line) for line in server.stream(request)]


def verbs(server: ApiServer, kind: Any, since: Any, **query: Any) -> Any:
    return [line["type"] for line in lines(server, kind, since, **query)]


def test_what_is_not_there_is_not_found_and_what_is_not_served_is_a_bare_page(server: ApiServer) -> None:
    assert ask(server, "GET", NODE, name="a")[1]["reason"] == "NotFound"
    server.withdraw(NODE)
    reply = server.call(Request("GET", "/api/v1/nodes/a"))
    assert (reply.status, reply.body) == (404, b"404 page not found\n")


def test_an_eviction_ends_the_pod_it_means(server: ApiServer) -> None:
    metadata = server.add(POD, {"metadata": {"name": "p", "namespace": "n"}})["metadata"]
    place = {"namespace": "n", "name": "p", "subresource": "eviction"}
    other = {"deleteOptions": {"preconditions": {"uid": "other"}}}
    assert ask(server, "POST", POD, other, **place)[0] == 409
    mine = {"deleteOptions": {"preconditions": {"uid": metadata["uid"]}}}
    assert ask(server, "POST", POD, mine, **place)[0] == 201


def test_a_page_of_a_forgotten_instant_is_gone(server: ApiServer) -> None:
    for name in "ab":
        server.add(NODE, {"metadata": {"name": name}})
    _, first = ask(server, "GET", NODE, query={"limit": "1"})
    server.add(NODE, {"metadata": {"name": "c"}})
    server.compact()
    assert ask(server, "GET", NODE, query={"continue": first["metadata"]["continue"]})[0] == 410


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"labelSelector": "x=1"}, ["a"]),
        ({"labelSelector": "x"}, ["a", "b"]),
        ({"labelSelector": "!x"}, ["c"]),
        ({"labelSelector": "x!=1"}, ["b", "c"]),
        ({"fieldSelector": "metadata.name=b"}, ["b"]),
        ({"fieldSelector": "spec.nodeName!="}, ["c"]),
    ],
)
def test_selectors_choose(server: ApiServer, query: Any, names: Any) -> None:
    server.add(NODE, {"metadata": {"name": "a", "labels": {"x": "1"}}})
    server.add(NODE, {"metadata": {"name": "b", "labels": {"x": "2"}}})
    server.add(NODE, {"metadata": {"name": "c"}, "spec": {"nodeName": "n"}})
    _, found = ask(server, "GET", NODE, query=query)
    assert [one["metadata"]["name"] for one in found["items"]] == names


def test_a_watch_tells_each_change_after_its_start_and_then_a_bookmark(server: ApiServer) -> None:
    server.add(NODE, {"metadata": {"name": "a"}})
    ask(server, "PATCH", NODE, {"spec": {"x": 1}}, name="a")
    ask(server, "DELETE", NODE, {}, name="a")
    assert verbs(server, NODE, 0) == ["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]
    assert verbs(server, NODE, 2) == ["DELETED", "BOOKMARK"]
    assert lines(server, NODE, 2)[0]["object"]["metadata"]["resourceVersion"] == "3"


def test_a_watch_from_a_forgotten_revision_is_expired(server: ApiServer) -> None:
    server.add(NODE, {"metadata": {"name": "a"}})
    server.compact()
    (line,) = lines(server, NODE, 0)
    assert (line["type"], line["object"]["code"]) == ("ERROR", 410)


def test_a_rule_refuses_what_a_policy_would(server: ApiServer) -> None:
    def no_deletions(kind: ServedKind, old: Any, new: Any) -> Any:
        return "it is promised" if new is None else None

    server.rules.append(no_deletions)
    server.add(ACCELERATOR_POOL, POOL)
    status, body = ask(server, "DELETE", ACCELERATOR_POOL, {}, name="lake")
    assert (status, body["message"]) == (422, "it is promised")


def test_a_rule_sees_both_forms_of_a_change(server: ApiServer) -> None:
    seen = []

    def look(_: ServedKind, old: Document | None, new: Document | None) -> None:
        seen.append(((old or {})["spec"], (new or {})["spec"]))

    server.add(CAPACITY_RESERVATION, {"metadata": {"name": "r", "namespace": "n"}, "spec": {"count": 1}})
    server.rules.append(look)
    ask(server, "PATCH", CAPACITY_RESERVATION, {"spec": {"count": 2}}, name="r", namespace="n")
    assert seen == [({"count": 1}, {"count": 2})]


def test_replies_carry_the_date_of_its_clock_in_whole_seconds() -> None:
    server = ApiServer(time=lambda: 1234.9)
    assert server.call(Request("GET", "/api/v1/nodes")).date == 1234.0
