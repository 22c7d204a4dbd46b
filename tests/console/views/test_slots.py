from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.console.views.slots import Occupied, Run, laid

SPANS = st.lists(
    st.builds(lambda start, length, units: Occupied(start, start + length, units),
              st.integers(0, 50), st.integers(1, 30), st.integers(1, 9)), max_size=40,
)  # fmt: skip


def places(runs: tuple[Run, ...]) -> set[int]:
    return {place for low, many in runs for place in range(low, low + many)}


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([Occupied(0, 10, 3)], [((0, 3),)]),
        ([Occupied(0, 10, 3), Occupied(10, 20, 3)], [((0, 3),), ((0, 3),)]),
        ([Occupied(0, 10, 3), Occupied(9, 20, 3)], [((0, 3),), ((3, 3),)]),
        ([Occupied(0, 10, 2), Occupied(0, 30, 2), Occupied(10, 30, 1)], [((0, 2),), ((2, 2),), ((0, 1),)]),
    ],
)  # fmt: skip
def test_a_bar_lies_as_low_as_it_can(spans: list[Occupied], expected: list[tuple[Run, ...]]) -> None:
    assert laid(spans) == expected


def test_where_no_run_is_long_enough_a_bar_is_cut() -> None:
    spans = [
        Occupied(0, 10, 1),
        Occupied(0, 99, 1),
        Occupied(0, 10, 1),
        Occupied(0, 99, 1),
        Occupied(20, 30, 2),
    ]
    assert laid(spans)[4] == ((0, 2),)
    lasting = [
        Occupied(0, 10, 1),
        Occupied(1, 99, 1),
        Occupied(2, 10, 1),
        Occupied(3, 99, 1),
        Occupied(20, 30, 2),
    ]
    assert laid(lasting)[4] == ((0, 1), (2, 1))


@given(SPANS)
def test_no_place_is_taken_twice_and_each_bar_has_its_units(spans: list[Occupied]) -> None:
    found = [places(runs) for runs in laid(spans)]
    assert [len(each) for each in found] == [span.units for span in spans]
    for one in range(len(spans)):
        for other in range(one):
            together = spans[one].start < spans[other].end and spans[other].start < spans[one].end
            assert not (together and found[one] & found[other])


@given(SPANS)
def test_the_row_is_as_high_as_the_busiest_instant(spans: list[Occupied]) -> None:
    highest = max((max(places(runs)) + 1 for runs in laid(spans)), default=0)
    busiest = max((sum(s.units for s in spans if s.start <= at.start < s.end) for at in spans), default=0)
    assert highest == busiest


def test_ten_thousand_bars_in_one_pool_are_laid_while_nobody_waits() -> None:
    began = time.process_time()
    laid([Occupied(n, n + 400, 1 + n % 3) for n in range(10_000)])
    assert time.process_time() - began < 5
