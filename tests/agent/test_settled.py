"""What an agent remembers from turn to turn: nothing is looked at twice, and nothing is left undone for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from tests.agent.site_world import CUBE, MISTRAL, OTHER, POOL, SITE, Datacenter, pod
from tests.agent.sliced_site import SlicedSite
from tests.agent.test_turn_faults import assert_finished, mid_story
from tests.simulation.faults import Crash, Fault, FaultyTransport, Plan
from tests.simulation.lifetimes.planner import follow

from holdfast.agent import report, reserved_hosts, slices, tenant_namespace, turn
from holdfast.agent.caches import Agent, Caches
from holdfast.agent.settled import Settled
from holdfast.agent.turn_log import TurnLog
from holdfast.cluster.cache.store import ChangeSignal
from holdfast.cluster.transport.errors import ClusterError
from holdfast.cluster.transport.http import Reply, Request, Transport
from holdfast.cluster.transport.kinds import NODE, POD, RESERVED_HOSTS

LOOKS = [
    (turn, "needs_work"),
    (tenant_namespace, "tenants_here"),
    (report, "report_of"),
    (reserved_hosts, "hosts_of"),
]


class Watching:
    """An agent that follows its servers by watches, so that it keeps what it has read for as long as it stands."""

    def __init__(self, world: Datacenter, way: Transport | None = None) -> None:
        self.world = world
        self.agent = Agent(
            SITE, world.api(way), world.api(way), Caches.empty(ChangeSignal()), TurnLog(world.log)
        )
        reader = Agent(SITE, world.api(), world.api(), self.agent.caches, self.agent.log)
        self.reflectors = list(reader.reflectors(lambda _: 0.0, lambda _kind, _error: None))
        for reflector in self.reflectors:
            reflector.relist()

    def turns(self, most: int = 12) -> None:
        """Turns until one writes nothing."""
        for _ in range(most):
            count = self.world.writes
            stores = (*self.agent.caches.hub, *self.agent.caches.site)
            for store, reflector in zip(stores, self.reflectors, strict=True):
                follow(self.world.server.storage, reflector, store)
            turn.turn(self.agent)
            if self.world.writes == count:
                return
        raise AssertionError(f"still writing after {most} turns")


def counted(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> list[Any]:
    """What a function was asked from now on."""
    asked: list[Any] = []
    inner: Callable[..., Any] = getattr(module, name)

    def noted(*given: Any) -> Any:
        asked.append(given)
        return inner(*given)

    monkeypatch.setattr(module, name, noted)
    return asked


def only(number: int, fault: Fault) -> Plan:
    """The call of this number goes wrong."""
    return lambda count, _: fault if count == number else None


def held(world: Datacenter) -> Watching:
    world.server.serve(RESERVED_HOSTS)
    world.grants((CUBE, MISTRAL, 1, "Active"), granted=1)
    watching = Watching(world)
    watching.turns()
    watching.turns()
    return watching


@pytest.mark.parametrize(("module", "name"), LOOKS, ids=[name for _, name in LOOKS])
def test_where_nothing_has_changed_nothing_is_worked_out_anew(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str
) -> None:
    watching = held(Datacenter())
    asked = counted(monkeypatch, module, name)
    watching.turns()
    assert asked == []
    watching.world.meta(NODE, f"{CUBE}-0", annotations={"seen": "again"})
    watching.turns()
    assert asked != []


def test_what_a_host_says_of_itself_is_seen_by_one_who_remembers() -> None:
    watching = held(Datacenter())
    watching.world.change(NODE, f"{CUBE}-0", status={"conditions": [{"type": "Ready", "status": "False"}]})
    watching.turns()
    assert watching.world.report()["health"] == "Unhealthy"
    assert watching.world.report(OTHER)["health"] == "Healthy"


def test_a_pod_that_comes_late_to_a_unit_on_its_way_back_is_sent_away() -> None:
    watching = held(Datacenter())
    watching.world.grants((CUBE, MISTRAL, 1, "Releasing"), granted=1)
    watching.world.server.add(POD, pod("late", f"{CUBE}-1"))
    watching.turns()
    assert watching.world.pods() == []
    assert watching.world.report()["cleanGrant"] == 1


@pytest.mark.parametrize("fault", [Fault.LOST_REPLY, Fault.UNSENT])
def test_an_agent_whose_call_has_failed_does_the_rest_although_nothing_changes(fault: Fault) -> None:
    for number in range(1, 60):
        world = mid_story()
        way = FaultyTransport(world.server, only(number, fault))
        watching = Watching(world, way)
        with suppress(ClusterError, Crash):
            turn.turn(watching.agent)
        watching.turns()
        assert_finished(world)
        if way.calls < number:
            return
    raise AssertionError("more calls than were expected")


def test_a_slice_whose_shape_could_not_be_read_is_formed_although_nothing_changes() -> None:
    world = SlicedSite()
    world.grants((CUBE, MISTRAL, 1, "Active"), (OTHER, MISTRAL, 2, "Active"), granted=2)
    away = [True]

    def plan(_: int, request: Request) -> Fault | Reply | None:
        return Fault.UNSENT if away and "capacitypromises" in request.path else None

    watching = Watching(world, FaultyTransport(world.server, plan))
    watching.turns()
    assert world.slices() == {}
    away.clear()
    watching.turns()
    assert list(world.slices().values()) == [[CUBE, OTHER]]


def test_what_is_held_back_is_told_for_as_long_as_it_is() -> None:
    world = SlicedSite(wrong=lambda _one: "hang")
    world.grants((CUBE, MISTRAL, 1, "Active"), (OTHER, MISTRAL, 2, "Active"), granted=2)
    watching = Watching(world)
    watching.turns()
    world.form()
    watching.turns()
    before = world.writes
    for _ in range(3):
        watching.turns()
    assert world.blocked()[CUBE]["reason"] == "SlicePending"
    assert world.writes == before


def test_a_place_is_settled_for_the_very_things_and_equal_words() -> None:
    settled, things = Settled(), ([1], [2])
    assert not settled.still(POOL, *things)
    settled.settle(POOL, *things, words={"why": "x"})
    assert settled.still(POOL, *things, words={"why": "x"})
    assert not settled.still(POOL, *things, words={"why": "y"})
    assert not settled.still(POOL, [1], things[1], words={"why": "x"})
    assert not settled.still(slices.__name__, *things, words={"why": "x"})
