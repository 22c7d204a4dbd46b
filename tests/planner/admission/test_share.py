"""Slices that lie apart: the most of which no pool has more than its share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import pool, reservation, snapshot

from holdfast.planner.admission.case import case_of
from holdfast.planner.admission.share import spreadable
from holdfast.planner.state.board import Board


@pytest.mark.parametrize("percent", [1, 30, 50, 75, 100])
@given(rooms=st.lists(st.integers(0, 9), min_size=1, max_size=5), wanted=st.integers(1, 20))
def test_the_most_slices_that_may_lie_apart_is_what_trying_each_number_finds(
    percent: int, rooms: list[int], wanted: int
) -> None:
    ask = reservation(max_percent_per_pool=percent)
    asked = case_of(Board(snapshot(ask, pool())), ask)
    room = {str(n): one for n, one in enumerate(rooms)}
    fits = [n for n in range(wanted + 1) if sum(min(one, asked.most_in_a_pool(n)) for one in rooms) >= n]
    assert spreadable(asked, room, wanted, {}) == max(fits)
