"""Several intervals that are changed while they run: nothing is told of the past that was not held."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.builders import ABERNATHY, DAY, HOUR, LAKE, NOW, pool, reservation, tenant, with_units
from tests.planner.several import nightly, several
from tests.planner.world import World

from holdfast.api.reasons import Reason

NIGHTS, RAMP, OTHER = "mistral/nights", "mistral/ramp", "anthropic/other"
Told = list[tuple[float, float, int]]


def told(world: World, label: str) -> Told:
    """The intervals of a reservation's status, in hours from NOW."""
    status = world.ask(label).status
    assert status is not None
    assert status.promised is not None
    found = status.promised.intervals or ()
    return [((one.start - NOW) / HOUR, (one.end - NOW) / HOUR, one.slices) for one in found]


def test_an_interval_that_has_passed_is_not_told_because_it_was_added() -> None:
    world = World().has(pool(LAKE, 4))
    world.asks(reservation(NIGHTS, window=nightly(2)))
    world.wait(20 * HOUR)
    world.amends(NIGHTS, window=several((0, 8, 1), (10, 14, 1), (24, 32, 1), (48, 56, 1)))
    world.rest()
    assert told(world, NIGHTS) == [(0, 8, 1), (24, 32, 1), (48, 56, 1)]
    assert world.promise(NIGHTS).start == NOW


def test_what_runs_is_due_to_a_planner_whose_clock_is_behind_too() -> None:
    world = World().has(pool(LAKE, 4))
    world.asks(reservation(NIGHTS, window=nightly(2)))
    world.wait(2 * HOUR)
    world.amends(NIGHTS, window=several((2, 6, 1), (24, 32, 1)))
    world.rest()
    (entry,) = world.pools[LAKE].ledger.entries.values()
    assert entry.form.due(NOW + 2 * HOUR - 5) == 2
    assert told(world, NIGHTS) == [(0, 6, 1), (24, 32, 1)]


def test_a_step_that_grows_has_grown_since_the_change() -> None:
    world = World().has(pool(LAKE, 8))
    world.asks(reservation(RAMP, count=2, window=several((0, 10, 1), (10, 20, 2))))
    world.wait(4 * HOUR)
    world.amends(RAMP, count=3, window=several((0, 10, 3), (10, 20, 2)))
    world.rest()
    assert told(world, RAMP) == [(0, 4, 1), (4, 10, 3), (10, 20, 2)]
    assert len(world.units(RAMP)) == 6
    world.wait(8 * HOUR)
    assert len(world.units(RAMP)) == 4


def test_a_window_that_becomes_a_series_says_until_when_it_was_one() -> None:
    world = World().has(pool(LAKE, 4))
    world.asks(reservation(NIGHTS, end=NOW + 3 * DAY))
    world.wait(30 * HOUR)
    world.amends(NIGHTS, window=nightly(3))
    world.rest()
    assert told(world, NIGHTS) == [(0, 32, 1), (48, 56, 1)]


def test_fewer_slices_from_now_on_leave_what_was_held_as_it_was() -> None:
    world = World().has(pool(LAKE, 8))
    world.asks(reservation(NIGHTS, count=3, window=nightly(3, slices=3)))
    world.wait(2 * HOUR)
    world.amends(NIGHTS, count=1, window=nightly(3))
    world.rest()
    assert told(world, NIGHTS) == [(0, 2, 3), (2, 8, 1), (24, 32, 1), (48, 56, 1)]
    assert (world.promise(NIGHTS).slices, len(world.units(NIGHTS))) == (1, 2)


def test_a_series_whose_nights_are_all_over_and_that_asks_for_more_is_held() -> None:
    world = World().has(pool(LAKE, 8))
    world.asks(reservation(NIGHTS, window=nightly(3)))
    world.wait(9 * HOUR)
    world.amends(NIGHTS, count=2, window=nightly(1, slices=2))
    world.rest()
    assert world.hold(NIGHTS).reason is Reason.WINDOW_CONFLICT
    assert "has passed" in world.hold(NIGHTS).message
    assert told(world, NIGHTS) == [(0, 8, 1), (24, 32, 1), (48, 56, 1)]


