"""Two electors and time itself, in every order: never two leaders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.simulation.api_server import ApiServer
from tests.simulation.faults import Crash, Fault, FaultyTransport
from tests.simulation.simulated import SimulatedTime, simulated_api
from tests.simulation.stepper import Story, Violation, interleavings

from holdfast.cluster.leases.leader_election import LeaderElector, Timing
from holdfast.cluster.transport.http import Reply, Request, Transport
from holdfast.cluster.transport.objects import Key

LEASE = Key("holdfast-system", "holdfast-planner")
TERMS = Timing(lease_seconds=15, renew_deadline=10.0, retry=2.0, call_timeout=2.0)


class Door:
    """A way that can be turned: first straight to the server, later through the stepper."""

    def __init__(self, way: Transport) -> None:
        self.way = way

    def call(self, request: Request) -> Reply:
        return self.way.call(request)

    def stream(self, request: Request) -> Iterator[bytes]:
        return self.way.stream(request)


@dataclass
class Election:
    """Two replicas; `first` leads already and `second` has seen it, unless the race is still open."""

    timing: Timing
    started: bool = True
    time: SimulatedTime = field(default_factory=SimulatedTime)
    alive: dict[str, bool] = field(default_factory=dict)
    led: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.server = ApiServer(self.time.epoch)
        self.lossy = FaultyTransport(self.server, lambda *_: None)
        self.doors = {"first": Door(self.lossy), "second": Door(self.server)}
        self.electors = {name: self._elector(name) for name in self.doors}
        for elector in self.electors.values() if self.started else ():
            elector.attempt()

    def _elector(self, name: Any) -> Any:
        def end(_: Any) -> None:
            self.alive[name] = False
            raise Crash

        self.alive[name] = True
        return LeaderElector(simulated_api(self.doors[name], self.time), LEASE, name, end, self.timing)

    def leaders(self) -> Any:
        return [name for name, elector in self.electors.items() if self.alive[name] and elector.leading]


def replica(name: Any, attempts: Any) -> Any:
    def run(world: Any, baton: Any) -> None:
        world.doors[name].way = baton
        for _ in range(attempts):
            world.electors[name].attempt()

    return run


def lossy_replica(world: Any, baton: Any) -> None:
    """The leader, whose next write is carried out by the network whenever it likes."""
    world.lossy = FaultyTransport(baton, lambda _, request: Fault.LATE_COMMIT if request.mutates else None)
    world.doors["first"].way = world.lossy
    world.electors["first"].attempt()


def network(world: Any, baton: Any) -> None:
    """Delivers what is late."""
    baton.pause("deliver")
    for request in world.lossy.late:
        world.server.call(request)


def passing(*seconds: Any) -> Any:
    def run(world: Any, baton: Any) -> None:
        for step in seconds:
            baton.pause(f"{step} s pass")
            world.time.elapsed += step

    return run


def never_two(world: Any) -> None:
    world.led.update(world.leaders())
    assert len(world.leaders()) <= 1


def stories(timing: Any) -> Any:
    """The races, by name; each is walked through completely."""
    running, opening = (lambda: Election(timing)), (lambda: Election(timing, started=False))
    return {
        "both start": Story(opening, [replica("first", 2), replica("second", 2)], never_two),
        "both start while time passes": Story(
            opening, [replica("first", 1), replica("second", 1), passing(8.0, 8.0)], never_two
        ),
        "the leader is slow": Story(
            running, [replica("first", 1), replica("second", 2), passing(7.0, 7.0, 2.0)], never_two
        ),
        "the leader's renewal is late": Story(
            running, [lossy_replica, replica("second", 1), passing(9.0, 7.0), network], never_two
        ),
    }


@pytest.mark.parametrize("name", stories(TERMS))
def test_two_replicas_never_lead_at_the_same_instant(name: Any) -> None:
    explored = interleavings(stories(TERMS)[name])
    assert explored.complete
    assert explored.schedules >= 36


def test_a_leader_that_acts_longer_than_its_lease_is_caught() -> None:
    careless = Timing(lease_seconds=15, renew_deadline=17.0)
    with pytest.raises(Violation, match="s pass"):
        interleavings(stories(careless)["the leader is slow"])


def test_the_slow_leader_is_replaced_in_some_order() -> None:
    seen = set()
    story = stories(TERMS)["the leader is slow"]
    interleavings(Story(story.make_world, story.replicas, never_two, lambda world: seen.update(world.led)))
    assert seen == {"first", "second"}
