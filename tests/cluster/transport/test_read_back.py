"""A write without an answer: lost before, lost after, carried out late, with and without somebody in between."""

from __future__ import annotations

from typing import Any

import pytest
from tests.simulation.api_server import ApiServer
from tests.simulation.faults import Fault, FaultyTransport, at_call
from tests.simulation.reading import stored as stored_in
from tests.simulation.simulated import SimulatedTime, simulated_api
from tests.simulation.views import POOLS, RESERVATIONS

from holdfast.cluster.transport.errors import AlreadyExists, Stale, Unknown

LOST = [Fault.LOST_REPLY, Fault.LATE_COMMIT]
POOL = {
    "apiVersion": "holdfast.dev/v1alpha1",
    "kind": "AcceleratorPool",
    "metadata": {"name": "p"},
    "spec": {},
}


@pytest.fixture
def stored(server: ApiServer) -> Any:
    return server.add(POOLS.kind, POOL)


def faulty(server: ApiServer, time: SimulatedTime, fault: Any, then: Any = None) -> Any:
    """An Api whose first write goes wrong, and what happens right after it."""
    state = {"hit": False}

    def plan(number: Any, request: Any) -> Any:
        if state["hit"] and then is not None and number == 2:
            then(way)
        if request.mutates and not state["hit"]:
            state["hit"] = True
            return fault
        return None

    way = FaultyTransport(server, plan)
    return simulated_api(way, time), way


def methods(server: ApiServer) -> Any:
    return [request.method for request in server.requests]


def rewrite(server: ApiServer, **status: Any) -> None:
    """Somebody else writes the pool."""
    current = stored_in(server, POOLS.kind, "p")
    server.storage.write(next(iter(server.storage.documents)), {**current, "status": status})


def test_a_replacement_that_arrived_is_found_and_not_sent_again(
    server: ApiServer, time: SimulatedTime, stored: Any
) -> None:
    api, _ = faulty(server, time, Fault.LOST_REPLY)
    written = api.replace(POOLS, {**stored, "status": {"epoch": 2}}, "status")
    assert written == server.find(POOLS.kind, "p")
    assert methods(server) == ["PUT", "GET"]


def test_a_replacement_that_did_not_arrive_is_sent_again_on_the_same_version(
    server: ApiServer, time: SimulatedTime, stored: Any
) -> None:
    api, way = faulty(server, time, Fault.LATE_COMMIT)
    assert api.replace(POOLS, {**stored, "status": {"epoch": 2}}, "status")["status"] == {"epoch": 2}
    assert [reply.status for reply in way.deliver_late()] == [409]


def test_a_replacement_that_arrives_while_it_is_read_back_is_done_once(
    server: ApiServer, time: SimulatedTime, stored: Any
) -> None:
    api, _ = faulty(server, time, Fault.LATE_COMMIT, then=lambda way: way.deliver_late())
    assert api.replace(POOLS, {**stored, "status": {"epoch": 2}}, "status")["status"] == {"epoch": 2}
    assert server.storage.revision == 2


@pytest.mark.parametrize("fault", LOST)
def test_a_replacement_overtaken_by_somebody_else_is_stale(
    server: ApiServer, time: SimulatedTime, stored: Any, fault: Any
) -> None:
    api, way = faulty(server, time, fault, then=lambda _: rewrite(server, epoch=9))
    with pytest.raises(Stale, match="moved to version"):
        api.replace(POOLS, {**stored, "status": {"epoch": 2}}, "status")
    assert {reply.status for reply in way.deliver_late()} <= {409}
    assert stored_in(server, POOLS.kind, "p")["status"] == {"epoch": 9}


def test_a_replacement_of_an_object_that_was_made_anew_is_stale(
    server: ApiServer, time: SimulatedTime, stored: Any
) -> None:
    def make_anew(_: Any) -> None:
        server.storage.erase(next(iter(server.storage.documents)))
        server.add(POOLS.kind, POOL)

    api, _ = faulty(server, time, Fault.LATE_COMMIT, then=make_anew)
    with pytest.raises(Stale, match="new object"):
        api.replace(POOLS, {**stored, "status": {"epoch": 2}}, "status")


