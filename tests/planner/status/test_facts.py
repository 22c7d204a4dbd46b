"""What is said of a failed unit beside which sound ones idle: that they are there, and why none takes its place."""

from __future__ import annotations

import pytest
from tests.builders import DAY, HOUR, LAKE, MINUTE, NOW, pool, reservation, with_units
from tests.planner.maintaining import accepted, maintains, maintenance
from tests.planner.several import several
from tests.planner.world import World

TRAIN = "mistral/train"
IDLE, SWAPPED = "the sound ones that are free leave", "a spare takes its place when one is sound"


def failing(world: World, **window: object) -> World:
    """Two cubes over ten days, or some intervals; one of them fails on the first day and stays so."""
    world.asks(reservation(TRAIN, topology="4x4x4", count=2, **(window or {"end": NOW + 10 * DAY})))
    world.rest()
    world.wait(HOUR)
    world.fail(LAKE, "cube-000")
    return world.wait(HOUR)


def message(world: World) -> str:
    status = world.ask(TRAIN).status
    assert status is not None
    (ready,) = (one for one in status.conditions if one.type == "Ready")
    assert ready.reason == "Repairing"
    return ready.message


def test_a_free_unit_that_retires_within_the_window_is_told_of() -> None:
    world = World().has(with_units(pool(LAKE, 3, repair=90 * DAY), "cube-002", retires=NOW + 9 * DAY))
    failing(world)
    assert world.units(TRAIN) == ["cube-000", "cube-001"]
    assert IDLE in message(world)
    world.wait(9 * DAY)
    assert message(world).endswith(SWAPPED)


def test_a_free_unit_that_is_maintained_within_the_window_is_told_of() -> None:
    world = World().has(pool(LAKE, 3, repair=90 * DAY))
    maintains(world, maintenance(start=NOW + 6 * DAY, end=NOW + 7 * DAY, units=("cube-002",)))
    assert accepted(world.rest()) == "True TakenOut"
    assert IDLE in message(failing(world))
    world.wait(7 * DAY)
    assert (world.units(TRAIN), world.ready(TRAIN)) == (["cube-001", "cube-002"], "True Active")


@pytest.mark.parametrize("cubes", [2, 3])
def test_nothing_is_said_of_free_units_where_there_are_none_or_one_takes_its_place(cubes: int) -> None:
    world = failing(World().has(pool(LAKE, cubes, repair=90 * DAY)))
    assert (world.ready(TRAIN) == "True Active") == (cubes == 3)
    assert cubes == 3 or message(world).endswith(SWAPPED)


def test_free_units_that_outlast_the_interval_that_runs_are_waited_for_and_not_called_too_short() -> None:
    here = (f"cube-{number:03}" for number in range(6))
    cubes = with_units(pool(LAKE, 8, repair=90 * DAY), *here, retires=NOW + 9 * DAY)
    world = World().has(with_units(cubes, "cube-006", "cube-007", available=NOW + 15 * DAY))
    nights = several((0, 100, 2), (480, 500, 2))
    world.asks(reservation(TRAIN, topology="4x4x4", count=2, window=nights))
    world.rest()
    world.fail(LAKE, *world.units(TRAIN))
    world.wait(6 * MINUTE)
    assert message(world).endswith(SWAPPED)
