"""What maintenance costs promises is told as people count: the most lacking at one instant, not summed over weeks."""

from __future__ import annotations

import pytest
from tests.builders import DAY, HOUR, LAKE, NOW, pool, reservation
from tests.planner.maintaining import accepted, maintains, maintenance, names, told
from tests.planner.several import nightly
from tests.planner.world import World

MINE = "mistral/pretrain"
FIRST = tuple(f"cube-{number:03d}" for number in range(90))
WEEKS = tuple(f"mistral/week{number}" for number in range(3))


def weeks(units: int, slices: int) -> World:
    """Three promises of so many pairs of cubes, each for a week and one after the other."""
    world = World().has(pool(LAKE, units))
    for number, label in enumerate(WEEKS):
        start = NOW + (1 + 7 * number) * DAY
        world.asks(reservation(label, count=slices, start=start, end=start + 6 * DAY))
    return world.rest()


def nights(slices: int) -> World:
    """A series of five nights, eight hours each."""
    world = World().has(pool(LAKE, 200))
    world.asks(reservation(MINE, count=slices, window=nightly(5, slices=slices)))
    return world.rest()


def test_three_weeks_that_lack_all_their_units_lack_as_many_as_one_week() -> None:
    world = weeks(units=200, slices=100)
    maintains(world, maintenance(start=NOW + DAY, end=NOW + 20 * DAY))
    assert accepted(world.rest()) == "False TouchesPromises"
    assert [one.count for one in told(world).touched] == [200, 200, 200]
    names(world, *WEEKS)
    assert accepted(world.rest()) == "True PromisesShort"
    assert told(world).deficit == 200


def test_promises_at_one_time_lack_what_they_lack_together() -> None:
    world = World().has(pool(LAKE, 6))
    for label in WEEKS:
        world.asks(reservation(label, start=NOW + DAY, end=NOW + 2 * DAY))
    maintains(world.rest(), maintenance(start=NOW + DAY, end=NOW + 2 * DAY, against=frozenset(WEEKS)))
    assert accepted(world.rest()) == "True PromisesShort"
    assert (told(world).deficit, [one.count for one in told(world).touched]) == (6, [2, 2, 2])


@pytest.mark.parametrize(
    ("name", "slices", "units", "lacking"),
    [
        ("all of the pool", 50, (), 100),
        ("all it has in its nights", 100, (), 200),
        ("some units of the pool, of which the others are too few", 70, FIRST, 30),
        ("some units, and the others are enough", 50, FIRST, 0),
    ],
)
def test_a_series_lacks_what_one_of_its_nights_does(
    name: str, slices: int, units: tuple[str, ...], lacking: int
) -> None:
    world = nights(slices)
    over_four = maintenance(start=NOW + 20 * HOUR, end=NOW + 5 * DAY, units=units, against=frozenset({MINE}))
    maintains(world, over_four)
    assert accepted(world.rest()) == ("True PromisesShort" if lacking else "True TakenOut")
    assert [one.count for one in told(world).touched] == ([lacking] if lacking else [])
    assert told(world).deficit == lacking
