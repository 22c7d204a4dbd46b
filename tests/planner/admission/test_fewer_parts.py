"""Whoever gives some of a series back can, whatever rules and calendar say, and keeps the rest where it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.builders import ABERNATHY, DAY, HOUR, LAKE, MINUTE, NOW, pool, reservation, tenant
from tests.planner.several import nightly, several
from tests.planner.world import World

from holdfast.api.reasons import Reason
from holdfast.planner.state.snapshot import Policy, Window

NIGHTS, OTHER = "mistral/nights", "anthropic/other"
SECOND = "lake-mariner.tpu7x-b"


def four_nights(cubes: int = 16, **changes: Any) -> World:
    """Four slices of two cubes, four nights long, promised."""
    world = World().has(pool(LAKE, cubes))
    world.asks(reservation(NIGHTS, count=4, window=nightly(4, slices=4), **changes))
    return world.rest()


HINDRANCES: dict[str, Callable[[World], Any]] = {
    "a lowered contract": lambda world: world.has(tenant(chips=128)),
    "a nearer horizon": lambda world: world.has(tenant(horizon=HOUR)),
    "a silent site": lambda world: world.declare(LAKE, reachable=False),
    "a pool that sells nothing": lambda world: world.declare(LAKE, selling=False),
    "failed units": lambda world: world.fail(LAKE, *(f"cube-{n:03}" for n in range(12))),
}
LESS: dict[str, tuple[int, Window]] = {
    "fewer slices": (3, nightly(4, slices=3)),
    "fewer nights": (4, nightly(3, slices=4)),
    "shorter nights": (4, nightly(4, slices=4, lasting=6)),
    "a night in two": (4, several((0, 8, 4), (24, 28, 4), (30, 32, 4))),
    "one night with fewer": (4, several((0, 8, 4), (24, 32, 1))),
}


@pytest.mark.parametrize("hindrance", HINDRANCES)
@pytest.mark.parametrize("less", LESS)
def test_what_is_given_back_of_a_series_is_taken_whatever_stands_against_it(
    less: str, hindrance: str
) -> None:
    world = four_nights()
    world.wait(10 * HOUR)
    HINDRANCES[hindrance](world)
    count, window = LESS[less]
    world.amends(NIGHTS, count=count, window=window)
    world.rest()
    assert (world.promise(NIGHTS).generation, world.promise(NIGHTS).end) == (2, window.end)
    ahead = [part for part in world.promise(NIGHTS).intervals if part.start > NOW + 10 * HOUR]
    assert ahead == list(window.parts[1:])


@pytest.mark.parametrize(
    ("count", "window"),
    [(5, nightly(3, slices=5)), (4, nightly(5, slices=4)), (4, several((0, 8, 4), (24, 33, 4)))],
    ids=["more slices", "another night", "a longer night"],
)
def test_whoever_asks_for_more_besides_meets_the_rules(count: int, window: Window) -> None:
    world = four_nights()
    world.has(tenant(chips=128))
    world.amends(NIGHTS, count=count, window=window)
    world.rest()
    assert world.hold(NIGHTS).reason is Reason.EXCEEDS_ENTITLEMENT
    assert world.promise(NIGHTS).generation == 1


def test_a_single_window_may_be_given_back_but_for_some_nights() -> None:
    world = World().has(pool(LAKE, 4))
    world.asks(reservation(NIGHTS, count=2, end=NOW + 3 * DAY))
    world.wait(HOUR)
    world.has(tenant(chips=128))
    world.amends(NIGHTS, window=nightly(3, slices=2))
    world.rest()
    assert len(world.promise(NIGHTS).intervals) == 3
    assert len(world.units(NIGHTS)) == 4


def test_what_is_left_is_cleaned_as_long_as_was_promised_though_more_is_declared_since() -> None:
    world = four_nights()
    world.declare(LAKE, turn_around=DAY)
    world.has(tenant(chips=128))
    world.amends(NIGHTS, window=nightly(3, slices=4))
    world.rest()
    (entry,) = world.pools[LAKE].ledger.entries.values()
    assert (entry.form.clearing, entry.form.end) == (MINUTE, NOW + 56 * HOUR + MINUTE)
    assert len(entry.form.parts) == 3


@pytest.mark.parametrize(("broken", "kept"), [(LAKE, ABERNATHY), (ABERNATHY, LAKE)])
def test_of_a_series_that_runs_the_slices_stay_that_lack_nothing(broken: str, kept: str) -> None:
    world = World().has(pool(LAKE, 2), pool(ABERNATHY, 2))
    world.asks(reservation(NIGHTS, count=2, window=nightly(3, slices=2), across_datacenters=True))
    world.wait(HOUR)
    world.fail(broken, "cube-000")
    world.amends(NIGHTS, count=1, window=nightly(3))
    assert dict(world.rest().promise(NIGHTS).pools) == {kept: 2}


def test_a_time_in_which_units_only_stay_to_be_cleaned_is_no_part_of_what_is_promised() -> None:
    world = World().has(pool(LAKE, 8, turn_around=DAY))
    world.asks(reservation(NIGHTS, count=4, window=nightly(2, slices=4)))
    world.rest().has(tenant(chips=128))
    (entry,) = world.pools[LAKE].ledger.entries.values()
    assert len(entry.form.parts) == 1
    world.amends(NIGHTS, window=several((0, 30, 4), (31, 32, 4)))
    assert world.rest().hold(NIGHTS).reason is Reason.EXCEEDS_ENTITLEMENT


def test_more_intervals_than_a_ledger_has_room_for_are_a_new_ask() -> None:
    world = four_nights()
    world.policy = Policy(max_parts=4)
    world.amends(NIGHTS, window=several((0, 8, 4), (24, 26, 4), (28, 32, 4), (48, 56, 4), (72, 80, 4)))
    assert world.rest().hold(NIGHTS).reason is Reason.LEDGER_FULL
    world.amends(NIGHTS, window=several((0, 8, 4), (24, 26, 4), (28, 32, 4), (48, 56, 4)))
    assert len(world.rest().promise(NIGHTS).intervals) == 4


def test_it_comes_to_lie_nowhere_else_and_takes_nothing_of_anybodys() -> None:
    world = World().has(pool(LAKE, 4), pool(SECOND, 8))
    world.asks(reservation(NIGHTS, count=4, window=nightly(3, slices=4), max_percent_per_pool=50))
    world.rest()
    world.asks(reservation(OTHER, count=2, end=NOW + 3 * DAY))
    world.rest()
    world.amends(NIGHTS, count=2, window=nightly(3, slices=2))
    assert dict(world.rest().promise(NIGHTS).pools) == {LAKE: 2, SECOND: 2}
