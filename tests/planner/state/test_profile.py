"""A level over time in arrays says what counting one by one says, at every instant."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from holdfast.planner.state.calendar import Span, lowest
from holdfast.planner.state.profile import Profile, total

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


@given(SPANS, SPANS, st.integers(1, 40))
def test_what_a_window_can_count_on_is_known_for_every_start_at_once(
    gains: list[Span], losses: list[Span], length: int
) -> None:
    profile = Profile.of(gains, losses, 7)
    ahead = profile.windows_least(length)
    for start in range(100):
        assert level_at(ahead, start) == profile.least(start, start + length)


@given(SPANS, st.integers(1, 90))
def test_what_is_left_until_a_fixed_end_is_known_for_every_start_at_once(
    losses: list[Span], end: int
) -> None:
    profile = Profile.of(losses=losses, level=9)
    ahead = profile.until(end)
    for start in range(end):
        assert level_at(ahead, start) == profile.least(start, end)


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


def test_shares_leave_spares_aside_and_are_never_negative() -> None:
    shares = Profile.of(losses=[Span(10, 20, 9), Span(30, 40, 4)], level=8).shares(spares=1, size=3)
    assert [level_at(shares, instant) for instant in (0, 10, 20, 30, 40)] == [2, 0, 2, 1, 2]


def test_instants_at_which_one_demand_follows_another_are_kept() -> None:
    profile = Profile.of(losses=[Span(10, 20, 2), Span(20, 30, 2)])
    assert profile.instants.tolist() == [0, 10, 20, 30]


def test_no_time_at_all_counts_on_nothing() -> None:
    assert Profile.of(level=5).least(20, 20) == 0
