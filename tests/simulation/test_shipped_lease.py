"""Two replicas with the lease as it is shipped, a fraction of a second at a time: one leads, the other follows soon.

Random lives let time pass in steps longer than that lease; here every attempt to renew it is made.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.simulation.lifetimes import planner as replicas
from tests.simulation.lifetimes.parameters import Parameters
from tests.simulation.lifetimes.planner import Planner
from tests.simulation.lifetimes.rest import _written
from tests.simulation.lifetimes.tenants import asks
from tests.simulation.lifetimes.world import EVERY_KIND, World

from holdfast.cluster.leases.leader_election import Timing

SHIPPED = Timing()
TURN_EVERY = 5
"""Attempts between two turns of everybody."""
SPEC = {"acceleratorType": "tpu7x", "topology": "4x4x4", "count": 1, "window": {"durationSeconds": 400}}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A hub at rest with two replicas; one of them leads."""
    monkeypatch.setattr(replicas, "TIMING", SHIPPED)
    made = World(Parameters(2, 1, False, (2, 1, 1), 1, 100_000, 20, 0, 1))
    pass_by(made, 20)
    yield made
    made.end()


def pass_by(world: World, seconds: float) -> None:
    """Time passes, attempt by attempt; at no instant do two lead."""
    for attempt in range(round(seconds / SHIPPED.retry)):
        world.time.elapsed += SHIPPED.retry
        for process in world.processes:
            if process.actor.frozen:
                continue
            process.tick()
            if attempt % TURN_EVERY == 0:
                process.feed(EVERY_KIND)
                process.actor.run()
        assert len(leaders(world)) <= 1
    assert list(world.failures()) == []


def leaders(world: World) -> list[Planner]:
    """Who may act now; one that is paused leads no longer than its deadline."""
    return [one for one in world.planners if one.leading]


def answered(world: World) -> bool:
    return all(each.status is not None for each in world.truth.reservations.values())


def test_at_rest_one_leads_for_as_long_as_it_lives_and_nothing_but_the_lease_is_written(world: World) -> None:
    (leader,) = leaders(world)
    before = _written(world)
    pass_by(world, 120)
    assert leaders(world) == [leader]
    assert _written(world) == before


def test_a_leader_that_stands_still_is_followed_within_five_seconds_and_ends_when_it_goes_on(
    world: World,
) -> None:
    (leader,) = leaders(world)
    leader.actor.frozen = True
    boots = leader.boots
    pass_by(world, 4.8)
    (follower,) = leaders(world)
    assert follower is not leader
    asks(world, "mistral-lab", "job-x", SPEC)
    pass_by(world, 10)
    assert answered(world)
    leader.actor.frozen = False
    pass_by(world, 10)
    assert leaders(world) == [follower]
    assert leader.boots > boots


def test_two_that_follow_each_other_again_and_again_come_to_rest(world: World) -> None:
    for number, name in enumerate(("job-x", "job-y")):
        (leader,) = leaders(world)
        leader.actor.crash()
        asks(world, f"{('mistral', 'anthropic')[number]}-lab", name, SPEC)
        pass_by(world, 15)
        assert answered(world)
    before = _written(world)
    pass_by(world, 30)
    assert _written(world) == before
