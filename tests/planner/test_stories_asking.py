"""Golden stories in plain words: asking, and what is answered. Each is told in a fixed and in many random orders."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders import (
    ABERNATHY,
    DAY,
    HOUR,
    LAKE,
    MINUTE,
    NOW,
    pool,
    reservation,
    tenant,
    unit,
    with_units,
)  # fmt: skip
from tests.planner.lifetimes import Random
from tests.planner.world import World

from holdfast.api.reasons import Reason
from holdfast.planner.state.snapshot import Policy
from holdfast.planner.state.steps import Blocker, Relaxation

ORDERS = pytest.mark.parametrize("order", range(12), ids=lambda seed: f"order-{seed}")


def lake(cubes: int = 6, order: int = 0, **changes: object) -> World:
    """Lake Mariner with so many cubes; `order` mixes the maps every planner sees."""
    world = World(shuffle=Random(order).shuffle if order else lambda _: None)
    return world.has(pool(LAKE, cubes, **changes))


@ORDERS
def test_the_story_of_the_issue(order: int) -> None:
    world = lake(6, order, spares=1)
    world.asks(reservation("anthropic/serve", count=2, end=NOW + 7 * DAY))
    world.rest()
    assert world.ready("anthropic/serve") == "True Active"
    world.asks(reservation("mistral/pretrain", duration=DAY, latest=NOW + 3 * DAY))
    world.rest()
    assert world.ready("mistral/pretrain") == "False WindowConflict"
    assert world.hold("mistral/pretrain").earliest_start == NOW + 7 * DAY + 5 * MINUTE
    world.amends("anthropic/serve", count=2, end=NOW + DAY)
    world.rest()
    assert world.ready("mistral/pretrain") == "True Scheduled"
    world.wait(DAY + MINUTE)
    assert world.ready("anthropic/serve") == "True Released"
    assert world.ready("mistral/pretrain") == "True Active"


@ORDERS
def test_a_fixed_window_in_the_future_is_scheduled_then_bound_at_its_start(order: int) -> None:
    world = lake(order=order)
    world.asks(reservation(start=NOW + DAY, end=NOW + 2 * DAY))
    world.rest()
    assert world.ready("mistral/pretrain") == "True Scheduled"
    assert world.units("mistral/pretrain") == []
    world.wait(DAY - 1)
    assert world.units("mistral/pretrain") == []
    world.wait(1)
    assert world.ready("mistral/pretrain") == "True Active"
    assert len(world.units("mistral/pretrain")) == 2


def test_no_start_means_now_and_the_whole_ask_takes_three_turns() -> None:
    world = lake()
    world.asks(reservation(end=NOW + DAY))
    turns = 1 + sum(world.turn() for _ in range(9))
    assert turns <= 4
    assert world.promise("mistral/pretrain").start == NOW
    assert world.events == [("mistral/pretrain", "Binding"), ("mistral/pretrain", "Active")]


def test_no_start_slides_until_promised() -> None:
    world = lake(2)
    world.asks(reservation("anthropic/serve", end=NOW + HOUR))
    world.asks(reservation(end=NOW + DAY))
    world.wait(HOUR + 2 * MINUTE)
    assert world.promise("mistral/pretrain").start == NOW + HOUR
    assert world.promise("mistral/pretrain").end == NOW + DAY


@ORDERS
def test_a_flexible_ask_that_must_wait_is_promised_the_first_gap(order: int) -> None:
    world = lake(4, order)
    world.asks(reservation("anthropic/serve", count=2, end=NOW + DAY))
    world.rest()
    world.asks(reservation(duration=HOUR, latest=NOW + 2 * DAY))
    world.rest()
    assert world.ready("mistral/pretrain") == "True Scheduled"
    assert world.promise("mistral/pretrain").start == NOW + DAY + MINUTE


def test_a_hold_names_the_tenants_own_promises_and_of_others_only_the_pool() -> None:
    world = lake(4)
    world.asks(reservation("mistral/older", end=NOW + DAY))
    world.asks(reservation("anthropic/secret", end=NOW + DAY))
    world.rest()
    world.asks(reservation(end=NOW + DAY))
    hold = world.rest().hold("mistral/pretrain")
    assert hold.blockers == (
        Blocker("CapacityReservation", "mistral/older", NOW + DAY + MINUTE),
        Blocker("AcceleratorPool", LAKE),
    )
    assert "anthropic" not in str(hold)


def test_a_hold_says_what_fewer_slices_would_do() -> None:
    world = lake(4)
    world.asks(reservation("anthropic/serve", end=NOW + DAY))
    world.rest()
    world.asks(reservation(count=2, end=NOW + DAY))
    start = NOW + DAY + 5 * MINUTE
    assert world.rest().hold("mistral/pretrain").relaxations == (
        Relaxation("Later", start=start, end=start + DAY),
        Relaxation("Fewer", count=1),
    )


def test_min_count_accepts_fewer_and_says_so() -> None:
    world = lake(4)
    world.asks(reservation(count=3, min_count=2, end=NOW + DAY))
    world.rest()
    assert world.promise("mistral/pretrain").slices == 2
    assert world.ready("mistral/pretrain") == "True PartiallyFulfilled"


def test_who_accepted_fewer_gets_the_rest_when_it_is_free_and_keeps_its_units() -> None:
    world = lake(4)
    world.asks(reservation("anthropic/serve", end=NOW + DAY))
    world.rest()
    world.asks(reservation(count=2, min_count=1, end=NOW + DAY))
    before = world.rest().units("mistral/pretrain")
    world.cancels("anthropic/serve")
    world.rest()
    assert world.promise("mistral/pretrain").slices == 2
    assert set(before) < set(world.units("mistral/pretrain"))
    assert world.ready("mistral/pretrain") == "True Active"


def test_once_notice_is_given_nothing_more_is_added_to_fewer() -> None:
    world = lake(2)
    world.declare(LAKE, drain_lead=HOUR)
    world.asks(reservation(count=2, min_count=1, end=NOW + DAY))
    world.wait(DAY - HOUR)
    world.declare(LAKE, units=pool(cubes=4).units)
    assert world.rest().promise("mistral/pretrain").slices == 1


def test_min_count_above_what_there_is_stays_a_hold() -> None:
    world = lake(4)
    world.asks(reservation(count=4, min_count=3, end=NOW + DAY))
    assert world.rest().ready("mistral/pretrain") == "False ExceedsCapacity"


@ORDERS
def test_slices_spread_over_several_pools_of_one_datacenter_each_slice_whole(order: int) -> None:
    world = lake(3, order).has(pool("lake-mariner.tpu7x-b", 3))
    world.asks(reservation(count=2))
    world.rest()
    assert dict(world.promise("mistral/pretrain").pools) == {LAKE: 2, "lake-mariner.tpu7x-b": 2}
    assert world.ready("mistral/pretrain") == "True Active"


def test_a_slice_is_never_split_over_pools() -> None:
    world = lake(3).has(pool("lake-mariner.tpu7x-b", 3))
    world.asks(reservation(topology="4x8x8"))
    assert world.rest().ready("mistral/pretrain") == "False NoMatchingPool"


def test_the_preferred_datacenter_is_taken_if_it_fits_else_the_next() -> None:
    world = lake(2).has(pool(ABERNATHY, 4))
    for name, count in (("a", 1), ("b", 2)):
        world.asks(reservation(f"mistral/{name}", count=count, datacenters=("lake-mariner", "abernathy")))
        world.rest()
    assert dict(world.promise("mistral/a").pools) == {LAKE: 2}
    assert dict(world.promise("mistral/b").pools) == {ABERNATHY: 4}


@pytest.mark.parametrize(("across", "stands"), [(False, "False ExceedsCapacity"), (True, "True Active")])
def test_slices_lie_in_two_datacenters_only_where_that_is_allowed(across: bool, stands: str) -> None:
    world = lake(2).has(pool(ABERNATHY, 2))
    world.asks(reservation(count=2, across_datacenters=across))
    assert world.rest().ready("mistral/pretrain") == stands


def test_supply_with_a_date_is_promised_from_that_date() -> None:
    late = with_units(pool(LAKE, 2), "cube-000", "cube-001", available=NOW + DAY)
    world = World().has(late)
    world.asks(reservation("mistral/now", end=NOW + 2 * DAY))
    world.asks(reservation("mistral/then", start=NOW + DAY, end=NOW + 2 * DAY))
    world.rest()
    assert world.ready("mistral/now") == "False SupplyNotYetDelivered"
    assert world.ready("mistral/then") == "True Scheduled"
    assert world.wait(DAY).ready("mistral/then") == "True Active"


def test_nothing_is_promised_beyond_the_end_of_a_site_lease() -> None:
    world = lake(2, lease_end=NOW + DAY)
    world.asks(reservation("mistral/long", end=NOW + DAY + 1))
    world.asks(reservation("mistral/fits", end=NOW + DAY))
    world.rest()
    assert world.ready("mistral/long") == "False SiteLeaseEnds"
    assert world.ready("mistral/fits") == "True Active"


def test_a_broken_seal_sells_nothing_and_keeps_what_is_promised() -> None:
    world = lake(4)
    world.asks(reservation("mistral/before"))
    world.rest()
    world.declare(LAKE, selling=False)
    world.asks(reservation("mistral/after"))
    world.amends("mistral/before", count=2)
    world.rest()
    assert world.ready("mistral/before") == "True Active"
    assert world.ready("mistral/after") == "False SealBroken"
    assert "SealBroken" in str(world.ask("mistral/before").status)


def test_a_full_ledger_takes_nobody_more() -> None:
    world = lake(4)
    world.policy = Policy(max_entries=1)
    world.asks(reservation("mistral/a"))
    world.asks(reservation("mistral/b"))
    world.rest()
    assert sorted((world.ready("mistral/a"), world.ready("mistral/b"))) == ["False LedgerFull", "True Active"]


def test_a_tenant_never_holds_more_than_its_contract_even_with_asks_of_one_turn() -> None:
    world = lake(8).has(tenant("mistral", chips=256))
    for name in "abc":
        world.asks(reservation(f"mistral/{name}"))
    world.rest()
    assert sum(1 for promise in world.promises.values()) == 2
    assert world.ready("mistral/c") == "False ExceedsEntitlement"


def test_slice_types_are_served_by_pools_of_that_very_topology() -> None:
    small = {"cube-000": unit("cube-000"), "cube-001": unit("cube-001")}
    v6e = replace(
        pool("lake-mariner.v6e", 2), accelerator="tpu-v6e", units=small, chips_per_unit=16, topology="4x4"
    )
    world = World().has(v6e, tenant("mistral", 64, "tpu-v6e"))
    ask = reservation("mistral/train", accelerator="tpu-v6e", topology="4x4", count=2)
    world.asks(ask)
    world.asks(replace(ask, name="serve", topology="4x8", count=1))
    world.rest()
    assert world.ready("mistral/train") == "True Active"
    assert world.ready("mistral/serve") == "False NoMatchingPool"


def test_a_pool_without_units_harms_nobody() -> None:
    world = World().has(pool("lake-mariner.empty", 0), pool(LAKE, 2))
    world.asks(reservation())
    assert world.rest().ready("mistral/pretrain") == "True Active"


def test_a_silent_site_where_it_would_fit_is_named_as_the_cause() -> None:
    world = lake(2).has(pool(ABERNATHY, 8, reachable=False))
    world.asks(reservation(count=2))
    hold = world.rest().hold("mistral/pretrain")
    assert hold.reason is Reason.DATACENTER_UNREACHABLE
