"""When the parts of an atomic promise open: not before each pool has all that the form in force makes due in it."""

from __future__ import annotations

import pytest
from tests.builders import (
    ABERNATHY,
    HOUR,
    LAKE,
    NOW,
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
from holdfast.planner.state.ledger import Form, Grant
from holdfast.planner.upkeep.opening import open_together

GIVEN = {"cube-000": grant(), "cube-001": grant(number=2)}
LATER = form(attempt="a2", start=NOW + HOUR)


@pytest.mark.parametrize(
    ("name", "grants", "coming", "waits"),
    [
        ("once both have all", GIVEN, None, False),
        ("not while the other has nothing", {}, None, True),
        ("nor while a later form is being prepared there, which keeps it from giving any", {}, LATER, True),
        ("and what it gave before that was prepared counts", GIVEN, LATER, False),
    ],
)
def test_a_pool_opens_its_part(name: str, grants: dict[str, Grant], coming: Form | None, waits: bool) -> None:
    here = with_ledger(pool(LAKE), entry(start=NOW - HOUR, waiting=True), grants=GIVEN, granted=2)
    there = with_ledger(
        pool(ABERNATHY), entry(start=NOW - HOUR, waiting=True, next=coming), grants=grants, granted=2
    )
    both = promise(cubes=4, pools={LAKE: 2, ABERNATHY: 2}, start=NOW - HOUR, atomic=True)
    board = Board(snapshot(reservation(count=2), both, here, there))
    open_together(board)
    assert board.sheets[LAKE].entries[uid("mistral/pretrain")].waiting is waits


@pytest.mark.parametrize("behind", [0, 5])
def test_nothing_opens_alone_by_a_clock_that_is_behind_that_of_who_gave_it(behind: int) -> None:
    here = with_ledger(pool(LAKE), entry(waiting=True), grants=GIVEN, granted=2, as_of=NOW)
    there = with_ledger(pool(ABERNATHY), entry())
    both = promise(cubes=4, pools={LAKE: 2, ABERNATHY: 2}, atomic=True)
    board = Board(snapshot(reservation(count=2), both, here, there, now=NOW - behind))
    open_together(board)
    assert board.sheets[LAKE].entries[uid("mistral/pretrain")].waiting
