"""A flavor with a topology never changes again: it is made right at once, and its queue follows the grant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.agent.site_world import CUBE, MISTRAL, OTHER, POOL, Datacenter
from tests.agent.test_queues import ACTIVE, SHARED, datacenter, found, have, local, opened, quota
from tests.simulation.api_server import Rule
from tests.simulation.storage import Document

from holdfast.agent.turn import turn
from holdfast.cluster.transport.kinds import (
    ACCELERATOR_POOL,
    KUEUES,
    NODE,
    RESOURCE_FLAVOR,
    TOPOLOGY,
    ServedKind,
)
from holdfast.hardware.names import KEEPER, KEEPER_LABEL

BARE = {"conditions": [{"type": "Ready", "status": "True"}], "allocatable": {"cpu": "99500m", "pods": "110"}}
RELEASING = (CUBE, MISTRAL, 1, "Releasing")


def no_driver(world: Datacenter) -> None:
    """Hosts that are Ready and do not show their chips yet."""
    for number in range(2):
        world.change(NODE, f"{CUBE}-{number}", status=BARE)


def hosts_away(world: Datacenter) -> None:
    for number in range(2):
        world.erase(NODE, f"{CUBE}-{number}")


def other_processors(world: Datacenter) -> None:
    for number in range(2):
        labels = (world.server.find(NODE, f"{CUBE}-{number}") or {})["metadata"]["labels"]
        world.meta(NODE, f"{CUBE}-{number}", labels={**labels, "kubernetes.io/arch": "arm64"})


def all_is_well(world: Datacenter) -> None:
    for number in range(2):
        have(world, f"{CUBE}-{number}")


MOMENTS: dict[str, Callable[[Datacenter], None]] = {
    "all is well": all_is_well,
    "its hosts do not show their chips yet": no_driver,
    "its hosts have other processors": other_processors,
    "its hosts are away": hosts_away,
}
moments = pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)


@moments
def test_a_flavor_is_made_the_same_whatever_its_hosts_show_when(moment: Callable[[Datacenter], None]) -> None:
    usual, world = found(opened(), RESOURCE_FLAVOR)["spec"], datacenter(*KUEUES)
    moment(world)
    world.grants(ACTIVE, granted=9)
    world.turns()
    assert found(world, RESOURCE_FLAVOR)["spec"] == usual


@moments
def test_a_queue_follows_its_grant_whatever_its_hosts_show_later(
    moment: Callable[[Datacenter], None],
) -> None:
    world = opened()
    moment(world)
    world.turns()
    for grant, notice, stop in ((ACTIVE, True, "Hold"), (RELEASING, True, "HoldAndDrain")):
        world.grants(grant, granted=9, notice=notice)
        world.turns()
        assert found(world)["spec"]["stopPolicy"] == stop
    assert not world.blocked("blockedTenants")


def test_chips_that_are_registered_later_are_offered() -> None:
    world = datacenter(*KUEUES)
    no_driver(world)
    world.grants(ACTIVE, granted=9)
    world.turns()
    assert "google.com/tpu" not in quota(world)
    all_is_well(world)
    world.turns()
    assert quota(world)["google.com/tpu"] == "8"


def other_tolerations(world: Datacenter, **spec: Any) -> Document:
    """The flavor as somebody made it, or an earlier version."""
    before = found(world, RESOURCE_FLAVOR)["spec"]
    world.change(RESOURCE_FLAVOR, SHARED, spec={**before, "tolerations": [], **spec})
    return found(world, RESOURCE_FLAVOR)


def test_a_flavor_that_kueue_lets_nobody_change_stays_as_it_is_and_nothing_is_asked_of_it() -> None:
    world = opened()
    before = other_tolerations(world)
    assert world.turns() == 0
    assert found(world, RESOURCE_FLAVOR) == before
    assert not world.blocked("blockedTenants")


def test_a_flavor_without_a_topology_is_put_right() -> None:
    world = datacenter(*KUEUES)
    spec = (world.server.find(ACCELERATOR_POOL, POOL) or {})["spec"]
    world.change(ACCELERATOR_POOL, POOL, spec={**spec, "hostsPerUnit": 1})
    for unit in (CUBE, OTHER):
        world.erase(NODE, f"{unit}-1")
    world.grants(ACTIVE, granted=9)
    world.turns()
    assert "topologyName" not in other_tolerations(world)["spec"]
    world.turns()
    assert len(found(world, RESOURCE_FLAVOR)["spec"]["tolerations"]) == 4


def refusing(kind: ServedKind) -> Rule:
    """A server that takes no write of one kind."""
    return lambda asked, _old, _new: "not today" if asked == kind else None


def some_turns(world: Datacenter) -> None:
    """Turns of one agent, which may ask in vain in each."""
    agent = world.agent()
    for _ in range(6):
        world.catch_up(agent)
        turn(agent)


@pytest.mark.parametrize("kind", [TOPOLOGY, RESOURCE_FLAVOR], ids=lambda kind: kind.kind)
def test_what_is_refused_of_one_object_keeps_no_other_that_stands_as_it_was(kind: ServedKind) -> None:
    world = opened()
    name = "holdfast" if kind is TOPOLOGY else SHARED
    right = found(world, kind, name)["spec"]
    world.change(kind, name, spec={"levels": [], "tolerations": []})
    world.server.rules.insert(0, refusing(kind))
    world.grants(ACTIVE, granted=9, notice=True)
    some_turns(world)
    assert found(world)["spec"]["stopPolicy"] == "Hold"
    assert "not today" in world.blocked("blockedTenants")["mistral"]["message"]
    world.change(kind, name, spec=right)
    world.turns()
    assert not world.blocked("blockedTenants")


def test_nothing_is_made_that_leads_to_a_flavor_which_is_not_there() -> None:
    world = datacenter(*KUEUES)
    world.server.rules.append(refusing(RESOURCE_FLAVOR))
    world.grants(ACTIVE, granted=9)
    some_turns(world)
    assert (found(world), local(world)) == ({}, {})
    world.server.rules.pop()
    world.turns()
    assert local(world)


def test_a_topology_with_other_levels_is_told_and_keeps_no_queue_from_being_made() -> None:
    world = datacenter(*KUEUES)
    ours = {"metadata": {"name": "holdfast", "labels": {KEEPER_LABEL: KEEPER}}, "spec": {"levels": []}}
    world.server.add(TOPOLOGY, ours)
    world.grants(ACTIVE, granted=9)
    some_turns(world)
    assert local(world)
    assert "levels are immutable" in world.blocked("blockedTenants")["mistral"]["message"]
