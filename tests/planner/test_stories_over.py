"""Forms that are over: none is planned, none stays, and what one tenant asks for stops nobody else in the pool."""

from __future__ import annotations

from typing import Any

import pytest
from tests.builders import DAY, HOUR, LAKE, MINUTE, NOW, pool, reservation
from tests.planner.maintaining import accepted, maintains, maintenance, told
from tests.planner.world import World

MINE, THEIRS = "mistral/pretrain", "anthropic/eval"


def begun(seconds: int = 75) -> World:
    """One slice of thirty days runs since `seconds` in a pool of twenty cubes."""
    world = World().has(pool(LAKE, 20))
    world.asks(reservation(MINE, topology="4x4x4", duration=30 * DAY))
    return world.wait(seconds)


@pytest.mark.parametrize(
    "window",
    [
        {"duration": 10},  # over long ago, clearing included
        {"duration": 70},  # over, its clearing not
        {"duration": 75},  # over this very second
        {"end": NOW + 10},
        {"end": NOW + 75},
    ],
)
def test_more_over_a_window_that_is_over_is_held_and_stops_nobody(window: dict[str, Any]) -> None:
    world = begun()
    world.amends(MINE, count=15, **window)
    world.rest()
    assert "has passed, and more is asked for" in world.hold(MINE).message
    assert world.hold(MINE).stalled
    assert world.promise(MINE).slices == 1
    world.asks(reservation("anthropic/eval", topology="4x4x4", end=world.now + HOUR))
    world.rest()
    assert world.ready("anthropic/eval") == "True Active"
    assert world.ready(MINE) == "True Active"


def test_more_until_an_end_that_lies_ahead_is_promised_and_ends_then() -> None:
    world = begun()
    world.amends(MINE, count=15, duration=HOUR)
    world.rest()
    assert (world.promise(MINE).slices, world.promise(MINE).end) == (15, NOW + HOUR)
    world.wait(HOUR)
    assert (MINE, "Expired") in world.events


def test_no_more_over_a_window_that_is_over_ends_the_promise() -> None:
    world = begun()
    world.amends(MINE, count=1, duration=10)
    world.rest()
    assert (MINE, "Amended") in world.events


def test_a_form_whose_end_passes_before_it_is_committed_leaves_and_is_never_counted() -> None:
    world = begun()
    world.amends(MINE, count=15, duration=80)
    steps = world.steps()
    next(steps)  # what is planned lies in the ledger next
    next(steps)  # and the commit never comes
    (entry,) = world.pools[LAKE].ledger.entries.values()
    assert entry.next is not None
    world.now = entry.next.end + 1
    world.rest()
    (entry,) = world.pools[LAKE].ledger.entries.values()
    assert entry.next is None
    assert world.promise(MINE).slices == 1


def test_maintenance_asked_as_one_window_ends_and_the_next_begins_touches_the_next() -> None:
    world = World().has(pool(LAKE, 2))
    world.asks(reservation(MINE, end=NOW + HOUR))
    world.asks(reservation(THEIRS, start=NOW + HOUR + MINUTE, end=NOW + DAY))
    world.rest()
    world.now += HOUR + MINUTE
    maintains(world, maintenance(units=("cube-000",), end=NOW + 6 * HOUR))
    assert accepted(world.rest()) == "False TouchesPromises"
    assert [one.reservation for one in told(world).touched] == [THEIRS]
