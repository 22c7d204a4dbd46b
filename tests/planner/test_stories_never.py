"""What no waiting mends is not told as if units were on their way back, and is granted once its reason is gone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.builders import ABERNATHY, DAY, HOUR, LAKE, NOW, pool, reservation, tenant
from tests.planner.several import several
from tests.planner.world import World

from holdfast.api.reasons import Reason

MINE, OTHER, SECOND = "mistral/pretrain", "mistral/other", "lake-mariner.tpu7x-b"
BOTH = ("lake-mariner", "abernathy")


def world_of(*pools: tuple[str, int], **ask: Any) -> World:
    """Pools of so many cubes, and the reservation."""
    world = World().has(*(pool(name, cubes) for name, cubes in pools))
    world.asks(reservation(MINE, **ask))
    return world.rest()


def held(world: World) -> tuple[Reason, bool]:
    """Why it is held, and whether its status says that no waiting mends it."""
    status = world.ask(MINE).status
    assert status is not None
    return world.hold(MINE).reason, any(one.type == "Stalled" for one in status.conditions)


def test_more_than_the_datacenter_has_in_which_it_runs() -> None:
    world = world_of((LAKE, 4), (ABERNATHY, 16), datacenters=BOTH)
    world.amends(MINE, count=4)
    assert held(world.rest()) == (Reason.EXCEEDS_CAPACITY, True)
    assert "where its window has begun is 2: lake-mariner.tpu7x-a has 4 units" in world.hold(MINE).message
    world.amends(MINE, across_datacenters=True)
    world.rest()
    assert dict(world.promise(MINE).pools) == {LAKE: 4, ABERNATHY: 4}


def test_as_many_apart_as_no_two_pools_can_hold() -> None:
    world = world_of((LAKE, 12), (SECOND, 6), count=8, min_count=7, max_percent_per_pool=50)
    assert held(world) == (Reason.EXCEEDS_CAPACITY, True)
    assert "the most that can ever be promised is 6" in world.hold(MINE).message
    world.amends(MINE, min_count=6)
    world.rest()
    assert dict(world.promise(MINE).pools) == {LAKE: 6, SECOND: 6}


def test_a_share_that_what_has_not_begun_cannot_keep_in_two_pools() -> None:
    world = world_of((LAKE, 8), (SECOND, 8), count=4, start=NOW + DAY, end=NOW + 2 * DAY)
    world.amends(MINE, max_percent_per_pool=30)
    assert held(world.rest()) == (Reason.EXCEEDS_CAPACITY, True)
    world.amends(MINE, max_percent_per_pool=50)
    world.rest()
    assert dict(world.promise(MINE).pools) == {LAKE: 4, SECOND: 4}


def test_fewer_apart_than_are_accepted_because_the_contract_leaves_no_more() -> None:
    world = World().has(pool(LAKE, 16), pool(SECOND, 16), tenant(chips=8 * 128))
    world.asks(reservation(OTHER, count=3))
    world.rest()
    world.asks(reservation(MINE, count=8, min_count=5, max_percent_per_pool=50))
    assert held(world.rest()) == (Reason.EXCEEDS_ENTITLEMENT, True)
    world.cancels(OTHER)
    world.rest()
    assert dict(world.promise(MINE).pools) == {LAKE: 8, SECOND: 8}


def test_another_night_for_what_runs_on_spares() -> None:
    world = world_of((LAKE, 4), count=2, window=several((0, 8, 2), (48, 56, 2)))
    world.declare(LAKE, spares=2)
    world.amends(MINE, window=several((0, 8, 2), (24, 32, 2), (48, 56, 2)))
    assert held(world.rest()) == (Reason.EXCEEDS_CAPACITY, True)
    world.declare(LAKE, spares=0)
    world.rest()
    assert len(world.promise(MINE).intervals) == 3


def test_more_of_what_runs_in_a_pool_that_is_left_alone() -> None:
    world = world_of((LAKE, 8), (SECOND, 8))
    world.declare(LAKE, ledger=replace(world.pools[LAKE].ledger, as_of=NOW + HOUR))
    world.amends(MINE, count=2)
    assert held(world.rest()) == (Reason.FROZEN, False)
    world.wait(2 * HOUR)
    assert world.promise(MINE).slices == 2


@pytest.mark.parametrize("cleaning", [0, HOUR])
def test_units_that_are_on_their_way_back_are_waited_for(cleaning: int) -> None:
    world = World(cleaning=cleaning).has(pool(LAKE, 2))
    world.asks(reservation(OTHER))
    world.rest().cancels(OTHER)
    world.asks(reservation(MINE))
    assert (world.rest().ready(MINE) == "True Active") is (cleaning == 0)
    if cleaning:
        assert held(world) == (Reason.WAITING_FOR_HANDOVER, False)
    world.wait(2 * HOUR)
    assert world.ready(MINE) == "True Active"
