"""The latest ends from one start: none is left out that fits, and each is a whole slot."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from tests.builders import DAY, HOUR, MINUTE, NOW, entry, pool, reservation, snapshot, tenant, with_ledger
from tests.planner.admission.test_starts import case, cases

from holdfast.planner.admission.case import Case, case_of
from holdfast.planner.admission.ends import latest_ends
from holdfast.planner.admission.placement import place
from holdfast.planner.state.board import Board

SLOT = 300


def test_the_latest_end_leaves_the_time_to_clear_the_units_for_the_next_promise() -> None:
    next_one = entry("other/a", start=NOW + 6 * HOUR, end=NOW + DAY)
    there = with_ledger(pool(cubes=2, grace=MINUTE, turn_around=HOUR), next_one)
    asked = case(reservation(), there, tenant())
    ends = list(latest_ends(asked, NOW, NOW + HOUR, NOW + 9 * HOUR))
    assert ends == [NOW + 5 * HOUR - SLOT]


def test_where_nothing_comes_the_bound_is_the_latest_end() -> None:
    asked = case(reservation(), pool(), tenant())
    assert list(latest_ends(asked, NOW, NOW, NOW + HOUR + 7)) == [NOW + HOUR]


@given(cases())
def test_no_later_slot_would_have_fitted(asked: Case) -> None:
    start, last = asked.now, asked.now + 20 * HOUR
    found = latest_ends(asked, start, start, last)
    first = next((end for end in found if place(asked, start, end) is not None), None)
    every = (end for end in range(last, start, -SLOT) if place(asked, start, end) is not None)
    assert first == next(every, None)


def test_a_world_is_what_a_case_is_made_of() -> None:
    wanted = reservation()
    made = case_of(Board(snapshot(wanted)), wanted)
    assert list(latest_ends(replace(made, reservation=wanted), NOW, NOW, NOW + DAY)) == []
