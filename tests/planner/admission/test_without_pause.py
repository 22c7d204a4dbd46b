"""An interval that is cut short, and the next one before its units could be clean: they stay with their tenant."""

from __future__ import annotations

from typing import Any

import pytest
from tests.builders import HOUR, LAKE, NOW, pool, reservation, with_units
from tests.planner.maintaining import accepted, maintains, maintenance
from tests.planner.several import several
from tests.planner.world import World

from holdfast.api.intervals import MAX_INTERVALS
from holdfast.planner.state.ledger import Form
from holdfast.planner.state.snapshot import Window

NIGHTS = "mistral/nights"
Hours = list[tuple[float, float, int]]


def running(cubes: int = 2, **changes: Any) -> World:
    """Two cubes in the fourth of eight hours and again a day later; to clean one takes an hour."""
    world = World(cleaning=HOUR).has(pool(LAKE, cubes, grace=600, turn_around=3000))
    asked = {"count": 2, "window": several((0, 8, 2), (24, 32, 2)), **changes}
    world.asks(reservation(NIGHTS, topology="4x4x4", **asked))
    return world.wait(4 * HOUR)


def form(world: World) -> Form:
    (entry,) = world.pools[LAKE].ledger.entries.values()
    return entry.form


def hours(world: World) -> Hours:
    """What its ledger keeps for it, in hours from NOW."""
    return [((one.start - NOW) / HOUR, (one.end - NOW) / HOUR, one.count) for one in form(world).parts]


def amended(world: World, window: Window, **changes: Any) -> World:
    world.amends(NIGHTS, window=window, **changes)
    return world.rest()


def test_units_that_could_not_be_clean_before_the_next_interval_stay_until_it() -> None:
    world = amended(running(), several((4.5, 8, 2), (24, 32, 2)))
    for _ in range(4):
        assert (len(world.units(NIGHTS)), world.ready(NIGHTS)) == (2, "True Active")
        world.wait(HOUR // 2)
    promised = [(one.start, one.end) for one in world.promise(NIGHTS).paid]
    assert promised[:2] == [(NOW, NOW + 4 * HOUR), (NOW + 4.5 * HOUR, NOW + 8 * HOUR)]


def test_units_that_are_clean_by_then_are_given_back() -> None:
    world = amended(running(), several((5, 8, 2), (24, 32, 2)))
    assert hours(world) == [(5, 8, 2), (24, 32, 2)]
    assert world.units(NIGHTS) == []
    world.wait(HOUR)
    assert world.ready(NIGHTS) == "True Active"


@pytest.mark.parametrize(
    ("next_one", "kept"), [(1, [(0, 8, 1)]), (3, [(0, 8, 2), (4.5, 8, 1)])], ids=["fewer", "more"]
)
def test_so_many_stay_as_are_in_hand_and_are_needed_next(next_one: int, kept: Hours) -> None:
    world = amended(running(cubes=4), several((4.5, 8, next_one), (24, 32, 1)), count=max(2, next_one))
    assert hours(world) == [*kept, (24, 32, 1)]
    assert len(world.units(NIGHTS)) == min(next_one, 2)
    world.wait(HOUR)
    assert (len(world.units(NIGHTS)), world.ready(NIGHTS)) == (next_one, "True Active")


def test_they_are_due_to_a_planner_whose_clock_is_behind_too() -> None:
    world = amended(running(), several((4.5, 8, 2), (24, 32, 2)))
    assert form(world).due(NOW + 4 * HOUR - 5) == 2


def test_a_window_that_has_not_begun_gets_no_units_before_it_does() -> None:
    world = running(window=several((5, 8, 2), (24, 32, 2)))
    amended(world, several((4.5, 8, 2), (24, 32, 2)))
    assert hours(world) == [(4.5, 8, 2), (24, 32, 2)]


def test_what_was_to_be_given_back_before_the_next_interval_is_not_kept_for_it() -> None:
    world = running(cubes=4, window=several((0, 4.1, 2), (24, 32, 2)))
    world.declare(LAKE, turn_around=4 * HOUR)
    amended(world, several((7.5, 8, 2), (24, 32, 2)))
    assert hours(world) == [(7.5, 8, 2), (24, 32, 2)]


def test_a_unit_that_leaves_within_the_next_interval_makes_room_for_another() -> None:
    world = running(cubes=4)
    for name in world.units(NIGHTS):
        world.pools[LAKE] = with_units(world.pools[LAKE], name, retires=NOW + 6 * HOUR)
    amended(world, several((4.5, 8, 2), (24, 32, 2)))
    assert world.units(NIGHTS) == []
    world.wait(HOUR)
    assert (len(world.units(NIGHTS)), world.ready(NIGHTS)) == (2, "True Active")


def test_a_unit_that_is_under_maintenance_in_the_next_interval_makes_room_for_another() -> None:
    world = running(cubes=4)
    maintains(
        world, maintenance(start=NOW + 10 * HOUR, end=NOW + 11 * HOUR, units=tuple(world.units(NIGHTS)))
    )
    world.rest()
    assert accepted(world) == "True TakenOut"
    amended(world, several((4.5, 12, 2), (24, 32, 2)))
    world.wait(HOUR)
    assert world.ready(NIGHTS) == "True Active"
    world.wait(6 * HOUR)
    assert world.ready(NIGHTS) == "True Active"


def test_a_form_takes_no_more_intervals_than_a_ledger_has_room_for() -> None:
    rest = [(10 + 2 * number, 11 + 2 * number, 1) for number in range(MAX_INTERVALS - 1)]
    world = amended(running(cubes=4), several((4.5, 8, 3), *rest), count=3)
    assert len(form(world).parts) == MAX_INTERVALS
