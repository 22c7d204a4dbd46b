"""What is asked of many profiles at once is what each of them answers alone, at every instant."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.planner.state.test_profile import INSTANTS, SPANS, level_at

from holdfast.assignment.demand import Span
from holdfast.planner.state.abreast import Abreast
from holdfast.planner.state.profile import Numbers, Profile

LEVEL, LATE = 7, 100
MANY = st.lists(SPANS, min_size=1, max_size=4)
LENGTHS = st.lists(st.integers(1, 40), min_size=4, max_size=4)


def profiles_of(parts: list[list[Span]]) -> list[Profile]:
    return [Profile.of(losses=losses, level=LEVEL) for losses in parts]


def numbers(each: list[int], profiles: list[Profile]) -> Numbers:
    return np.array(each[: len(profiles)], dtype=np.int64)


def summed_at(abreast: Abreast, instant: int) -> int:
    return level_at(abreast.total(), instant)


@given(MANY, INSTANTS, LENGTHS)
def test_the_least_of_each_over_a_window_of_its_own(
    parts: list[list[Span]], start: int, ends: list[int]
) -> None:
    profiles = profiles_of(parts)
    alone = [one.least(start, end) for one, end in zip(profiles, ends, strict=False)]
    assert Abreast.of(profiles).least(start, numbers(ends, profiles)).tolist() == alone


@given(MANY, LENGTHS)
def test_what_a_window_can_count_on_is_known_for_every_start_at_once(
    parts: list[list[Span]], lengths: list[int]
) -> None:
    profiles = profiles_of(parts)
    ahead = Abreast.of(profiles).windows_least(numbers(lengths, profiles))
    for start in range(LATE):
        alone = sum(one.least(start, start + length) for one, length in zip(profiles, lengths, strict=False))
        assert summed_at(ahead, start) == alone


@given(MANY, LENGTHS)
def test_what_is_left_until_a_fixed_end_is_known_for_every_start_at_once(
    parts: list[list[Span]], ends: list[int]
) -> None:
    profiles = profiles_of(parts)
    ahead = Abreast.of(profiles).until(numbers(ends, profiles))
    for start in range(min(ends)):
        alone = sum(one.least(start, end) for one, end in zip(profiles, ends, strict=False))
        assert summed_at(ahead, start) == alone


@given(MANY, INSTANTS, LENGTHS)
def test_what_is_left_from_a_fixed_start_is_known_for_every_end_at_once(
    parts: list[list[Span]], start: int, after: list[int]
) -> None:
    profiles = profiles_of(parts)
    ahead = Abreast.of(profiles).lasting(start, numbers(after, profiles))
    for end in range(start + 1, LATE):
        alone = sum(one.least(start, end + more) for one, more in zip(profiles, after, strict=False))
        assert summed_at(ahead, end) == alone


def test_shares_leave_each_profiles_spares_aside_and_are_never_negative() -> None:
    abreast = Abreast.of([Profile.of(losses=[Span(10, 20, 9)], level=8), Profile.of(level=8)])
    shares = abreast.shares(np.array([1, 5]), size=3).total()
    assert [level_at(shares, instant) for instant in (0, 10, 20)] == [3, 1, 3]


def test_bounds_hold_for_each_profile_and_not_for_their_sum() -> None:
    abreast = Abreast.of([Profile.of(level=8), Profile.of(level=2)])
    assert summed_at(abreast.at_most(5), 0) == 7
    assert summed_at(abreast.at_least(np.array([0, 4])), 0) == 12
