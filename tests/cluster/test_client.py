from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.simulation.api_server import ApiServer
from tests.simulation.faults import FaultyTransport, at_call
from tests.simulation.reading import last_body, stored
from tests.simulation.simulated import START, SimulatedTime, simulated_api
from tests.simulation.views import RESERVATIONS

from holdfast.cluster.client import Api
from holdfast.cluster.core_objects import LEASES, NODES, PODS, Lease, LeaseSpec, Metadata, Namespace
from holdfast.cluster.core_objects import NAMESPACES as SPACES
from holdfast.cluster.transport.errors import (
    AlreadyExists,
    Expired,
    Gone,
    Refused,
    Stale,
    Unavailable,
    Undecodable,
    Unknown,
)
from holdfast.cluster.transport.http import Reply, Request
from holdfast.cluster.transport.kinds import CAPACITY_RESERVATION
from holdfast.cluster.transport.objects import Selector, identify
from holdfast.cluster.transport.write_rule import UnguardedWrite

LEASE = Lease(Metadata(name="l", namespace="n"), LeaseSpec(holder_identity="me"))


def node(server: ApiServer, name: Any = "a", **spec: Any) -> Any:
    return server.add(NODES.kind, {"metadata": {"name": name}, "spec": spec})


def test_a_read_is_decoded_into_its_view(api: Api, server: ApiServer) -> None:
    node(server, unschedulable=True, taints=[{"key": "k", "effect": "NoExecute", "value": "v"}])
    seen = api.get(NODES, "a")
    assert (seen.metadata.name, seen.cordoned, seen.spec.taints[0].value) == ("a", True, "v")


def test_an_absent_object_is_gone_and_an_absent_kind_is_not(api: Api, server: ApiServer) -> None:
    with pytest.raises(Gone):
        api.get(NODES, "a")
    server.withdraw(NODES.kind)
    with pytest.raises(Unavailable):
        api.get(NODES, "a")


def test_a_list_comes_in_pages_of_one_instant(api: Api, server: ApiServer) -> None:
    for name in "abcde":
        node(server, name)
    pages = list(api.list_pages(NODES, limit=2))
    assert [[one.metadata.name for one in page.objects] for page in pages] == [["a", "b"], ["c", "d"], ["e"]]
    assert {page.revision for page in pages} == {5}


def test_a_list_whose_instant_is_forgotten_has_expired(api: Api, server: ApiServer) -> None:
    for name in "abc":
        node(server, name)
    pages = api.list_pages(NODES, limit=1)
    next(pages)
    node(server, "d")
    server.compact()
    with pytest.raises(Expired):
        next(pages)


def test_selectors_are_sent_to_the_server(api: Api, server: ApiServer) -> None:
    for name in "ab":
        node(server, name)
    (page,) = api.list_pages(NODES, Selector(fields="metadata.name=b"))
    assert [one.metadata.name for one in page.objects] == ["b"]


def test_a_creation_returns_the_object_as_stored(api: Api) -> None:
    made = api.create(LEASES, LEASE)
    assert made.metadata.uid
    assert api.get(LEASES, "l", "n") == made


def test_a_second_creation_is_not_a_success(api: Api) -> None:
    api.create(LEASES, LEASE)
    with pytest.raises(AlreadyExists):
        api.create(LEASES, LEASE)


def test_a_replacement_holds_to_the_version_it_was_decided_on(api: Api) -> None:
    first = api.create(LEASES, LEASE)
    second = msgspec.structs.replace(first, spec=LeaseSpec(holder_identity="other"))
    assert api.replace(LEASES, second).spec.holder_identity == "other"
    with pytest.raises(Stale):
        api.replace(LEASES, first)


def test_a_rehearsal_is_judged_like_the_write_and_stored_nowhere(api: Api, server: ApiServer) -> None:
    first = api.create(LEASES, LEASE)
    api.rehearse(LEASES, msgspec.structs.replace(first, spec=LeaseSpec(holder_identity="other")))
    assert stored(server, LEASES.kind, "l", "n")["spec"]["holderIdentity"] == "me"
    server.rules.append(lambda *_: "no")
    with pytest.raises(Refused):
        api.rehearse(LEASES, first)


def test_a_projection_is_never_put(api: Api, server: ApiServer) -> None:
    node(server)
    with pytest.raises(UnguardedWrite, match="patch it instead"):
        api.replace(NODES, api.get(NODES, "a"))


def test_a_patch_carries_the_version_and_uid_it_was_decided_on(api: Api, server: ApiServer) -> None:
    node(server)
    seen = identify(api.get(NODES, "a"))
    changed = api.patch(NODES, seen, {"metadata": {"labels": {"x": "1"}}})
    assert changed.metadata.labels == {"x": "1"}
    with pytest.raises(Stale):
        api.patch(NODES, seen, {"metadata": {"labels": {"x": "2"}}})


