"""Where a fixed window has too little left: every such interval, in whole slots."""

from __future__ import annotations

from typing import Any

from tests.builders import (
    ABERNATHY,
    DAY,
    HOUR,
    LAKE,
    MINUTE,
    NOW,
    entry,
    pool,
    promise,
    reservation,
    snapshot,
    tenant,
    with_ledger,
    with_units,
)

from holdfast.planner.admission.case import case_of
from holdfast.planner.admission.conflicts import MAX_CONFLICTS
from holdfast.planner.admission.diagnosis import hold_for
from holdfast.planner.state.board import Board
from holdfast.planner.state.snapshot import Pool

SLOT = 300


def conflicts(*things: Any, **ask: Any) -> list[tuple[float, float]]:
    """In hours from now."""
    wanted = reservation(**ask)
    found = hold_for(case_of(Board(snapshot(wanted, *things)), wanted)).conflicts
    return [((start - NOW) / HOUR, (end - NOW) / HOUR) for start, end in found]


def taken(of: Pool, *hours: tuple[int, int], cubes: int = 2) -> Pool:
    """The pool with so many cubes in another's hands over these hours."""
    entries = [
        entry(f"other/{of.name}-{a}", cubes, start=NOW + a * HOUR, end=NOW + b * HOUR) for a, b in hours
    ]
    return with_ledger(of, *entries)


def test_every_interval_is_told_in_order() -> None:
    busy = taken(pool(cubes=2, grace=0), (6, 8), (2, 3))
    assert conflicts(busy, end=NOW + DAY) == [(2, 3), (6, 8)]


def test_intervals_that_touch_are_one() -> None:
    assert conflicts(taken(pool(cubes=2, grace=0), (2, 3), (3, 5)), end=NOW + DAY) == [(2, 5)]


def test_an_interval_ends_with_the_window() -> None:
    busy = taken(pool(cubes=2, grace=0), (2, 9))
    assert conflicts(busy, start=NOW + 4 * HOUR, end=NOW + 5 * HOUR) == [(4, 5)]


def test_the_time_to_clear_the_units_before_the_next_window_is_a_part_of_it() -> None:
    busy = taken(pool(cubes=2, grace=MINUTE, turn_around=HOUR - MINUTE), (6, 8))
    assert conflicts(busy, end=NOW + 7 * HOUR) == [(5, 7)]
    assert conflicts(busy, end=NOW + 6 * HOUR - MINUTE) == [(5, 6)]


def test_instants_are_told_in_whole_slots_only() -> None:
    odd = with_ledger(pool(cubes=2, grace=0), entry("other/a", start=NOW + SLOT + 7, end=NOW + 3 * SLOT - 1))
    assert conflicts(odd, end=NOW + DAY) == [(1 / 12, 3 / 12)]


def test_of_two_datacenters_the_one_is_told_that_lacks_for_the_shorter_time() -> None:
    lake, far = taken(pool(LAKE, 2, grace=0), (1, 9)), taken(pool(ABERNATHY, 2, grace=0), (4, 5))
    assert conflicts(lake, far, end=NOW + DAY) == [(4, 5)]


def test_where_slices_would_have_to_move_the_whole_window_is_told() -> None:
    first, second = taken(pool(LAKE, 2, grace=0), (0, 6)), taken(pool(f"{LAKE}2", 2, grace=0), (6, 24))
    assert conflicts(first, second, end=NOW + DAY) == [(0, 24)]


def test_where_units_differ_the_whole_window_is_told() -> None:
    leaving = with_units(pool(cubes=2, grace=0), "cube-000", retires=NOW + HOUR)
    relay = with_units(leaving, "cube-001", available=NOW + HOUR)
    assert conflicts(relay, topology="4x4x4", end=NOW + 2 * HOUR) == [(0, 2)]


def test_a_contract_used_up_is_a_conflict_where_it_is() -> None:
    older = promise("mistral/older", start=NOW + HOUR, end=NOW + 2 * HOUR)
    assert conflicts(pool(grace=0), older, tenant(chips=128), end=NOW + DAY) == [(1, 2)]


def test_a_flexible_ask_has_no_conflicts_since_it_has_no_window() -> None:
    assert conflicts(taken(pool(cubes=2), (0, 99)), duration=DAY, latest=NOW + 2 * DAY) == []


def test_no_more_are_told_than_a_status_holds() -> None:
    busy = taken(pool(cubes=2, grace=0), *((hour, hour + 1) for hour in range(0, 40, 2)))
    assert conflicts(busy, end=NOW + 2 * DAY) == [(hour, hour + 1) for hour in range(0, 2 * MAX_CONFLICTS, 2)]