def test_a_step_for_which_too_little_is_left_beside_the_one_below_it_holds_the_ramp() -> None:
    world = World().has(pool(LAKE, 6))
    world.asks(reservation(OTHER, start=NOW + 10 * HOUR, end=NOW + DAY))
    world.rest()
    world.asks(reservation(RAMP, count=3, window=several((0, 10, 1), (10, 20, 3))))
    world.rest()
    assert world.hold(RAMP).reason is Reason.WINDOW_CONFLICT
    world.cancels(OTHER)
    world.rest()
    assert world.ready(RAMP) == "True Active"


@pytest.mark.parametrize("how", [{"reachable": False}, {"ledger": "ahead"}], ids=["silent", "left alone"])
def test_what_runs_where_nothing_new_is_taken_is_not_moved_by_a_change_of_intervals(
    how: dict[str, Any],
) -> None:
    world = World().has(pool(ABERNATHY, 4), pool(LAKE, 8))
    world.asks(reservation(NIGHTS, window=nightly(2), across_datacenters=True))
    world.wait(2 * HOUR)
    if "ledger" in how:
        how = {"ledger": replace(world.pools[ABERNATHY].ledger, as_of=NOW + 30 * HOUR)}
    world.declare(ABERNATHY, **how)
    world.amends(NIGHTS, window=nightly(3))
    world.rest()
    assert dict(world.promise(NIGHTS).pools) == {ABERNATHY: 2}


def past_its_peak() -> World:
    """Three slices for ten hours, then one; two hours after the step down, in a pool of eight cubes."""
    world = World().has(pool(LAKE, 8))
    world.asks(reservation(RAMP, count=3, window=several((0, 10, 3), (10, 20, 1))))
    world.wait(12 * HOUR)
    assert len(world.units(RAMP)) == 2
    return world


def test_a_ramp_whose_highest_step_is_over_can_be_extended() -> None:
    world = past_its_peak()
    world.asks(reservation(OTHER, count=3, end=NOW + 40 * HOUR))
    world.rest()
    world.amends(RAMP, window=several((0, 10, 3), (10, 30, 1)))
    world.rest()
    assert told(world, RAMP) == [(0, 10, 3), (10, 30, 1)]
    assert world.ready(RAMP) == "True Active"
    assert world.ask(RAMP).uid not in world.term.recall.waiting
    world.wait(9 * HOUR)
    assert len(world.units(RAMP)) == 2


def test_an_extension_of_what_is_left_waits_for_its_units_and_for_no_others() -> None:
    world = past_its_peak()
    world.asks(reservation(OTHER, count=4, start=NOW + 21 * HOUR, end=NOW + 40 * HOUR))
    world.rest()
    world.amends(RAMP, window=several((0, 10, 3), (10, 30, 1)))
    world.rest()
    assert world.hold(RAMP).reason is Reason.WINDOW_CONFLICT
    world.amends(OTHER, count=3)
    world.rest()
    assert told(world, RAMP) == [(0, 10, 3), (10, 30, 1)]


def test_a_step_that_is_over_takes_nothing_from_a_contract() -> None:
    world = past_its_peak()
    world.tenants["mistral-ai"] = tenant(chips=128)
    world.amends(RAMP, window=several((0, 10, 3), (10, 20, 1), (20, 30, 2)))
    world.rest()
    assert world.hold(RAMP).reason is Reason.EXCEEDS_ENTITLEMENT
    world.amends(RAMP, window=several((0, 10, 3), (10, 30, 1)))
    world.rest()
    assert told(world, RAMP) == [(0, 10, 3), (10, 30, 1)]


def test_a_ramp_that_waited_past_its_highest_step_is_promised_as_far_as_it_is_left() -> None:
    world = World().has(pool(LAKE, 6))
    world.asks(reservation(OTHER, count=2, end=NOW + 10 * HOUR))
    world.rest()
    world.asks(reservation(RAMP, count=3, window=several((0, 10, 3), (10, 30, 1))))
    assert world.rest().hold(RAMP).reason is Reason.WINDOW_CONFLICT
    world.wait(12 * HOUR)
    assert told(world, RAMP) == [(10, 30, 1)]
    assert world.ready(RAMP) == "True Active"
    assert world.ask(RAMP).uid not in world.term.recall.waiting