def test_a_status_is_written_on_the_version_seen_and_to_no_successor(api: Api, server: ApiServer) -> None:
    def put_up() -> Any:
        return server.add(CAPACITY_RESERVATION, {"metadata": {"name": "r", "namespace": "n"}, "spec": {}})

    put_up()
    first = RESERVATIONS.identify(api.get(RESERVATIONS, "r", "n"))
    second = RESERVATIONS.identify(api.patch_status(RESERVATIONS, first, {"a": 1}))
    with pytest.raises(Stale):
        api.patch_status(RESERVATIONS, first, {"a": 2})
    api.patch_status(RESERVATIONS, second, {"b": 2})
    assert stored(server, CAPACITY_RESERVATION, "r", "n")["status"] == {"a": 1, "b": 2}
    last = RESERVATIONS.identify(api.get(RESERVATIONS, "r", "n"))
    api.delete(RESERVATIONS, last)
    put_up()
    with pytest.raises(Stale):
        api.patch_status(RESERVATIONS, last, {"a": 1})


def test_a_deletion_takes_only_what_was_seen(api: Api, server: ApiServer) -> None:
    node(server)
    seen = identify(api.get(NODES, "a"))
    api.patch(NODES, seen, {"spec": {"unschedulable": True}})
    with pytest.raises(Stale):
        api.delete(NODES, seen)
    api.delete(NODES, identify(api.get(NODES, "a")))
    with pytest.raises(Gone):
        api.get(NODES, "a")


def test_an_eviction_ends_only_the_pod_that_was_seen(api: Api, server: ApiServer) -> None:
    server.add(PODS.kind, {"metadata": {"name": "p", "namespace": "n"}})
    api.evict(identify(api.get(PODS, "p", "n")), grace_seconds=60)
    assert server.find(PODS.kind, "p", "n") is None
    assert last_body(server)["deleteOptions"]["gracePeriodSeconds"] == 60


@pytest.mark.parametrize("how", ["evicted", "deleted"])
def test_a_pod_that_its_tenant_changes_all_the_time_ends_all_the_same(
    api: Api, server: ApiServer, how: str
) -> None:
    server.add(PODS.kind, {"metadata": {"name": "p", "namespace": "n"}})
    seen = identify(api.get(PODS, "p", "n"))
    api.patch(PODS, seen, {"metadata": {"annotations": {"beat": "1"}}})
    end = {"evicted": lambda: api.evict(seen, 60), "deleted": lambda: api.delete(PODS, seen)}
    end[how]()
    assert server.find(PODS.kind, "p", "n") is None


def test_creations_and_replacements_are_validated_strictly(api: Api, server: ApiServer) -> None:
    api.replace(LEASES, api.create(LEASES, LEASE))
    writes = [request for request in server.requests if request.mutates]
    assert all(("fieldValidation", "Strict") in request.query for request in writes)


def test_every_reply_teaches_the_clock(api: Api, server: ApiServer, time: SimulatedTime) -> None:
    node(server)
    time.elapsed = 100.0
    api.get(NODES, "a")
    assert api.clock.now() == START + 100.0


@pytest.mark.parametrize("body", [b"<html>please log in</html>", b"", b'{"metadata": {}}', b'{"met'])
def test_a_success_that_holds_no_object_is_asked_again(
    server: ApiServer, time: SimulatedTime, body: bytes
) -> None:
    node(server)
    way = FaultyTransport(server, at_call(1, Reply(200, body)))
    assert simulated_api(way, time).get(NODES, "a").metadata.name == "a"
    assert len(time.slept) == 1


def test_an_object_of_another_shape_is_not_asked_again(
    api: Api, server: ApiServer, time: SimulatedTime
) -> None:
    server.add(NODES.kind, {"metadata": {"name": "a"}, "spec": {"unschedulable": "yes"}})
    with pytest.raises(Undecodable, match=r"a cannot be read: .*unschedulable"):
        api.get(NODES, "a")
    assert time.slept == []


def test_a_page_keeps_an_unreadable_object_beside_the_others(api: Api, server: ApiServer) -> None:
    node(server, "good")
    server.add(NODES.kind, {"metadata": {"name": "bad"}, "spec": {"unschedulable": "yes"}})
    (page,) = api.list_pages(NODES)
    assert [one.metadata.name for one in page.objects] == ["good"]
    assert [(one.identity.name, one.identity.resource_version) for one in page.broken] == [("bad", "2")]


def test_a_write_whose_reply_is_no_object_is_unknown(server: ApiServer, time: SimulatedTime) -> None:
    way = FaultyTransport(server, at_call(1, Reply(200, b"<html>")))
    with pytest.raises(Unknown):
        simulated_api(way, time).single_try(1.0).create(LEASES, LEASE)


def test_an_impatient_door_tries_once_and_briefly(server: ApiServer, time: SimulatedTime) -> None:
    seen = []

    def busy(_: int, request: Request) -> Reply:
        seen.append(request)
        return Reply(503, b"")

    way = FaultyTransport(server, busy)
    with pytest.raises(Unavailable):
        simulated_api(way, time).single_try(2.0).get(NODES, "a")
    assert [request.timeout for request in seen] == [2.0]


def test_what_is_written_carries_its_kind(api: Api, server: ApiServer) -> None:
    api.create(SPACES, Namespace(Metadata(name="n", labels={"t": "x"})))
    body = last_body(server)
    wanted = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n", "labels": {"t": "x"}}}
    assert body == wanted


def test_nothing_goes_around_the_guard(api: Api) -> None:
    with pytest.raises(UnguardedWrite):
        api._exchange.send(Request("PUT", "/api/v1/nodes/a", body=b"{}"))
