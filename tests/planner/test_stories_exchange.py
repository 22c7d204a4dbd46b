"""What one tenant gives back makes nobody else short: where units differ, others change places before they begin."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.builders import HOUR, LAKE, NOW, pool, reservation, with_units
from tests.planner.maintaining import maintains, maintenance, withdraws
from tests.planner.world import World

FIRST = {"d1": (1, 6), "d2": (5, 9), "d3": (7, 11), "d4": (10, 40)}
THERE = {"d2": (5, 9), "d3": (7, 20), "d4": (10, 40)}
Change = Callable[[World], object]


def promised(world: World, asked: dict[str, tuple[int, int]]) -> World:
    """Two cubes, of which one leaves after 20 hours; each tenant is promised one."""
    for tenant, (start, end) in asked.items():
        ask = reservation(f"{tenant}/x", topology="4x4x4", start=NOW + start * HOUR, end=NOW + end * HOUR)
        world.asks(ask)
        world.rest()
        assert world.ready(f"{tenant}/x") == "True Scheduled"
    return world


def two_cubes(comes: int = 0) -> World:
    """The cube that leaves after 20 hours comes after so many."""
    made = with_units(pool(LAKE, 2, grace=0), "cube-000", retires=NOW + 20 * HOUR)
    return World().has(with_units(made, "cube-000", available=NOW + comes * HOUR if comes else 0)).rest()


def maintained() -> World:
    """The cube that leaves is under maintenance until the sixth hour."""
    world = two_cubes()
    maintains(world, maintenance(start=NOW + HOUR, end=NOW + 6 * HOUR, units=("cube-000",)))
    return world.rest()


def cancelled(world: World) -> None:
    """The first of them does without."""
    world.cancels("d1/x")


def ends_earlier(world: World) -> None:
    """The first of them needs half the time."""
    world.amends("d1/x", start=NOW + HOUR, end=NOW + 3 * HOUR)


def comes_earlier(world: World) -> None:
    """The cube that leaves is delivered two hours before its date."""
    world.report(LAKE, "cube-000", available=NOW + 4 * HOUR)


@pytest.mark.parametrize(
    ("world", "asked", "change"),
    [
        (two_cubes(), FIRST, cancelled),
        (two_cubes(), FIRST, ends_earlier),
        (maintained(), THERE, withdraws),
        (two_cubes(comes=6), THERE, comes_earlier),
    ],
    ids=["a promise is cancelled", "one ends earlier", "maintenance is withdrawn", "a unit comes earlier"],
)
def test_what_is_given_back_makes_nobody_short(
    world: World, asked: dict[str, tuple[int, int]], change: Change
) -> None:
    change(promised(world, asked))
    world.rest()
    assert [world.ready(f"{each}/x") for each in ("d2", "d3", "d4")] == ["True Scheduled"] * 3
    assert world.pools[LAKE].ledger.capacity.deficit_ahead == 0  # type: ignore[union-attr]
    world.wait(5 * HOUR)
    for tenant, hours in (("d2", 3), ("d3", 2), ("d4", 20)):
        assert (world.ready(f"{tenant}/x"), len(world.units(f"{tenant}/x"))) == ("True Active", 1)
        world.wait(hours * HOUR)
    assert world.units("d4/x") == ["cube-001"]
