"""A level over time in arrays says what counting one by one says, at every instant."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from holdfast.assignment.demand import Span
from holdfast.planner.state.calendar import lowest
from holdfast.planner.state.profile import MANY, Profile, total

LONG = 10_000
INSTANTS = st.integers(0, 60)
SPANS = st.lists(
    st.builds(lambda a, length, n: Span(a, a + length, n), INSTANTS, st.integers(0, 30), st.integers(1, 5)),
    max_size=12,
)


def level_at(profile: Profile, instant: int) -> int:
    return int(profile.at(np.array([instant]))[0])


@given(SPANS, SPANS, st.integers(0, 20), INSTANTS, st.integers(0, 40))
def test_the_least_over_a_window_is_what_counting_finds(
    gains: list[Span], losses: list[Span], level: int, start: int, length: int
) -> None:
    counted = lowest([*gains, Span(0, LONG, level)], losses, start, start + length)
    assert Profile.of(gains, losses, level).least(start, start + length) == counted


@given(st.lists(SPANS, max_size=4))
def test_a_sum_is_the_sum_at_every_instant(parts: list[list[Span]]) -> None:
    profiles = [Profile.of(losses=part, level=3) for part in parts]
    summed = total(profiles)
    for instant in range(100):
        assert level_at(summed, instant) == sum(level_at(each, instant) for each in profiles)


@given(SPANS, SPANS)
def test_spans_added_later_count_like_those_there_at_first(first: list[Span], later: list[Span]) -> None:
    at_once, added = Profile.of(losses=[*first, *later]), Profile.of(losses=first).with_changes(losses=later)
    assert all(level_at(at_once, instant) == level_at(added, instant) for instant in range(100))


@given(SPANS, SPANS)
def test_many_spans_at_once_make_what_they_make_one_by_one(first: list[Span], few: list[Span]) -> None:
    many = [Span(start, start + 7, 1) for start in range(MANY + 1)] + few
    at_once = Profile.of(gains=first).with_changes(losses=many)
    by_and_by = Profile.of(gains=first)
    for one in many:
        by_and_by = by_and_by.with_changes(losses=[one])
    assert at_once.instants.tolist() == by_and_by.instants.tolist()
    assert at_once.levels.tolist() == by_and_by.levels.tolist()


def test_instants_at_which_one_demand_follows_another_are_kept() -> None:
    profile = Profile.of(losses=[Span(10, 20, 2), Span(20, 30, 2)])
    assert profile.instants.tolist() == [0, 10, 20, 30]


def test_no_time_at_all_counts_on_nothing() -> None:
    assert Profile.of(level=5).least(20, 20) == 0
