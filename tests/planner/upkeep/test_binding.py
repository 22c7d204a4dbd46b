"""Binding: concrete units for open windows, to the promise accepted first, those that leave first in front."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.builders import (
    ABERNATHY,
    DAY,
    HOUR,
    LAKE,
    NOW,
    entry,
    form,
    grant,
    pool,
    promise,
    snapshot,
    uid,
    with_ledger,
    with_units,
)

from holdfast.planner.state.board import Board
from holdfast.planner.state.ledger import EntryState, GrantState, PromiseState
from holdfast.planner.state.snapshot import Pool
from holdfast.planner.upkeep.binding import bind
from holdfast.planner.upkeep.settle import settle


def bound(of: Pool, *promises: Any, now: int = NOW) -> dict[str, str | None]:
    board = Board(snapshot(of, *(promises or (promise(),)), now=now))
    bind(board)
    return {name: each.promise for name, each in board.sheets[LAKE].grants.items()}


def test_an_open_window_gets_its_count_under_rising_numbers() -> None:
    board = Board(snapshot(with_ledger(pool(), entry(), granted=5), promise()))
    bind(board)
    found = board.sheets[LAKE].grants
    assert {name: (each.number, each.since) for name, each in found.items()} == {
        "cube-000": (6, NOW),
        "cube-001": (7, NOW),
    }
    assert board.sheets[LAKE].granted == 7


@pytest.mark.parametrize(
    ("why", "of_entry", "of_promise", "of_pool", "now"),
    [
        ("before the window", {}, {}, {}, NOW - 1),
        ("after the window", {}, {}, {}, NOW + DAY),
        ("from a prepared entry", {"state": EntryState.PREPARED}, {}, {}, NOW),
        ("from a releasing entry", {"state": EntryState.RELEASING}, {}, {}, NOW),
        ("for an attempt not in force", {"attempt": "x"}, {}, {}, NOW),
        ("for a promise that ends", {}, {"state": PromiseState.RELEASING}, {}, NOW),
        ("at a silent site", {}, {}, {"reachable": False}, NOW),
        ("while a next form begins later", {"next": form(attempt="a2", start=NOW + 1)}, {}, {}, NOW),
    ],
)
def test_nothing_is_bound(
    why: str, of_entry: dict[str, Any], of_promise: dict[str, Any], of_pool: dict[str, Any], now: int
) -> None:
    held = replace(with_ledger(pool(), entry(**of_entry)), **of_pool)
    assert bound(held, promise(**of_promise), now=now) == {}


def test_what_a_planner_that_slept_may_still_move_is_bound_once_its_attempt_is_given_up() -> None:
    attempt = entry(attempt="a2", state=EntryState.PREPARED)
    here, there = with_ledger(pool(), entry()), with_ledger(pool(ABERNATHY), attempt)
    board = Board(snapshot(here, there, promise()))
    settle(board)
    bind(board)
    assert board.sheets[LAKE].grants == {}
    given_up = board.promise(uid("mistral/pretrain"))
    assert set(bound(here, given_up)) == {"cube-000", "cube-001"}


def test_the_unit_that_leaves_first_yet_outlasts_the_window_is_taken() -> None:
    units = with_units(pool(cubes=4), "cube-003", retires=NOW + 2 * DAY)
    units = with_units(units, "cube-000", retires=NOW + HOUR)
    assert set(bound(with_ledger(units, entry()))) == {"cube-003", "cube-001"}


def test_what_is_in_hand_counts_and_what_is_on_its_way_back_is_not_given_on() -> None:
    going = grant("other/a", 2, state=GrantState.RELEASING)
    held = with_ledger(pool(cubes=3), entry(), grants={"cube-000": grant(), "cube-001": going}, granted=2)
    me = uid("mistral/pretrain")
    assert bound(held) == {"cube-000": me, "cube-001": uid("other/a"), "cube-002": me}


def test_in_a_deficit_the_promise_accepted_first_is_served_first() -> None:
    both = with_ledger(pool(cubes=2), entry("mistral/a"), entry("mistral/z"))
    found = bound(both, promise("mistral/a", created=2), promise("mistral/z", created=1))
    assert set(found.values()) == {uid("mistral/z")}


def test_what_is_free_is_given_even_if_it_is_not_all() -> None:
    assert len(bound(with_ledger(pool(cubes=1), entry()))) == 1
