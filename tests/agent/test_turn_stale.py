"""An agent's caches are behind, or show what is not its own: fresh reads decide, and what they do not show is left."""

from __future__ import annotations

from typing import Any

import pytest
from tests.agent.site_world import (
    CHAI,
    CUBE,
    MISTRAL,
    OTHER,
    POOL,
    Datacenter,
    ledger,
    marks_of,
    node,
    pool_document,
)

from holdfast.agent.turn import turn
from holdfast.cluster.core_objects import NODES
from holdfast.cluster.holdfast_objects import POOLS
from holdfast.cluster.transport.kinds import ACCELERATOR_POOL, NODE, POD, POOL_REPORT, ROLE_BINDING
from holdfast.hardware.names import UNIT_LABEL, reservation_namespace_label

ACTIVE, RELEASING = (CUBE, MISTRAL, 1, "Active"), (CUBE, MISTRAL, 1, "Releasing")
CLOSED, HELD = ("", "none", "1"), (MISTRAL, MISTRAL, "1")
SICK = {"conditions": [{"type": "Ready", "status": "Unknown"}]}
THERE = "abernathy.tpu7x-a"


def moves_away(world: Datacenter) -> None:
    """The pool is declared to be another datacenter's."""
    document = world.server.find(ACCELERATOR_POOL, POOL) or {}
    world.change(ACCELERATOR_POOL, POOL, spec={**document["spec"], "datacenter": "abernathy"})


def test_what_was_released_since_the_caches_were_read_is_not_opened_again() -> None:
    world = Datacenter()
    world.grants(ACTIVE, granted=1)
    world.turns()
    world.grants(ACTIVE, granted=1, notice=True)
    behind = world.agent()  # has a taint to add
    world.grants(RELEASING, granted=1)
    world.turns()
    world.grants(granted=1)  # clean, and nobody's
    turn(behind)
    assert world.marks() == {CLOSED}


def test_a_host_that_is_not_ready_any_more_is_not_reported_clean() -> None:
    world = Datacenter()
    world.grants(RELEASING, granted=1)
    for one in world.nodes():
        marked = node(one["metadata"]["name"])["metadata"]
        world.meta(NODE, marked["name"], annotations={"holdfast.dev/grant": "1"})
    behind = world.agent()
    world.change(NODE, f"{CUBE}-0", status=SICK)
    turn(behind)
    assert "cleanGrant" not in world.report()
    world.change(NODE, f"{CUBE}-0", status=node("any")["status"])
    world.turns()
    assert world.report()["cleanGrant"] == 1


def test_a_unit_of_a_pool_that_is_another_sites_by_now_is_left_and_told() -> None:
    world = Datacenter()
    world.grants(ACTIVE, granted=1)
    behind = world.agent()
    moves_away(world)
    turn(behind)
    assert world.marks() == {("", "none", "")}
    assert any("PoolUnknown" in line or "is gone from the hub" in line for line in world.log.lines)


def test_a_node_without_a_unit_in_a_pool_that_is_another_sites_by_now_is_left() -> None:
    world = Datacenter()
    world.grants(ACTIVE, granted=1)
    world.turns()
    labels = {key: text for key, text in world.nodes()[0]["metadata"]["labels"].items() if key != UNIT_LABEL}
    world.meta(NODE, f"{CUBE}-0", labels=labels)
    world.grants(granted=1)
    behind = world.agent()
    moves_away(world)
    turn(behind)
    assert marks_of(world.nodes()[0]) == HELD


def test_only_this_datacenters_pools_are_followed() -> None:
    world = Datacenter()
    document = pool_document(datacenter="abernathy")
    world.server.add(ACCELERATOR_POOL, {**document, "metadata": {"name": THERE}})
    assert [pool.metadata.name for pool in world.agent().caches.pools.objects()] == [POOL]


def test_another_sites_pool_that_a_cache_shows_all_the_same_gets_no_report() -> None:
    world = Datacenter()
    world.turns()
    agent, document = world.agent(), pool_document(datacenter="abernathy")
    world.server.add(ACCELERATOR_POOL, {**document, "metadata": {"name": THERE}})
    agent.caches.pools.put(world.api().get(POOLS, THERE))
    before = world.writes
    turn(agent)
    assert world.writes == before
    assert world.server.find(POOL_REPORT, THERE) is None


def test_a_reservation_stays_admitted_while_some_ledger_cannot_be_read() -> None:
    world = Datacenter()
    world.grants(ACTIVE, granted=1)
    world.turns()
    for one in world.nodes():
        world.erase(NODE, one["metadata"]["name"])
    behind = world.agent()
    world.erase(ROLE_BINDING, "holdfast-tenant", "mistral")
    world.change(ACCELERATOR_POOL, POOL, status={**ledger(ACTIVE, granted=1), "epoch": "garbled"})
    behind.caches.bindings.replace([], behind.caches.bindings.revision)
    turn(behind)
    assert reservation_namespace_label(MISTRAL) in world.namespace_labels("mistral")
    assert world.server.find(ROLE_BINDING, "holdfast-tenant", "mistral") is not None


@pytest.mark.parametrize(
    "grants", [ACTIVE, RELEASING, (OTHER, CHAI, 3, "Quarantined")], ids=lambda one: one[3]
)
def test_once_all_is_done_a_turn_asks_nothing(grants: tuple[str, str, int, str]) -> None:
    world = Datacenter()
    world.grants(grants)
    world.turns()
    agent = world.agent()
    world.server.requests.clear()
    assert turn(agent)
    assert world.server.requests == []


def test_a_report_that_says_the_same_already_is_not_written_again() -> None:
    world = Datacenter()
    world.turns()
    behind = world.agent()
    world.change(NODE, f"{CUBE}-0", status=SICK)
    world.turns()
    behind.caches.nodes.put(world.api().get(NODES, f"{CUBE}-0"))
    before = world.writes
    turn(behind)
    assert world.writes == before
    assert world.report()["health"] == "Unhealthy"


def test_a_pod_that_cannot_be_read_keeps_its_node_from_being_clean() -> None:
    world = Datacenter()
    strange: dict[str, Any] = {"metadata": {"name": "strange", "namespace": "mistral"}}
    world.server.add(POD, {**strange, "spec": {"nodeName": f"{CUBE}-0"}, "status": {"phase": 7}})
    world.grants(RELEASING, granted=1)
    world.turns()
    assert "cleanGrant" not in world.report()
    world.erase(POD, "strange", "mistral")
    world.turns()
    assert world.report()["cleanGrant"] == 1
