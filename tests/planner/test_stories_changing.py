"""Golden stories in plain words: amendments, and how promises end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders import ABERNATHY, DAY, HOUR, LAKE, MINUTE, NOW, pool, reservation, tenant, uid, with_units
from tests.planner.lifetimes import Random
from tests.planner.world import World

from holdfast.api.reasons import Reason
from holdfast.planner.state.ledger import GrantState, PromiseState

ORDERS = pytest.mark.parametrize("order", range(12), ids=lambda seed: f"order-{seed}")
RELEASING = GrantState.RELEASING
MINE = "mistral/pretrain"


def running(cubes: int = 6, order: int = 0, count: int = 1, **changes: object) -> World:
    """Lake Mariner with one reservation of some slices that runs for a day."""
    world = World(shuffle=Random(order).shuffle if order else lambda _: None)
    world.has(pool(LAKE, cubes, **changes)).asks(reservation(MINE, count=count))
    return world.rest()


@ORDERS
def test_growing_keeps_the_units_in_hand_and_adds_more(order: int) -> None:
    world = running(order=order)
    before = world.units(MINE)
    world.amends(MINE, count=3)
    world.rest()
    assert set(before) < set(world.units(MINE))
    assert (len(world.units(MINE)), world.ready(MINE)) == (6, "True Active")


def test_growing_beyond_the_pool_goes_to_another_of_the_same_datacenter() -> None:
    world = running(2).has(pool("lake-mariner.tpu7x-b", 2))
    world.amends(MINE, count=2)
    world.rest()
    assert dict(world.promise(MINE).pools) == {LAKE: 2, "lake-mariner.tpu7x-b": 2}
    assert world.ready(MINE) == "True Active"


@ORDERS
def test_extending_keeps_the_units_and_moves_the_end(order: int) -> None:
    world = running(2, order)
    before = world.units(MINE)
    world.amends(MINE, end=NOW + 3 * DAY)
    world.wait(2 * DAY)
    assert world.units(MINE) == before
    assert world.ready(MINE) == "True Active"


def test_an_extension_into_anothers_window_leaves_what_is_in_force() -> None:
    world = running(2)
    world.asks(reservation("anthropic/next", start=NOW + 2 * DAY, end=NOW + 3 * DAY))
    world.rest()
    world.amends(MINE, end=NOW + 2 * DAY + HOUR)
    world.rest()
    status = world.ask(MINE).status
    assert world.promise(MINE).end == NOW + DAY
    assert world.ready(MINE) == "True Active"
    assert status is not None
    assert status.amendment is not None
    assert status.amendment.reason == "WindowConflict"
    assert world.wait(2 * DAY).ready("anthropic/next") == "True Active"


def test_an_extension_with_min_count_never_loses_slices_in_force() -> None:
    world = running(4, count=2)
    world.asks(reservation("anthropic/next", start=NOW + 2 * DAY, end=NOW + 3 * DAY))
    world.rest()
    world.amends(MINE, end=NOW + 3 * DAY, min_count=1)
    world.rest()
    assert (world.promise(MINE).slices, world.promise(MINE).end) == (2, NOW + DAY)


def test_an_extension_beyond_the_retirement_of_a_unit_in_hand_is_refused() -> None:
    world = World().has(with_units(pool(LAKE, 4), "cube-000", "cube-001", retires=NOW + 2 * DAY))
    world.asks(reservation(MINE))
    assert world.rest().units(MINE) == ["cube-000", "cube-001"]
    world.amends(MINE, end=NOW + 3 * DAY)
    world.rest()
    assert world.promise(MINE).end == NOW + DAY
    assert "SiteLeaseEnds" in str(world.ask(MINE).status)


@ORDERS
def test_shortening_a_window_that_runs_frees_it_earlier(order: int) -> None:
    world = running(2, order)
    world.amends(MINE, end=NOW + HOUR)
    world.asks(reservation("anthropic/next", start=NOW + HOUR + MINUTE, end=NOW + DAY))
    world.wait(HOUR + MINUTE)
    assert world.ready(MINE) == "True Released"
    assert world.ready("anthropic/next") == "True Active"


def test_shortening_to_the_past_ends_it_at_once() -> None:
    world = running(2).wait(HOUR)
    world.amends(MINE, end=NOW + HOUR - 1)
    world.rest()
    assert (world.promise(MINE).cause, world.promise(MINE).state) == ("Amended", PromiseState.RELEASED)


@pytest.mark.parametrize(
    ("window", "says"),
    [
        ({"start": NOW - 355 * DAY, "end": NOW - 345 * DAY}, "lies before the reservation was made"),
        ({"start": NOW - 355 * DAY, "end": NOW + 20 * DAY}, "lies before the reservation was made"),
        ({"end": NOW - 345 * DAY}, "too little of the window is left"),
        ({"duration": DAY, "latest": NOW + DAY - 1}, "too little of the window is left"),
    ],
    ids=["both", "the start", "the end", "the latest end"],
)
def test_a_slip_in_a_date_ends_nothing_that_has_not_begun(window: dict[str, int], says: str) -> None:
    world = World().has(pool(LAKE, 2))
    world.asks(reservation(MINE, start=NOW + 10 * DAY, end=NOW + 20 * DAY))
    before = world.rest().promise(MINE)
    world.amends(MINE, **window)
    hold = world.rest().hold(MINE)
    assert (hold.reason, hold.stalled, says in hold.message) == (Reason.WINDOW_CONFLICT, True, True)
    assert world.promise(MINE) == before
    world.amends(MINE, start=NOW + 11 * DAY, end=NOW + 20 * DAY)
    world.rest()
    assert (world.promise(MINE).start, world.ready(MINE)) == (NOW + 11 * DAY, "True Scheduled")


def test_a_shorter_end_asked_for_with_more_slices_than_fit_cuts_nothing_off() -> None:
    world = running(2).wait(HOUR)
    world.amends(MINE, count=2, end=NOW + 2 * HOUR)
    world.wait(2 * HOUR)
    assert (world.promise(MINE).end, world.ready(MINE)) == (NOW + DAY, "True Active")
    world.amends(MINE, count=1, end=NOW + 2 * HOUR)
    assert world.wait(MINUTE).ready(MINE) == "True Released"


@ORDERS
def test_shrinking_while_bound_gives_the_newest_units_back(order: int) -> None:
    world = running(6, order, count=3)
    world.amends(MINE, count=1)
    world.rest()
    assert len(world.units(MINE)) == 2
    assert world.pools[LAKE].ledger.entries[uid(MINE)].form.count == 2
    assert (world.ready(MINE), len(world.pools[LAKE].ledger.grants)) == ("True Active", 2)


def test_shrinking_before_the_start_frees_the_calendar_at_once() -> None:
    world = World().has(pool(LAKE, 4))
    world.asks(reservation(MINE, count=2, start=NOW + DAY, end=NOW + 2 * DAY))
    world.rest()
    world.asks(reservation("anthropic/next", start=NOW + DAY, end=NOW + 2 * DAY))
    assert world.rest().ready("anthropic/next") == "False WindowConflict"
    world.amends(MINE, count=1)
    world.rest()
    assert world.ready("anthropic/next") == "True Scheduled"
    assert world.promise(MINE).slices == 1


def test_giving_back_works_where_nothing_could_be_asked() -> None:
    world = running(6, count=3)
    world.tenants["mistral"] = tenant("mistral", chips=64)
    world.declare(LAKE, selling=False, reachable=False)
    world.amends(MINE, count=2)
    world.rest()
    assert world.promise(MINE).slices == 2
    assert len(world.units(MINE)) == 6
    world.declare(LAKE, reachable=True)
    assert len(world.rest().units(MINE)) == 4


def test_changing_a_future_window_moves_it_and_keeps_one_promise() -> None:
    world = World().has(pool(LAKE, 2))
    world.asks(reservation(MINE, start=NOW + DAY, end=NOW + 2 * DAY))
    world.rest()
    world.amends(MINE, start=NOW + 3 * DAY, end=NOW + 4 * DAY)
    world.asks(reservation("anthropic/next", start=NOW + DAY, end=NOW + 2 * DAY))
    world.rest()
    assert world.promise(MINE).start == NOW + 3 * DAY
    assert world.ready("anthropic/next") == "True Scheduled"


def test_a_future_start_left_out_later_means_now() -> None:
    world = World().has(pool(LAKE, 2))
    world.asks(reservation(MINE, start=NOW + DAY, end=NOW + 2 * DAY))
    world.rest()
    world.amends(MINE, end=NOW + 2 * HOUR)
    world.rest()
    assert (world.promise(MINE).start, world.promise(MINE).end) == (NOW, NOW + 2 * HOUR)


def test_a_flexible_promise_keeps_its_window_while_the_ask_still_allows_it() -> None:
    world = World().has(pool(LAKE, 4))
    world.asks(reservation("anthropic/first", count=2, end=NOW + DAY))
    world.rest()
    world.asks(reservation(MINE, count=2, duration=DAY))
    start = world.rest().promise(MINE).start
    world.cancels("anthropic/first")
    world.amends(MINE, count=1)
    world.rest()
    assert (world.promise(MINE).start, world.promise(MINE).slices) == (start, 1)


def test_a_future_promise_follows_its_tenant_to_another_datacenter_and_leaves_the_first() -> None:
    world = World().has(pool(LAKE, 2), pool(ABERNATHY, 2))
    world.asks(reservation(MINE, start=NOW + DAY, end=NOW + 2 * DAY, datacenters=("lake-mariner",)))
    world.rest()
    world.amends(MINE, datacenters=("abernathy",))
    world.rest()
    assert dict(world.promise(MINE).pools) == {ABERNATHY: 2}
    assert world.pools[LAKE].ledger.entries == {}


def test_what_runs_stays_where_it_runs_whatever_the_preference_says() -> None:
    world = running(2).has(pool(ABERNATHY, 8))
    world.amends(MINE, datacenters=("abernathy",), end=NOW + 2 * DAY)
    world.rest()
    assert dict(world.promise(MINE).pools) == {LAKE: 2}
    assert world.promise(MINE).end == NOW + 2 * DAY


@pytest.mark.parametrize("change", [{"end": NOW + 2 * DAY}, {"count": 3}])
def test_what_runs_at_a_silent_site_is_not_moved_by_an_amendment(change: dict[str, int]) -> None:
    world = running(2).has(pool(ABERNATHY, 8))
    world.declare(LAKE, reachable=False)
    world.amends(MINE, **change)
    world.rest()
    assert dict(world.promise(MINE).pools) == {LAKE: 2}
    assert "DatacenterUnreachable" in str(world.ask(MINE).status)


def test_slices_that_run_in_two_pools_stay_in_both_when_extended() -> None:
    world = World().has(pool(LAKE, 2), pool("lake-mariner.tpu7x-b", 4))
    world.asks(reservation("anthropic/there", datacenters=("lake-mariner",), end=NOW + HOUR))
    world.asks(reservation(MINE, count=2))
    pools = world.rest().promise(MINE).pools
    world.wait(2 * HOUR)
    world.amends(MINE, count=2, end=NOW + 2 * DAY)
    world.rest()
    assert dict(world.promise(MINE).pools) == dict(pools)
    assert world.promise(MINE).end == NOW + 2 * DAY


@ORDERS
def test_cancelling_returns_at_once_and_releases_by_its_own_record(order: int) -> None:
    world = running(2, order)
    world.cancels(MINE)
    world.rest()
    world.asks(reservation("anthropic/next", duration=HOUR))
    world.rest()
    assert world.promise(MINE).state is PromiseState.RELEASED
    assert world.promise(MINE).cause == "Cancelled"
    assert world.ready("anthropic/next") == "True Active"


def test_a_reservation_created_again_under_its_name_is_another_one() -> None:
    world = running(4)
    world.cancels(MINE)
    world.asks(reservation(MINE))
    world.rest()
    assert sorted(each.state for each in world.promises.values()) == ["Committed", "Released"]
    assert world.ready(MINE) == "True Active"


def test_one_that_is_called_gone_and_still_seen_is_kept() -> None:
    world = running(2)
    world.gone.add(uid(MINE))
    assert world.rest().ready(MINE) == "True Active"


def test_expiry_gives_notice_then_drains_then_cleans_outside_the_paid_window() -> None:
    world = running(2, drain_lead=HOUR, turn_around=30 * MINUTE)
    world.cleaning = 20 * MINUTE
    world.wait(DAY - HOUR)
    assert world.ready(MINE) == "True Expiring"
    world.wait(HOUR - 1)
    assert len(world.units(MINE)) == 2
    world.wait(1)
    assert (world.ready(MINE), len(world.units(MINE, RELEASING))) == ("False Releasing", 2)
    world.wait(20 * MINUTE)
    assert (world.ready(MINE), world.units(MINE, RELEASING)) == ("True Released", [])
    assert world.promise(MINE).cause == "Expired"


def test_an_extension_during_notice_takes_the_notice_back() -> None:
    world = running(2, drain_lead=HOUR).wait(DAY - 30 * MINUTE)
    assert world.ready(MINE) == "True Expiring"
    world.amends(MINE, end=NOW + 2 * DAY)
    assert world.rest().ready(MINE) == "True Active"


def test_a_record_is_kept_for_its_time_and_while_its_reservation_stands() -> None:
    world = running(2)
    world.policy = replace(world.policy, record=10 * DAY)
    world.wait(12 * DAY)
    assert world.ready(MINE) == "True Released"
    world.cancels(MINE)
    assert world.rest().promises == {}
