"""Windows of several intervals, in plain words: ramps keep what they have, series come and go, all or nothing."""

from __future__ import annotations

import pytest
from tests.builders import ABERNATHY, DAY, HOUR, LAKE, NOW, pool, reservation
from tests.planner.lifetimes import Random
from tests.planner.several import nightly, several
from tests.planner.world import World

from holdfast.api.reasons import Reason

RAMP, NIGHTS, DAYS = "mistral/ramp", "mistral/nights", "anthropic/days"
STEPS = several((1, 10, 1), (10, 20, 3), (20, 30, 2))


def ramping(cubes: int = 8) -> World:
    """One slice of two cubes from 01:00, three from 10:00, two from 20:00 until 30:00."""
    world = World().has(pool(LAKE, cubes))
    world.asks(reservation(RAMP, count=3, window=STEPS))
    return world.rest()


def test_a_ramp_is_promised_whole_and_told_interval_by_interval() -> None:
    world = ramping()
    promised = world.promise(RAMP)
    assert (promised.slices, promised.start, promised.end) == (3, NOW + HOUR, NOW + 30 * HOUR)
    assert [(p.start, p.count) for p in promised.intervals] == [
        (NOW + HOUR, 1), (NOW + 10 * HOUR, 3), (NOW + 20 * HOUR, 2),
    ]  # fmt: skip
    status = world.ask(RAMP).status
    assert status is not None
    assert status.promised is not None
    assert [each.slices for each in status.promised.intervals or ()] == [1, 3, 2]
    assert world.ready(RAMP) == "True Scheduled"


def test_a_ramp_gets_more_units_step_by_step_and_keeps_those_it_has() -> None:
    world = ramping()
    world.wait(2 * HOUR)
    first = world.units(RAMP)
    world.wait(10 * HOUR)
    second = world.units(RAMP)
    world.wait(9 * HOUR)
    third = world.units(RAMP)
    assert [len(each) for each in (first, second, third)] == [2, 6, 4]
    assert set(first) < set(second) > set(third) > set(first)
    assert world.ready(RAMP) == "True Active"
    world.wait(12 * HOUR)
    assert world.units(RAMP) == []
    assert world.ready(RAMP) == "True Released"


def test_what_a_ramp_does_not_need_yet_is_anothers_until_then() -> None:
    world = ramping(cubes=6)
    world.asks(reservation("anthropic/before", count=2, end=NOW + 9 * HOUR))
    world.asks(reservation("anthropic/too-long", count=2, start=NOW, end=NOW + 11 * HOUR))
    world.rest()
    assert world.ready("anthropic/before") == "True Active"
    assert world.hold("anthropic/too-long").reason is Reason.WINDOW_CONFLICT
    world.wait(12 * HOUR)
    assert len(world.units(RAMP)) == 6


def test_a_step_goes_to_another_pool_where_the_steps_below_have_taken_the_room() -> None:
    world = World().has(pool(LAKE, 4), pool(f"{LAKE}-b", 3))
    world.asks(reservation(RAMP, count=3, window=STEPS))
    world.rest()
    assert world.promise(RAMP).pools == {LAKE: 4, f"{LAKE}-b": 2}
    world.wait(12 * HOUR)
    assert len(world.units(RAMP)) == 6


def test_a_series_has_its_units_each_time_and_nothing_in_between() -> None:
    world = World().has(pool(LAKE, 2))
    world.asks(reservation(NIGHTS, window=nightly(3)))
    world.rest()
    for _ in range(3):
        assert (world.ready(NIGHTS), len(world.units(NIGHTS))) == ("True Active", 2)
        world.wait(9 * HOUR)
        assert world.units(NIGHTS) == []
        world.wait(15 * HOUR)
    assert world.ready(NIGHTS) == "True Released"


def test_between_two_nights_a_series_is_scheduled_and_not_bound() -> None:
    world = World().has(pool(LAKE, 2))
    world.asks(reservation(NIGHTS, window=nightly(3)))
    world.wait(9 * HOUR)
    assert world.ready(NIGHTS) == "True Scheduled"
    status = world.ask(NIGHTS).status
    assert status is not None
    assert [each.status for each in status.conditions if each.type == "Bound"] == ["False"]
    assert status.access == ()


