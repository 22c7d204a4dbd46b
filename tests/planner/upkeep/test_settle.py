"""Entries follow their promise objects: one table, each row an entry, a promise object and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.builders import (
    ABERNATHY,
    LAKE,
    entry,
    form,
    grant,
    pool,
    promise,
    reservation,
    snapshot,
    uid,
    with_ledger,
)

from holdfast.planner.state.board import Board
from holdfast.planner.state.ledger import Entry, EntryState, GrantState, PromiseState
from holdfast.planner.upkeep.settle import settle

PREPARED, COMMITTED, RELEASING = EntryState.PREPARED, EntryState.COMMITTED, EntryState.RELEASING
ME = uid("mistral/pretrain")
NONE = {"state": PromiseState.NONE, "attempt": "", "pools": {}, "slices": 0}
GOING = {"state": PromiseState.RELEASING, "cause": "Expired", "round": 2}
RECORD = {"state": PromiseState.RELEASED, "cause": "Expired", "round": 2, "ended_at": 1}
Row = tuple[str, dict[str, Any], dict[str, Any] | None, str]
ROWS: tuple[Row, ...] = (
    ("a commit in force rolls the entry on", {"state": PREPARED, "round": 0}, {}, "Committed 1"),
    ("a committed entry takes its promise's round", {"round": 1}, {"round": 4}, "Committed 4"),
    ("an older attempt not in force leaves", {"state": PREPARED, "attempt": "x", "round": 0}, {}, "gone"),
    ("one of this round is given up first", {"state": PREPARED, "attempt": "x"}, {}, "Prepared 1, given up"),
    ("an older attempt without promise leaves", {"state": PREPARED, "round": 0}, NONE, "gone"),
    (
        "one of this round without promise is given up",
        {"state": PREPARED, "round": 1},
        NONE,
        "Prepared 1, given up",
    ),
    (
        "an attempt without promise object is given up",
        {"state": PREPARED, "round": 0},
        None,
        "Prepared 0, given up",
    ),
    ("an attempt too late for a release leaves", {"state": PREPARED, "round": 1}, GOING, "gone"),
    ("an attempt too late for a record leaves", {"state": PREPARED, "round": 1}, RECORD, "gone"),
    ("an entry the promise has left is released", {"attempt": "x", "round": 0}, {}, "Releasing 1"),
    ("a release takes the entry along", {}, GOING, "Releasing 2"),
    ("a record takes a leftover entry along", {}, RECORD, "Releasing 2"),
    ("an entry being released stays so", {"state": RELEASING, "round": 2}, GOING, "Releasing 2"),
    ("an entry newer than the promise read is left", {"attempt": "x", "round": 5}, {}, "Committed 5"),
    ("a committed entry without promise object freezes", {}, None, "Committed 1, frozen"),
    ("a releasing entry without promise object freezes", {"state": RELEASING}, None, "Releasing 1, frozen"),
    ("a committed entry of no promise freezes", {}, {**NONE, "round": 9}, "Committed 1, frozen"),
)


def settled(of_entry: dict[str, Any], of_promise: dict[str, Any] | None) -> tuple[Board, Entry | None]:
    held = with_ledger(pool(), entry(**of_entry), grants={"cube-000": grant()})
    promises = [] if of_promise is None else [promise(**of_promise)]
    board = Board(snapshot(held, reservation(), *promises))
    settle(board)
    return board, board.sheets[LAKE].entries.get(ME)


@pytest.mark.parametrize(("name", "of_entry", "of_promise", "becomes"), ROWS, ids=[row[0] for row in ROWS])
def test_settling(
    name: str, of_entry: dict[str, Any], of_promise: dict[str, Any] | None, becomes: str
) -> None:
    board, found = settled(of_entry, of_promise)
    said = "gone" if found is None else f"{found.state.value} {found.form.round}"
    said += ", given up" if ME in board.writes else ""
    said += ", frozen" if ME in board.frozen else ""
    assert said == becomes


@pytest.mark.parametrize(
    ("name", "attempt", "round_", "becomes"),
    [
        ("a next form in force becomes the form", "a1", 0, ("a1", 3, None)),
        ("an older next form leaves", "x", 0, ("a0", 2, None)),
        ("one of this round is given up first", "x", 1, ("a0", 2, "x")),
    ],
)
def test_next_forms(name: str, attempt: str, round_: int, becomes: tuple[str, int, str | None]) -> None:
    old = {"attempt": "a1" if becomes[0] == "a0" else "a0"}
    coming = form(3, attempt=attempt, round=round_)
    _, found = settled({**old, "round": 1, "next": coming}, {})
    assert found is not None
    assert found.form.count == becomes[1]
    assert (found.next.attempt if found.next else None) == becomes[2]


def test_a_release_takes_the_units_along_and_drops_the_next_form() -> None:
    board, found = settled({"next": form(3, attempt="x", round=0)}, GOING)
    assert found is not None
    assert found.next is None
    assert board.sheets[LAKE].grants["cube-000"].state is GrantState.RELEASING


def test_giving_up_without_promise_object_makes_one_of_no_promise_in_round_1() -> None:
    board, _ = settled({"state": PREPARED, "round": 0}, None)
    write = board.writes[ME]
    assert write.resource_version == ""
    assert (write.promise.state, write.promise.round, write.promise.attempt) == (PromiseState.NONE, 1, "")
    assert (write.promise.tenant, write.promise.label, write.promise.topology) == (
        "mistral-ai",
        "mistral/pretrain",
        "4x4x8",
    )


def test_giving_up_keeps_what_is_in_force_and_takes_a_new_round() -> None:
    board, _ = settled({"next": form(3, attempt="x", round=1)}, {})
    assert board.writes[ME].promise == replace(promise(), round=2)


def test_two_pools_of_one_lost_attempt_give_it_up_once() -> None:
    lost = entry(state=PREPARED, round=0)
    both = [with_ledger(pool(name), lost) for name in (LAKE, ABERNATHY)]
    board = Board(snapshot(*both))
    settle(board)
    assert list(board.writes) == [ME]


def test_a_releasing_entry_stays_so_whatever_an_old_reading_of_its_promise_says() -> None:
    board = Board(snapshot(with_ledger(pool(), entry(state=EntryState.RELEASING, round=3)), promise()))
    settle(board)
    assert board.sheets[LAKE].entries == dict([entry(state=EntryState.RELEASING, round=3)])
