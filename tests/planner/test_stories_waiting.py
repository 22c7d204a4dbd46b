"""Who asks and cannot be served at once: what waiting mends, what it never will, and what is left by then."""

from __future__ import annotations

from typing import Any

import pytest
from tests.builders import DAY, HOUR, LAKE, MINUTE, NOW, pool, reservation, with_units
from tests.planner.world import World

from holdfast.planner.state.snapshot import Health

MINE, FIRST = "mistral/pretrain", "anthropic/serve"


def lake(cubes: int, **changes: Any) -> World:
    """A world with one pool."""
    return World().has(pool(LAKE, cubes, **changes))


def lost(world: World) -> int:
    status = world.ask(MINE).status
    assert status is not None
    assert status.promised is not None
    return status.promised.lost_seconds


def stalled(world: World, label: str = MINE) -> bool:
    status = world.ask(label).status
    return status is not None and any(each.type == "Stalled" for each in status.conditions)


def test_a_fixed_start_that_waits_for_a_hand_over_gets_what_is_left_of_its_window() -> None:
    world = lake(2)
    world.cleaning = 5 * MINUTE
    world.asks(reservation(FIRST, end=NOW + HOUR))
    world.wait(HOUR)
    world.asks(reservation(MINE, start=world.now, end=world.now + DAY))
    assert world.rest().ready(MINE) == "False WaitingForHandover"
    world.wait(10 * MINUTE, 10)
    assert world.ready(MINE) == "True Active"
    assert world.promise(MINE).end == NOW + HOUR + DAY
    assert 5 * MINUTE <= lost(world) <= 6 * MINUTE


def test_a_fixed_start_outlasts_a_silent_site_and_is_told_what_it_lost() -> None:
    world = lake(2, reachable=False)
    world.asks(reservation(MINE, start=NOW, end=NOW + DAY))
    assert world.rest().ready(MINE) == "False DatacenterUnreachable"
    world.wait(2 * MINUTE, 10)
    world.declare(LAKE, reachable=True)
    assert world.rest().ready(MINE) == "True Active"
    assert lost(world) == 2 * MINUTE
    assert (MINE, "Promised") in world.events


def test_a_window_promised_in_time_has_lost_nothing() -> None:
    world = lake(2)
    world.asks(reservation(MINE, start=NOW + HOUR, end=NOW + DAY))
    world.rest()
    assert lost(world) == 0
    assert (MINE, "Promised") not in world.events


def test_a_fixed_window_held_to_its_very_end_is_its_authors_to_move() -> None:
    world = lake(2)
    world.asks(reservation(FIRST, end=NOW + 2 * DAY))
    world.asks(reservation(MINE, start=NOW + HOUR, end=NOW + DAY))
    assert world.rest().ready(MINE) == "False WindowConflict"
    assert not stalled(world)
    world.wait(DAY)
    assert stalled(world)
    assert "move its end" in world.hold(MINE).message


@pytest.mark.parametrize(
    "window", [{"start": NOW + DAY, "end": NOW + 2 * DAY}, {"duration": DAY, "latest": NOW + 9 * DAY}]
)
def test_what_no_pool_could_ever_sell_is_told_with_the_numbers_and_stalls(window: dict[str, int]) -> None:
    world = lake(3, spares=1)
    world.asks(reservation(MINE, topology="4x4x4", count=3, **window))
    assert world.rest().ready(MINE) == "False ExceedsCapacity"
    assert "promised is 2: lake-mariner.tpu7x-a has 3 units less 1 spare" in world.hold(MINE).message
    assert stalled(world)


def test_a_shortage_that_repair_ends_is_no_stall_and_ends_with_it() -> None:
    world = lake(3, repair=HOUR)
    world.fail(LAKE, "cube-000")
    world.asks(reservation(MINE, topology="4x4x4", count=3, end=NOW + 30 * MINUTE))
    assert world.rest().ready(MINE) == "False InsufficientHealthyCapacity"
    assert not stalled(world)
    world.mend(LAKE, "cube-000")
    assert world.rest().ready(MINE) == "True Active"


def test_supply_that_comes_within_a_fixed_window_is_waited_for_and_after_it_never_helps() -> None:
    late = with_units(pool(LAKE, 2), "cube-000", "cube-001", available=NOW + DAY, health=Health.MISSING)
    world = World().has(late)
    world.asks(reservation(MINE, end=NOW + 2 * DAY))
    world.asks(reservation(FIRST, end=NOW + DAY))
    world.rest()
    assert (world.ready(MINE), stalled(world)) == ("False SupplyNotYetDelivered", False)
    assert (world.ready(FIRST), stalled(world, FIRST)) == ("False SupplyNotYetDelivered", True)
    world.mend(LAKE, "cube-000", "cube-001")
    world.wait(DAY)
    assert (world.ready(MINE), lost(world)) == ("True Active", 0)


def test_what_is_advised_passes_the_rules_that_judge_it() -> None:
    world = lake(2)
    world.asks(reservation(FIRST, end=NOW + 10 * DAY))
    world.rest()
    world.asks(reservation(MINE, start=NOW + DAY, end=NOW + 2 * DAY))
    start = world.rest().hold(MINE).earliest_start
    assert start is not None
    world.amends(MINE, start=start, end=start + DAY)
    assert world.rest().ready(MINE) == "True Scheduled"


def test_a_short_window_is_not_swallowed_by_a_long_notice() -> None:
    world = lake(2, drain_lead=HOUR)
    world.asks(reservation(MINE, end=NOW + 30 * MINUTE))
    assert world.rest().ready(MINE) == "True Active"
    world.wait(22 * MINUTE)
    assert world.ready(MINE) == "True Active"
    world.wait(MINUTE)
    assert world.ready(MINE) == "True Expiring"


def test_one_who_replaces_a_reservation_is_told_what_the_deletion_gave_up() -> None:
    world = lake(2)
    world.asks(reservation(MINE, end=NOW + DAY))
    world.rest()
    world.cancels(MINE)
    world.asks(reservation(FIRST, end=NOW + DAY))
    world.asks(reservation(MINE, end=NOW + DAY))
    world.rest()
    assert world.ready(FIRST) == "True Active"
    assert "deleted under this name gave up its promise of 1 slice" in world.hold(MINE).message
