"""Supply that slips, fails or leaves under a promise: told at once, and no reason to sell nothing to others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.builders import DAY, HOUR, LAKE, NOW, pool, reservation, with_units
from tests.planner.world import World

from holdfast.planner.state.snapshot import Health, Unit

THEIRS, MINE = "anthropic/full", "mistral/now"
Change = Callable[[World], None]


def changed(world: World, change: Callable[[Unit], Unit], *names: str) -> None:
    """Declare some units anew."""
    units = world.pools[LAKE].units
    world.declare(LAKE, units={**units, **{name: change(units[name]) for name in names}})


def slips(world: World) -> None:
    """Two units come in ten days instead of two."""
    changed(world, lambda unit: replace(unit, available=NOW + 10 * DAY), "cube-004", "cube-005")


def fails(world: World) -> None:
    """A unit fails, for longer than until the window."""
    world.fail(LAKE, "cube-003")


def leaves(world: World) -> None:
    """The lease is shortened into the window."""
    world.declare(LAKE, lease_end=NOW + 4 * DAY)


def closes(world: World) -> None:
    """A person takes a unit out of service."""
    world.report(LAKE, "cube-003", cordoned=True)


def promised() -> World:
    """All six units are promised for days 3 to 5; two of them come on day 2."""
    late = with_units(pool(LAKE, 6, repair=14 * DAY), "cube-004", "cube-005", available=NOW + 2 * DAY)
    world = World().has(with_units(late, "cube-004", "cube-005", health=Health.MISSING))
    world.asks(reservation(THEIRS, count=3, start=NOW + 3 * DAY, end=NOW + 5 * DAY))
    world.rest()
    assert world.ready(THEIRS) == "True Scheduled"
    return world


TROUBLES = [
    pytest.param(slips, "SupplyNotYetDelivered", 2, id="a delivery slips"),
    pytest.param(fails, "AwaitingRepair", 1, id="a unit fails"),
    pytest.param(leaves, "SiteLeaseEnds", 6, id="the lease is shortened"),
    pytest.param(closes, "Cordoned", 1, id="a unit is cordoned"),
]


@pytest.mark.parametrize(("trouble", "reason", "short"), TROUBLES)
def test_a_promise_that_cannot_be_kept_says_so_at_once_and_the_pool_says_from_when(
    trouble: Change, reason: str, short: int
) -> None:
    world = promised()
    trouble(world)
    assert world.rest().ready(THEIRS) == f"False {reason}"
    capacity = world.pools[LAKE].ledger.capacity
    assert capacity is not None
    assert (capacity.deficit, capacity.deficit_ahead) == (0, short)
    assert capacity.deficit_from == NOW + 3 * DAY


@pytest.mark.parametrize(("trouble", "reason", "short"), TROUBLES)
def test_a_deficit_ahead_does_not_stop_selling_now(trouble: Change, reason: str, short: int) -> None:
    world = promised()
    trouble(world)
    world.asks(reservation(MINE, end=NOW + 2 * HOUR))
    assert world.rest().ready(MINE) == "True Active"


@pytest.mark.parametrize(("trouble", "reason", "short"), TROUBLES)
def test_nothing_more_is_sold_where_it_would_make_the_deficit_worse(
    trouble: Change, reason: str, short: int
) -> None:
    world = promised()
    trouble(world)
    world.asks(reservation(MINE, topology="4x4x4", start=NOW + 4 * DAY, end=NOW + 6 * DAY))
    world.rest()
    assert world.ready(MINE).startswith("False")


def test_of_two_that_begin_together_the_later_promise_goes_short() -> None:
    world = World().has(pool(LAKE, 4, repair=14 * DAY))
    for label in (THEIRS, MINE):
        world.asks(reservation(label, start=NOW + DAY, end=NOW + 2 * DAY))
        world.wait(1, 1)
    world.fail(LAKE, "cube-003")
    world.rest()
    assert (world.ready(THEIRS), world.ready(MINE)) == ("True Scheduled", "False AwaitingRepair")


def test_the_cause_stays_the_same_once_the_window_is_open() -> None:
    world = promised()
    slips(world)
    world.wait(3 * DAY + HOUR)
    assert world.ready(THEIRS) == "False SupplyNotYetDelivered"


def test_a_mended_deficit_is_told_as_none() -> None:
    world = promised()
    fails(world)
    world.rest()
    world.mend(LAKE, "cube-003")
    assert world.rest().ready(THEIRS) == "True Scheduled"
    capacity = world.pools[LAKE].ledger.capacity
    assert capacity is not None
    assert (capacity.deficit_ahead, capacity.deficit_from) == (0, None)


@pytest.mark.parametrize("leaves", ["a unit", "the site"])
def test_what_is_over_is_free_no_longer_from_its_very_date_on(leaves: str) -> None:
    world = World().has(pool(LAKE, 2))
    if leaves == "a unit":
        world.declare(LAKE, units=with_units(pool(LAKE, 2), "cube-001", retires=NOW + HOUR).units)
    else:
        world.declare(LAKE, lease_end=NOW + HOUR)
    world.wait(HOUR - 1)
    assert free(world) == 2
    world.wait(1)
    assert free(world) == (1 if leaves == "a unit" else 0)


def free(world: World) -> int:
    """FREE of the pool, as it is written."""
    found = world.pools[LAKE].ledger.capacity
    assert found is not None
    return found.free
