"""Maintenance while a unit has failed: judged by who will be there once it is mended."""

from __future__ import annotations

import pytest
from tests.builders import DAY, HOUR, LAKE, NOW, pool, reservation, with_units
from tests.planner.maintaining import accepted, maintains, maintenance
from tests.planner.world import World

MINE = "mistral/a"


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