def test_a_creation_that_arrived_is_not_taken_for_ours(server: ApiServer, time: SimulatedTime) -> None:
    api, _ = faulty(server, time, Fault.LOST_REPLY)
    with pytest.raises(AlreadyExists, match="compare its owner"):
        api.create(POOLS, POOL)


def test_a_creation_that_did_not_arrive_is_sent_again_and_happens_once(
    server: ApiServer, time: SimulatedTime
) -> None:
    api, way = faulty(server, time, Fault.LATE_COMMIT)
    api.create(POOLS, POOL)
    assert [reply.status for reply in way.deliver_late()] == [409]


@pytest.mark.parametrize("fault", LOST)
def test_a_deletion_is_done_once_the_object_is_gone(
    server: ApiServer, time: SimulatedTime, stored: Any, fault: Any
) -> None:
    api, _ = faulty(server, time, fault)
    api.delete(POOLS, POOLS.identify(stored))
    assert server.find(POOLS.kind, "p") is None


def test_a_deletion_never_takes_a_successor(server: ApiServer, time: SimulatedTime, stored: Any) -> None:
    def make_anew(way: Any) -> None:
        way.deliver_late()
        server.add(POOLS.kind, POOL)

    api, _ = faulty(server, time, Fault.LATE_COMMIT, then=make_anew)
    api.delete(POOLS, POOLS.identify(stored))
    assert server.find(POOLS.kind, "p") is not None


@pytest.mark.parametrize(("fault", "error"), [(Fault.LOST_REPLY, Stale), (Fault.LATE_COMMIT, None)])
def test_a_patch_is_sent_again_only_while_its_version_stands(
    server: ApiServer, time: SimulatedTime, stored: Any, fault: Any, error: Any
) -> None:
    api, _ = faulty(server, time, fault)
    change = {"spec": {"spares": {"count": 2}}}
    if error is None:
        assert api.patch(POOLS, POOLS.identify(stored), change)["spec"] == change["spec"]
        return
    with pytest.raises(error):
        api.patch(POOLS, POOLS.identify(stored), change)


@pytest.mark.parametrize("fault", LOST)
def test_a_derived_status_is_sent_once(server: ApiServer, time: SimulatedTime, fault: Any) -> None:
    seen = server.add(RESERVATIONS.kind, {"metadata": {"name": "r", "namespace": "n"}})
    api, way = faulty(server, time, fault)
    with pytest.raises(Unknown):
        api.patch_status(RESERVATIONS, RESERVATIONS.identify(seen), {"x": 1})
    assert way.calls == 1


def test_a_write_that_never_left_is_simply_sent_again(
    server: ApiServer, time: SimulatedTime, stored: Any
) -> None:
    api, _ = faulty(server, time, Fault.UNSENT)
    api.replace(POOLS, {**stored, "status": {"epoch": 2}}, "status")
    assert methods(server) == ["PUT"]


def test_a_write_that_stays_without_an_answer_ends_unknown(
    server: ApiServer, time: SimulatedTime, stored: Any
) -> None:
    way = FaultyTransport(server, lambda *_: Fault.LATE_COMMIT)
    with pytest.raises(Unknown):
        simulated_api(way, time).replace(POOLS, {**stored, "status": {"epoch": 2}}, "status")
    assert sum(request.mutates for request in way.late) == 1


@pytest.mark.parametrize("number", [1, 2, 3])
def test_one_lost_call_anywhere_leaves_one_object(
    server: ApiServer, time: SimulatedTime, number: int
) -> None:
    way = FaultyTransport(server, at_call(number, Fault.LOST_REPLY))
    api = simulated_api(way, time)
    try:
        api.create(POOLS, POOL)
    except AlreadyExists:
        assert api.get(POOLS, "p")["metadata"]["uid"]
    assert len(server.storage.documents) == 1
