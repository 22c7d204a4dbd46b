"""Choosing free units: those that the assignment of all that stands means for a promise."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders import (
    HOUR,
    LAKE,
    NOW,
    entry,
    grant,
    lost,
    pool,
    promise,
    snapshot,
    uid,
    with_ledger,
    with_units,
)

from holdfast.planner.state.board import Board
from holdfast.planner.state.ledger import Entry, GrantState, Part
from holdfast.planner.state.snapshot import Health, Pool
from holdfast.planner.upkeep.binding import bind
from holdfast.planner.upkeep.handback import hand_back
from holdfast.planner.upkeep.repair import repair

Asked = tuple[str, int, int]


def needed(label: str, start: int, end: int) -> tuple[str, Entry]:
    """One cube from hour to hour."""
    return entry(label, count=1, start=NOW + start * HOUR, end=NOW + end * HOUR)


def two_cubes(*asked: Asked, **ledger: object) -> Pool:
    """Of two cubes the first leaves after 20 hours."""
    made = with_units(pool(LAKE, 2, grace=0), "cube-000", retires=NOW + 20 * HOUR)
    return with_ledger(made, *(needed(*each) for each in asked), **ledger)


def board_of(of: Pool, *asked: Asked) -> Board:
    """Everybody's promise was made before; their windows begin as said."""
    made = (
        promise(label, cubes=1, start=NOW + start * HOUR, end=NOW + end * HOUR, created=number)
        for number, (label, start, end) in enumerate(asked)
    )
    return Board(snapshot(of, *made, now=NOW))


def given(board: Board) -> dict[str, str]:
    """Who has which unit, by uid."""
    grants = board.sheets[LAKE].grants
    return {name: each.promise or "" for name, each in grants.items() if each.state is GrantState.ACTIVE}


NOW_AND_LATER = (("now/a", 0, 9), ("soon/b", 7, 11), ("late/c", 10, 40))


def test_an_open_window_leaves_to_others_what_their_promises_rest_on() -> None:
    board = board_of(two_cubes(*NOW_AND_LATER), *NOW_AND_LATER)
    bind(board)
    assert given(board) == {"cube-001": uid("now/a")}


def test_where_units_do_not_differ_in_it_whatever_leaves_first_is_given() -> None:
    board = board_of(two_cubes(NOW_AND_LATER[0]), NOW_AND_LATER[0])
    bind(board)
    assert given(board) == {"cube-000": uid("now/a")}


def test_windows_that_open_together_are_each_given_what_is_meant_for_them() -> None:
    both = (("z/long", 0, 40), ("a/short", 0, 9))
    board = board_of(two_cubes(*both), *both)
    bind(board)
    assert given(board) == {"cube-001": uid("z/long"), "cube-000": uid("a/short")}


def test_of_intervals_that_run_together_each_is_given_what_is_meant_for_it() -> None:
    asked = (("now/a", 0, 11), ("late/c", 10, 40))
    steps = (Part(NOW, NOW + 9 * HOUR, 1), Part(NOW, NOW + 11 * HOUR, 1))
    name, one = needed(*asked[0])
    of = two_cubes(asked[1])
    both = replace(one, form=replace(one.form, count=2, parts=steps))
    board = board_of(
        replace(of, ledger=replace(of.ledger, entries={**of.ledger.entries, name: both})), *asked
    )
    bind(board)
    first = min(board.sheets[LAKE].grants, key=lambda name: board.sheets[LAKE].grants[name].number)
    assert first == "cube-000"


def test_a_unit_that_is_meant_for_it_and_comes_back_in_this_turn_is_given_in_the_next() -> None:
    back = grant("gone/x", 1, state=GrantState.RELEASING, since=NOW)
    of = two_cubes(*NOW_AND_LATER, grants={"cube-001": back}, granted=1)
    board = board_of(with_units(of, "cube-001", clean_grant=1), *NOW_AND_LATER)
    hand_back(board)
    bind(board)
    assert given(board) == {}
    later = replace(of, ledger=replace(of.ledger, grants={}))
    board = board_of(later, *NOW_AND_LATER)
    bind(board)
    assert given(board) == {"cube-001": uid("now/a")}


@pytest.mark.parametrize("health", [Health.UNHEALTHY, Health.HEALTHY], ids=["it failed", "it still works"])
def test_who_stands_in_for_a_unit_is_chosen_as_if_it_were_gone(health: Health) -> None:
    of = with_units(pool(LAKE, 3, grace=0), "cube-000", retires=NOW + 20 * HOUR)
    asked = [needed(*each) for each in NOW_AND_LATER]
    of = with_ledger(of, *asked, grants={"cube-002": lost("now/a", 1)}, granted=1)
    of = with_units(of, "cube-002", health=health, retires=NOW + 9 * HOUR, open_grant=1)
    board = board_of(of, *NOW_AND_LATER)
    repair(board)
    assert given(board) == {"cube-001": uid("now/a"), "cube-002": uid("now/a")}
