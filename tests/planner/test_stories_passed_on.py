"""Who lacks a unit takes the first that comes free, and whose it would have been is told so before."""

from __future__ import annotations

from tests.builders import HOUR, LAKE, NOW, pool, reservation, with_units
from tests.planner.maintaining import accepted, maintains, maintenance, told
from tests.planner.world import World

FIRST, SECOND, THIRD = "mistral/first", "mistral/second", "mistral/third"
WINDOWS = {FIRST: (22.0, 34.0), SECOND: (10.0, 23.5), THIRD: (24.0, 27.0)}


def promised(world: World) -> World:
    """Two cubes, and three promises of one each; the second ends while the first runs, just before the third begins."""
    for label, (start, end) in WINDOWS.items():
        window = {"start": int(NOW + start * HOUR), "end": int(NOW + end * HOUR)}
        world.asks(reservation(label, topology="4x4x4", **window))
        world.rest().wait(60)
    assert {world.ready(label) for label in WINDOWS} == {"True Scheduled"}
    return world


def at(world: World, hour: float) -> World:
    world.wait(int(NOW + hour * HOUR) - world.now)
    return world


def test_maintenance_names_whom_it_makes_short_by_another_whose_unit_it_takes() -> None:
    world = promised(World().has(pool(LAKE, 2)))
    work = maintenance(
        start=NOW + 21 * HOUR, end=NOW + 26 * HOUR, units=("cube-001",), against=frozenset({FIRST})
    )
    maintains(world, work)
    world.rest()
    assert accepted(world) == "False TouchesPromises"
    assert {each.reservation for each in told(world).touched} == {FIRST, THIRD}


def test_a_delivery_that_slips_is_told_to_whom_it_makes_short_by_another() -> None:
    cubes = with_units(pool(LAKE, 2), "cube-001", available=NOW + 20 * HOUR)
    world = promised(World().has(cubes))
    world.report(LAKE, "cube-001", available=NOW + 26 * HOUR)
    world.rest()
    assert {label: world.ready(label) for label in WINDOWS} == {
        FIRST: "False SupplyNotYetDelivered",
        SECOND: "True Scheduled",
        THIRD: "False SupplyNotYetDelivered",
    }
    assert (at(world, 23.6).units(FIRST), world.ready(FIRST)) == (["cube-000"], "True Active")
    assert at(world, 24.1).units(THIRD) == []
    assert at(world, 26.1).ready(THIRD) == "True Active"