def test_nights_and_days_share_the_same_units_and_both_are_promised() -> None:
    world = World().has(pool(LAKE, 2))
    world.asks(reservation(NIGHTS, window=nightly(4)))
    world.asks(reservation(DAYS, window=several(*((24 * day + 9, 24 * day + 23, 1) for day in range(4)))))
    world.rest()
    held = []
    for _ in range(8):
        held.append((len(world.units(NIGHTS)), len(world.units(DAYS))))
        world.wait(12 * HOUR)
    assert held == [(2, 0), (0, 2)] * 4


def test_one_night_that_is_taken_holds_the_whole_series_and_is_the_one_that_is_named() -> None:
    world = World().has(pool(LAKE, 2))
    world.asks(reservation(DAYS, start=NOW + 25 * HOUR, end=NOW + 26 * HOUR))
    world.rest()
    world.asks(reservation(NIGHTS, window=nightly(3)))
    world.rest()
    hold = world.hold(NIGHTS)
    assert (hold.reason, world.units(NIGHTS)) == (Reason.WINDOW_CONFLICT, [])
    assert len(hold.conflicts) == 1
    assert hold.conflicts[0][0] <= NOW + 25 * HOUR < NOW + 26 * HOUR <= hold.conflicts[0][1]
    world.cancels(DAYS)
    world.rest()
    assert world.ready(NIGHTS) == "True Active"


