"""Maintenance while a unit has failed: judged by who will be there once it is mended."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders import DAY, HOUR, LAKE, NOW, pool, reservation, with_units
from tests.planner.maintaining import accepted, maintains, maintenance, told
from tests.planner.world import World

MINE, THEIRS = "mistral/a", "anthropic/b"


@pytest.mark.parametrize("broken", [False, True], ids=["all is well", "a unit has failed"])
@pytest.mark.parametrize(
    "dates",
    [{"retires": NOW + 20 * HOUR}, {"available": NOW + 40 * HOUR}],
    ids=["a unit leaves before", "a unit comes later"],
)
def test_a_unit_that_will_not_be_there_stands_in_for_none_under_maintenance(
    dates: dict[str, int], broken: bool
) -> None:
    world = World().has(with_units(pool(LAKE, 3, grace=0, repair=2 * DAY), "cube-000", **dates))
    world.asks(reservation(MINE, topology="4x4x4", count=2, start=NOW + 22 * HOUR, end=NOW + 34 * HOUR))
    world.rest().fail(LAKE, *(["cube-001"] if broken else []))
    maintains(world.rest(), maintenance(start=NOW + 25 * HOUR, end=NOW + 27 * HOUR, units=("cube-001",)))
    assert accepted(world.rest()) == "False TouchesPromises"
    world.mend(LAKE, *(["cube-001"] if broken else []))
    assert world.wait(HOUR).ready(MINE) == "True Scheduled"
    world.cancels(MINE)
    assert accepted(world.rest()) == "True TakenOut"


@pytest.mark.parametrize("broken", [False, True], ids=["all is well", "units have failed"])
def test_whose_window_follows_that_of_a_promise_with_failed_units_is_touched_all_the_same(
    broken: bool,
) -> None:
    world = World().has(pool(LAKE, 2, grace=0, repair=2 * DAY))
    world.asks(reservation(MINE, topology="4x4x4", count=2, end=NOW + 10 * HOUR))
    world.asks(reservation(THEIRS, topology="4x4x4", count=2, start=NOW + 10 * HOUR, end=NOW + 20 * HOUR))
    world.rest().fail(LAKE, *(["cube-000", "cube-001"] if broken else []))
    asked = maintenance(start=NOW + 8 * HOUR, end=NOW + 16 * HOUR, units=("cube-001",))
    maintains(world.wait(HOUR), replace(asked, against=frozenset({MINE})))
    assert accepted(world.rest()) == "False TouchesPromises"
    assert [one.reservation for one in told(world).touched] == [THEIRS, MINE]
