"""Every interleaving, small, of a planner and two agents over one unit: the model of the protocol, on shipped code.

Safety: after no step is a node open to a promise that the ledger does not name for its unit. The same check finds
each of the two mistakes that the protocol exists to prevent.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from tests.agent.site_world import CHAI, CUBE, MISTRAL, POOL, SITE, TENANTS, Datacenter, pod
from tests.simulation.stepper import Baton, Replica, Story, Violation, freezes, interleavings, random_walks

from holdfast.agent.caches import Agent, Caches
from holdfast.agent.desired import Closed, Desired
from holdfast.agent.handover import HandOver
from holdfast.agent.node_marks import is_closed, open_for
from holdfast.agent.observed import ObservedUnit
from holdfast.agent.turn import turn
from holdfast.agent.turn_log import TurnLog
from holdfast.api.pool import AcceleratorPool
from holdfast.cluster.cache.store import ChangeSignal
from holdfast.cluster.core_objects import NAMESPACES, Node
from holdfast.cluster.holdfast_objects import POOLS
from holdfast.cluster.transport.kinds import ACCELERATOR_POOL, NAMESPACE, POD
from holdfast.hardware.names import TENANT_LABEL, reservation_namespace_label

FIRST, SECOND = (CUBE, MISTRAL, 1), (CUBE, CHAI, 2)


class World(Datacenter):
    """One unit, granted to mistral and not opened yet; the tenants' namespaces show their reservations."""

    clean: int | None = None
    crew: type[HandOver] = HandOver

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, uid in (("mistral", MISTRAL), ("chai", CHAI)):
            labels = {TENANT_LABEL: name, reservation_namespace_label(uid): ""}
            self.server.add(NAMESPACE, {"metadata": {"name": name, "labels": labels}})
        self.grants((*FIRST, "Active"), granted=1)

    def settle(self, baton: Baton) -> int | None:
        """One agent looks after the unit once, a call at a time."""
        agent = Agent(SITE, self.api(baton), self.api(baton), Caches.empty(ChangeSignal()), TurnLog(self.log))
        for name in TENANTS.values():
            agent.caches.namespaces.put(self.api().get(NAMESPACES, name))
        return self.crew(agent, POOL, frozenset(TENANTS.values())).settle(ObservedUnit(CUBE, self.hosts, ()))

    def no_node_is_open_to_anybody_the_ledger_does_not_name(self) -> None:
        units = (self.server.find(ACCELERATOR_POOL, POOL) or {})["status"]["units"]
        named = units.get(CUBE, {}).get("promise", "")
        assert {open_for(msgspec.convert(one, Node)) for one in self.nodes()} <= {"", named}


def planner(world: World, baton: Baton) -> None:
    """Takes the unit back, and gives it on if it has been reported clean of the first grant."""
    baton.pause("ledger: Releasing")
    world.grants((*FIRST, "Releasing"), granted=1)
    baton.pause("ledger: the next grant, if clean")
    if world.clean == 1:
        world.grants((*SECOND, "Active"), granted=2)


def paused(world: World, baton: Baton) -> None:
    world.settle(baton)


def busy(world: World, baton: Baton) -> None:
    world.settle(baton)
    world.clean = world.settle(baton) or world.clean


def story(crew: type[HandOver], *replicas: Replica[World]) -> Story[World]:
    def make() -> World:
        world = World(hosts=1)
        world.crew = crew
        return world

    return Story(make, replicas, World.no_node_is_open_to_anybody_the_ledger_does_not_name)


class Fixed:
    """A hub that keeps saying what it said once."""

    def __init__(self, pool: AcceleratorPool) -> None:
        self.pool = pool

    def get(self, _view: Any, _name: str, _namespace: str = "") -> AcceleratorPool:
        return self.pool


class LedgerFirst(HandOver):
    """Mistake: the authority is read before the target."""

    def settle(self, seen: ObservedUnit) -> int | None:
        early: Any = Fixed(self.agent.hub.get(POOLS, self.pool))
        return HandOver(replace(self.agent, hub=early), self.pool, self.tenants).settle(seen)


class NoWriteOnRelease(HandOver):
    """Mistake: a release writes nothing where there is nothing to undo."""

    def _write(self, observed: ObservedUnit, desired: Desired, occupied: set[str]) -> int | None:
        if isinstance(desired, Closed) and all(is_closed(node) for node in observed.nodes):
            return desired.grant
        return super()._write(observed, desired, occupied)


def one_after_the_other(world: World, baton: Baton) -> None:
    """The planner and a second agent, while the first is paused."""
    baton.pause("ledger: Releasing")
    world.grants((*FIRST, "Releasing"), granted=1)
    busy(world, baton)
    baton.pause("ledger: the next grant, if clean")
    if world.clean == 1:
        world.grants((*SECOND, "Active"), granted=2)


def test_no_interleaving_opens_a_node_to_a_former_holder() -> None:
    found = interleavings(story(HandOver, paused, one_after_the_other))
    assert (found.complete, found.schedules) == (True, 165)


def test_nor_does_any_random_order_in_which_the_planner_waits_for_nobody() -> None:
    # all 4,620 orders of these three were walked once; that takes a minute
    random_walks(story(HandOver, planner, busy, paused), range(120))


@pytest.mark.parametrize("crew", [LedgerFirst, NoWriteOnRelease])
def test_the_same_search_finds_each_mistake(crew: type[HandOver]) -> None:
    with pytest.raises(Violation):
        interleavings(story(crew, paused, one_after_the_other))


def one_turn(world: World, baton: Baton) -> None:
    """The agent that is paused: a whole turn, call by call."""
    turn(world.agent(hub=baton, site=baton))


def the_rest_of_the_story(world: World, baton: Baton) -> None:
    """A second agent and the planner: released, found clean, given to the next tenant, opened."""
    baton.pause("release, hand back, grant again")
    world.grants((*FIRST, "Releasing"), granted=1)
    world.turns()
    assert world.report()["cleanGrant"] == 1
    world.grants((*SECOND, "Active"), granted=2)
    world.turns()
    assert world.report()["openGrant"] == 2


def still_open_to_the_next(world: World) -> None:
    world.turns()
    assert world.marks() == {(CHAI, CHAI, "2")}


@pytest.mark.parametrize("state", ["Active", "Releasing"])
def test_an_agent_paused_before_any_of_its_calls_spoils_nothing(state: str) -> None:
    def make() -> World:
        world = World(hosts=2)
        world.turns()
        world.server.add(POD, pod("train-0", f"{CUBE}-0"))
        world.grants((*FIRST, state), granted=1, notice=True)
        return world

    check = World.no_node_is_open_to_anybody_the_ledger_does_not_name
    found = freezes(Story(make, (one_turn, the_rest_of_the_story), check, still_open_to_the_next))
    assert found.schedules >= 4