def test_a_night_before_which_units_could_not_be_cleaned_keeps_them() -> None:
    world = World().has(pool(LAKE, 2, turn_around=HOUR))
    world.asks(reservation(NIGHTS, window=several((0, 4, 1), (4.5, 8, 1), (12, 16, 1))))
    world.wait(2 * HOUR)
    before = world.units(NIGHTS)
    world.wait(2 * HOUR + HOUR // 4)
    assert (world.units(NIGHTS), world.ready(NIGHTS)) == (before, "True Active")
    world.wait(5 * HOUR)
    assert world.units(NIGHTS) == []


def test_more_nights_are_an_amendment_and_nothing_that_runs_moves() -> None:
    world = World().has(pool(LAKE, 6))
    world.asks(reservation(NIGHTS, window=nightly(2)))
    world.wait(HOUR)
    before = world.units(NIGHTS)
    world.amends(NIGHTS, window=nightly(4))
    world.rest()
    assert (world.promise(NIGHTS).end, world.units(NIGHTS)) == (NOW + 80 * HOUR, before)
    world.wait(3 * DAY)
    assert len(world.units(NIGHTS)) == 2


def test_a_change_that_leaves_the_nights_as_they_are_is_no_new_attempt() -> None:
    world = World().has(pool(LAKE, 6))
    world.asks(reservation(NIGHTS, window=nightly(3)))
    world.wait(26 * HOUR)
    attempt = world.promise(NIGHTS).attempt
    world.amends(NIGHTS, datacenters=("lake-mariner",))
    world.rest()
    assert (world.promise(NIGHTS).attempt, world.promise(NIGHTS).generation) == (attempt, 2)


def test_a_series_becomes_one_window_only_where_the_days_between_are_free() -> None:
    world = World().has(pool(LAKE, 2))
    world.asks(reservation(NIGHTS, window=nightly(3)))
    world.asks(reservation(DAYS, start=NOW + 10 * HOUR, end=NOW + 20 * HOUR))
    world.wait(HOUR)
    world.amends(NIGHTS, end=NOW + 56 * HOUR)
    world.rest()
    assert world.hold(NIGHTS).reason is Reason.WINDOW_CONFLICT
    assert len(world.promise(NIGHTS).intervals) == 3
    world.cancels(DAYS)
    world.rest()
    assert world.promise(NIGHTS).intervals == ()


def test_at_a_silent_site_a_night_that_is_over_is_over() -> None:
    world = World().has(pool(LAKE, 2))
    world.asks(reservation(NIGHTS, window=nightly(2)))
    world.wait(HOUR)
    world.declare(LAKE, reachable=False)
    world.wait(9 * HOUR)
    assert world.units(NIGHTS) == []
    world.declare(LAKE, reachable=True)
    world.wait(16 * HOUR)
    assert len(world.units(NIGHTS)) == 2


def test_a_unit_that_fails_at_night_is_replaced_and_is_no_matter_by_day() -> None:
    world = World().has(pool(LAKE, 4, spares=1))
    world.asks(reservation(NIGHTS, window=nightly(2)))
    world.wait(HOUR)
    lost = world.units(NIGHTS)[0]
    world.fail(LAKE, lost)
    world.wait(2 * HOUR)
    assert lost not in world.units(NIGHTS)
    world.wait(10 * HOUR)
    assert world.ready(NIGHTS) == "True Scheduled"
    world.wait(12 * HOUR)
    assert (len(world.units(NIGHTS)), world.ready(NIGHTS)) == (2, "True Active")


def test_steps_may_lie_in_several_pools_and_no_pool_has_more_than_its_share() -> None:
    world = World().has(pool(LAKE, 8), pool("lake-mariner.tpu7x-b", 8))
    world.asks(reservation(RAMP, count=4, window=several((0, 5, 2), (5, 9, 4)), max_percent_per_pool=50))
    world.wait(HOUR)
    assert [len(one.ledger.grants) for one in world.pools.values()] == [2, 2]
    world.wait(5 * HOUR)
    assert [len(one.ledger.grants) for one in world.pools.values()] == [4, 4]


def test_a_unit_that_leaves_after_the_first_step_serves_it() -> None:
    world = World().has(pool(LAKE, 6))
    world.report(LAKE, "cube-000", "cube-001", retires=NOW + 12 * HOUR)
    world.asks(reservation(RAMP, count=3, window=several((0, 10, 3), (10, 20, 2))))
    world.rest()
    assert len(world.units(RAMP)) == 6
    world.wait(11 * HOUR)
    assert world.units(RAMP) == ["cube-002", "cube-003", "cube-004", "cube-005"]


PASSED = several((-24, -16, 3), (-1, 2, 1), (24, 32, 2))
PASSED_BY_ONE = several((-1, 2, 1), (24, 32, 1))


def test_intervals_that_had_passed_are_left_out_and_one_that_runs_is_promised_for_the_rest() -> None:
    world = World().has(pool(LAKE, 4))
    world.asks(reservation(NIGHTS, count=3, window=PASSED))
    world.rest()
    assert world.ready(NIGHTS) == "True Active"
    assert world.promise(NIGHTS).intervals == several((0, 2, 1), (24, 32, 2)).parts


@pytest.mark.parametrize(("hours", "lost"), [(0, None), (5, 2), (25, 3)])
def test_what_had_passed_of_intervals_since_they_were_asked_for_is_told_and_no_time_between_them(
    hours: int, lost: int | None
) -> None:
    world = World().has(pool(LAKE, 2))
    world.asks(reservation("anthropic/all", start=NOW, end=NOW + 99 * HOUR))
    world.rest()
    world.asks(reservation(NIGHTS, window=PASSED_BY_ONE))
    world.wait(hours * HOUR)
    world.cancels("anthropic/all")
    world.rest()
    status = world.ask(NIGHTS).status
    assert status is not None
    said = next(each.message for each in status.conditions if each.type == "Promised")
    told = "" if lost is None else f"{lost * HOUR} s of it had passed by then"
    assert told in said
    assert ("had passed" in said) is (lost is not None)


def test_intervals_that_are_all_over_are_told_so() -> None:
    world = World().has(pool(LAKE, 4))
    world.asks(reservation(NIGHTS, window=several((-24, -16, 1), (-9, -8, 1))))
    world.rest()
    hold = world.hold(NIGHTS)
    assert (hold.stalls, hold.message) == (True, "too little of the window is left to serve it; move its end")


@pytest.mark.parametrize("order", range(100))
def test_ramps_and_series_of_two_tenants_end_alike_in_any_order(order: int) -> None:
    world = World(shuffle=Random(order).shuffle if order else lambda _: None)
    world.has(pool(LAKE, 6), pool(ABERNATHY, 2))
    world.asks(reservation(RAMP, count=3, window=STEPS))
    world.asks(reservation(NIGHTS, window=nightly(2)))
    world.asks(reservation(DAYS, window=several((9, 20, 1), (33, 40, 1))))
    world.wait(11 * HOUR)
    held = [len(world.units(label)) for label in (RAMP, NIGHTS, DAYS)]
    assert held == [6, 0, 2]
    world.wait(3 * DAY)
    assert all(not one.ledger.grants and not one.ledger.entries for one in world.pools.values())
