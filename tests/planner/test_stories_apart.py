"""Golden stories in plain words: slices that lie apart, whatever becomes of their number."""

from __future__ import annotations

import pytest
from tests.builders import ABERNATHY, DAY, HOUR, LAKE, NOW, pool, reservation
from tests.planner.lifetimes import Random
from tests.planner.several import nightly
from tests.planner.world import World

from holdfast.planner.state.snapshot import Repair

ORDERS = pytest.mark.parametrize("order", range(12), ids=lambda seed: f"order-{seed}")
MINE, SECOND = "mistral/pretrain", "lake-mariner.tpu7x-b"


def lake(cubes: int, order: int = 0) -> World:
    """A pool at Lake Mariner, read in some order."""
    world = World(shuffle=Random(order).shuffle if order else lambda _: None)
    return world.has(pool(LAKE, cubes))


@ORDERS
def test_slices_lie_as_far_apart_as_is_asked_for_while_they_run_and_when_more_come(order: int) -> None:
    world = lake(12, order).has(pool(SECOND, 12))
    world.asks(reservation(MINE, count=4, max_percent_per_pool=50))
    assert dict(world.rest().promise(MINE).pools) == {LAKE: 4, SECOND: 4}
    world.amends(MINE, count=6)
    assert dict(world.rest().promise(MINE).pools) == {LAKE: 6, SECOND: 6}
    world.amends(MINE, count=2)
    assert dict(world.rest().promise(MINE).pools) == {LAKE: 2, SECOND: 2}
    assert world.ready(MINE) == "True Active"


@pytest.mark.parametrize("more", [{}, {"end": NOW + 2 * DAY}], ids=["fewer", "fewer for longer"])
def test_fewer_of_what_runs_lie_apart_only_as_far_as_nothing_moves_for_it(more: dict[str, int]) -> None:
    world = lake(16).has(pool(SECOND, 4))
    world.asks(reservation(MINE, count=4, max_percent_per_pool=75))
    assert dict(world.rest().promise(MINE).pools) == {LAKE: 6, SECOND: 2}
    before = set(world.units(MINE))
    world.amends(MINE, count=3, max_percent_per_pool=50, **more)
    assert dict(world.rest().promise(MINE).pools) == {LAKE: 4, SECOND: 2}
    world.amends(MINE, count=2, **more)
    assert dict(world.rest().promise(MINE).pools) == {LAKE: 2, SECOND: 2}
    assert set(world.units(MINE)) < before


@pytest.mark.parametrize("silent", [False, True], ids=["failed", "silent"])
def test_of_what_runs_the_slices_stay_that_lack_nothing(silent: bool) -> None:
    world = lake(2).has(pool(ABERNATHY, 4))
    world.asks(reservation(MINE, count=3, across_datacenters=True, repair=Repair(policy="Never")))
    assert dict(world.rest().promise(MINE).pools) == {ABERNATHY: 4, LAKE: 2}
    world.report(ABERNATHY, *world.pools[ABERNATHY].units, occupied=True)
    world.fail(ABERNATHY, *(world.pools[ABERNATHY].units if not silent else ()))
    world.rest().declare(ABERNATHY, reachable=not silent)
    world.amends(MINE, count=1, across_datacenters=True)
    assert dict(world.rest().promise(MINE).pools) == {LAKE: 2}
    assert world.ready(MINE) == "True Active"


def test_before_they_run_fewer_slices_lie_as_far_apart_as_more() -> None:
    world = lake(12).has(pool(SECOND, 12))
    world.asks(reservation(MINE, count=4, max_percent_per_pool=50, start=NOW + DAY, end=NOW + 2 * DAY))
    world.rest()
    world.amends(MINE, count=2)
    assert dict(world.rest().promise(MINE).pools) == {LAKE: 2, SECOND: 2}


def test_before_they_run_fewer_slices_move_to_lie_apart() -> None:
    world = lake(12).has(pool(SECOND, 12))
    world.asks(reservation(MINE, count=4, start=NOW + DAY, end=NOW + 2 * DAY))
    assert dict(world.rest().promise(MINE).pools) == {LAKE: 8}
    world.amends(MINE, count=2, max_percent_per_pool=50)
    assert dict(world.rest().promise(MINE).pools) == {LAKE: 2, SECOND: 2}


def test_what_can_never_lie_so_far_apart_is_told_with_numbers() -> None:
    world = lake(12)
    world.asks(reservation(MINE, count=4, max_percent_per_pool=50))
    assert world.rest().ready(MINE) == "False ExceedsCapacity"


@pytest.mark.parametrize(("cubes", "slices"), [(6, 6), (2, 2), (16, 8)])
def test_fewer_nights_slices_than_asked_for_have_the_share_of_so_many(cubes: int, slices: int) -> None:
    world = World().has(pool(LAKE, 12), pool(SECOND, cubes))
    asked = {"count": 8, "min_count": 2, "max_percent_per_pool": 50}
    world.asks(reservation(MINE, window=nightly(2, slices=8), **asked))
    world.rest()
    assert dict(world.promise(MINE).pools) == {LAKE: slices, SECOND: slices}


def test_fewer_slices_of_a_night_that_runs_lie_apart_where_they_run() -> None:
    world = World().has(pool(LAKE, 8), pool(SECOND, 8))
    world.asks(reservation(MINE, count=4, window=nightly(2, slices=4), max_percent_per_pool=50))
    world.wait(HOUR)
    world.amends(MINE, count=2, window=nightly(2, slices=2))
    world.rest()
    assert dict(world.promise(MINE).pools) == {LAKE: 2, SECOND: 2}


def test_slices_of_a_night_that_runs_in_one_pool_stay_there_however_far_apart_they_should_lie() -> None:
    world = lake(8).has(pool(SECOND, 8))
    world.asks(reservation(MINE, count=4, window=nightly(2, slices=4)))
    world.wait(HOUR)
    world.amends(MINE, count=2, window=nightly(2, slices=2), max_percent_per_pool=50)
    world.rest()
    assert dict(world.promise(MINE).pools) == {LAKE: 4}