def test_steps_below_the_count_they_might_have_are_all_there_is_to_promise() -> None:
    world = World().has(pool(LAKE, 8))
    world.asks(reservation(RAMP, count=4, window=several((0, 5, 2), (5, 9, 3))))
    world.rest()
    assert (world.promise(RAMP).slices, world.ready(RAMP)) == (3, "True Active")


def test_a_min_count_keeps_what_is_left_of_a_ramp_and_not_what_is_over() -> None:
    world = past_its_peak()
    world.asks(reservation(OTHER, count=2, end=NOW + 40 * HOUR))
    world.rest()
    world.amends(RAMP, count=3, min_count=1, window=nightly(2, slices=3, lasting=20))
    world.rest()
    assert told(world, RAMP) == [(0, 10, 3), (10, 12, 1), (12, 20, 2), (24, 44, 2)]


SECOND = "lake-mariner.tpu7x-b"


def test_a_series_between_two_nights_becomes_one_window_wherever_there_is_room() -> None:
    world = World().has(pool(LAKE, 2), pool(SECOND, 2))
    world.asks(reservation(NIGHTS, window=nightly(3)))
    world.wait(10 * HOUR)
    world.asks(reservation(OTHER, start=NOW + 11 * HOUR, end=NOW + 20 * HOUR))
    world.rest()
    world.amends(NIGHTS, end=NOW + 60 * HOUR)
    world.rest()
    assert dict(world.promise(NIGHTS).pools) == {SECOND: 2}
    assert world.ready(NIGHTS) == "True Active"


def test_a_night_that_runs_becomes_one_window_where_it_is_or_not_at_all() -> None:
    world = World().has(pool(LAKE, 2), pool(SECOND, 2))
    world.asks(reservation(NIGHTS, window=nightly(3)))
    world.wait(2 * HOUR)
    world.asks(reservation(OTHER, start=NOW + 11 * HOUR, end=NOW + 20 * HOUR))
    world.rest()
    world.amends(NIGHTS, end=NOW + 60 * HOUR)
    world.rest()
    assert dict(world.promise(NIGHTS).pools) == {LAKE: 2}
    assert world.hold(NIGHTS).reason is Reason.WINDOW_CONFLICT
    world.cancels(OTHER)
    world.rest()
    assert world.promise(NIGHTS).end == NOW + 60 * HOUR


def two_nights_on_what_retires() -> World:
    """The first of two nights runs on a cube that retires before the second; the other cubes stay."""
    world = World().has(with_units(pool(LAKE, 4), "cube-000", retires=NOW + 12 * HOUR))
    world.asks(reservation(NIGHTS, topology="4x4x4", window=nightly(2)))
    world.wait(HOUR)
    assert world.units(NIGHTS) == ["cube-000"]
    return world


def test_a_night_is_added_though_what_tonight_runs_on_retires_before() -> None:
    world = two_nights_on_what_retires()
    world.amends(NIGHTS, window=nightly(3))
    world.rest()
    assert told(world, NIGHTS) == [(0, 8, 1), (24, 32, 1), (48, 56, 1)]
    for _ in range(2):
        world.wait(DAY)
        assert world.ready(NIGHTS) == "True Active"


def test_tonight_lasts_no_longer_than_what_it_runs_on() -> None:
    world = two_nights_on_what_retires()
    world.amends(NIGHTS, window=several((0, 13, 1), (24, 32, 1)))
    world.rest()
    assert world.hold(NIGHTS).reason is Reason.SITE_LEASE_ENDS
    world.amends(NIGHTS, window=several((0, 11, 1), (24, 32, 1)))
    world.rest()
    assert told(world, NIGHTS) == [(0, 11, 1), (24, 32, 1)]
