"""Units of a window that opens before maintenance against it: given at once, out for that time, and back."""

from __future__ import annotations

import pytest
from tests.builders import ABERNATHY, HOUR, LAKE, MINUTE, NOW, pool, reservation, with_units
from tests.planner.maintaining import accepted, ledger, maintains, maintenance, withdraws
from tests.planner.several import several
from tests.planner.world import World

from holdfast.planner.state.snapshot import Maintenance

MINE, THEIRS = "mistral/pretrain", "anthropic/eval"
BOTH = ["cube-000", "cube-001"]


def figures(world: World) -> tuple[int, int, int | None]:
    """DEFICIT, AHEAD, and FROM in hours from the beginning."""
    found = ledger(world).capacity
    assert found is not None
    since = found.deficit_from
    return found.deficit, found.deficit_ahead, None if since is None else (since - NOW) // HOUR


def work(hours: int, name: str = "work", units: tuple[str, ...] = ()) -> Maintenance:
    """Maintenance against the promise by name, so many hours from the beginning, for an hour."""
    start = NOW + hours * HOUR
    return maintenance(name, start, start + HOUR, units=units, against=frozenset({MINE}))


def opening(cubes: int = 2, units: tuple[str, ...] = ("cube-000",), start: float = 1) -> World:
    """Two cubes are promised from 1 h to 20 h; maintenance of some goes against that by name from 10 h to 11 h."""
    world = World().has(pool(LAKE, cubes))
    world.asks(reservation(MINE, start=NOW + int(start * HOUR), end=NOW + 20 * HOUR))
    maintains(world.rest(), work(10, units=units))
    assert accepted(world.rest()) == "True PromisesShort"
    return world


@pytest.mark.parametrize(("units", "lost"), [(("cube-000",), 1), (("cube-000", "cube-001"), 2), ((), 2)])
def test_units_are_given_until_the_maintenance_and_after_it(units: tuple[str, ...], lost: int) -> None:
    world, stood = opening(units=units), []
    for hours in (0, 1, 9, 1):
        world.wait(hours * HOUR)
        stood.append((world.ready(MINE), world.units(MINE), figures(world)))
    assert stood == [
        ("False UnderMaintenance", [], (0, lost, 10)),
        ("True MaintenanceAhead", BOTH, (0, lost, 10)),
        ("False UnderMaintenance", BOTH, (lost, 0, None)),
        ("True Active", BOTH, (0, 0, None)),
    ]
    assert ledger(world).granted == 2, "each unit is given once"


def test_a_window_that_opens_during_the_maintenance_waits_for_its_end() -> None:
    world = opening(start=10.5)
    world.wait(10 * HOUR + 30 * MINUTE)
    assert (world.units(MINE), figures(world)) == (["cube-001"], (1, 0, None))
    world.wait(30 * MINUTE)
    assert (world.units(MINE), figures(world)) == (BOTH, (0, 0, None))


def test_parts_of_one_promise_open_together_before_maintenance_against_it() -> None:
    world = World().has(pool(LAKE, 2), pool(ABERNATHY, 2))
    world.asks(
        reservation(
            MINE, count=2, start=NOW + HOUR, end=NOW + 20 * HOUR, across_datacenters=True, atomic=True
        )
    )
    maintains(world.rest(), work(10, units=("cube-000",)))
    assert accepted(world.rest()) == "True PromisesShort"
    world.wait(HOUR)
    assert (world.ready(MINE), len(world.units(MINE))) == ("True MaintenanceAhead", 4)


def test_of_units_that_leave_for_maintenance_those_are_given_that_are_out_for_the_least_time() -> None:
    world = opening(3, units=())
    maintains(world, work(14, "second", units=("cube-000", "cube-001")))
    world.rest().wait(HOUR)
    assert len(ledger(world).outages) == 2
    assert (world.units(MINE), figures(world)) == (["cube-000", "cube-002"], (0, 2, 10))


def test_a_unit_is_not_given_over_maintenance_that_does_not_go_against_the_promise() -> None:
    world = World().has(pool(LAKE, 3))
    world.asks(reservation(MINE, start=NOW + HOUR, end=NOW + 20 * HOUR))
    half = maintenance("half", NOW + 12 * HOUR, NOW + 12 * HOUR + 30 * MINUTE, units=("cube-002",))
    maintains(world.rest(), half)
    maintains(world.rest(), work(10, units=("cube-000",)))
    world.rest().wait(HOUR)
    assert (world.units(MINE), len(ledger(world).outages)) == (BOTH, 2)


def test_maintenance_that_is_withdrawn_leaves_the_promise_its_units() -> None:
    world = opening()
    world.wait(2 * HOUR)
    withdraws(world)
    world.rest()
    assert (world.ready(MINE), world.units(MINE), figures(world)) == ("True Active", BOTH, (0, 0, None))


def test_what_maintenance_takes_of_a_series_is_told_of_its_nights() -> None:
    world = World().has(pool(LAKE, 2))
    world.asks(reservation(MINE, window=several((1, 8, 1), (24, 32, 1))))
    maintains(world.rest(), work(26, units=("cube-000",)))
    assert figures(world.rest()) == (0, 1, 26)
    world.wait(HOUR)
    assert (len(world.units(MINE)), figures(world)) == (2, (0, 1, 26))
    world.wait(23 * HOUR)
    assert (len(world.units(MINE)), figures(world)) == (2, (0, 1, 26))


def needed(cubes: int, units: tuple[str, ...]) -> World:
    """Another promise needs a cube from 3 h to 9 h; the last cube retires within, and only one in work is left."""
    world = World().has(pool(LAKE, cubes + 1))
    world.asks(reservation(MINE, count=cubes // 2, start=NOW + HOUR, end=NOW + 20 * HOUR))
    world.asks(reservation(THEIRS, topology="4x4x4", start=NOW + 3 * HOUR, end=NOW + 9 * HOUR))
    world.rest()
    world.declare(
        LAKE, units=with_units(world.pools[LAKE], f"cube-{cubes:03d}", retires=NOW + 5 * HOUR).units
    )
    maintains(world.rest(), work(10, units=units))
    assert accepted(world.rest()) == "True PromisesShort"
    return world.wait(HOUR)


def test_a_unit_that_another_needs_before_the_maintenance_is_given_once_that_is_over_and_lacks_until_then() -> (
    None
):
    world = needed(2, units=("cube-000",))
    assert (world.units(MINE), world.ready(MINE)) == (["cube-001"], "False UnderMaintenance")
    assert figures(world) == (1, 0, None), "two units are idle, and none of them serves"
    world.wait(2 * HOUR)
    assert (world.units(THEIRS), figures(world)) == (["cube-000"], (1, 0, None))
    world.wait(6 * HOUR + MINUTE)
    assert (world.units(MINE), figures(world)) == (BOTH, (0, 1, 10))


def test_the_units_that_nobody_else_needs_are_given() -> None:
    world = needed(4, units=("cube-000", "cube-001"))
    assert (world.units(MINE), figures(world)) == (["cube-000", "cube-002", "cube-003"], (1, 1, 10))
