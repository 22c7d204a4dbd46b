"""Few trials: only what is to be taken is asked of named units, and of each pool few numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from holdfast.planner.admission.named import most_that_fit, tried_out

MANY = 144


def trials(most: int, sure: int, fit: Callable[[int], bool]) -> tuple[int, int]:
    """The most that fit, and in how many trials that was found."""
    tried: list[int] = []

    def noted(count: int) -> bool:
        tried.append(count)
        return fit(count)

    return most_that_fit(most, sure, noted), len(tried)


@pytest.mark.parametrize("able", range(MANY + 1))
def test_what_fits_is_found_in_few_trials_wherever_it_lies(able: int) -> None:
    found, tried = trials(MANY, 0, lambda count: count <= able)
    assert (found, tried <= 14) == (able, True)


def test_what_is_sure_is_not_tried() -> None:
    assert trials(4, 4, lambda _: False) == (4, 0)
    assert trials(6, 4, lambda count: count > 6) == (4, 2)


def test_where_all_fit_by_name_it_is_one_trial() -> None:
    assert trials(MANY, 0, lambda _: True) == (MANY, 1)


def test_what_lies_just_below_is_found_though_fewer_do_not_fit() -> None:
    assert trials(9, 0, lambda count: count == 8)[0] == 8


def in_order(wanted: int) -> Callable[[Mapping[str, int]], dict[str, int]]:
    """Shares of so many slices, the roomiest pool first."""

    def shares(rooms: Mapping[str, int]) -> dict[str, int]:
        left, found = wanted, dict[str, int]()
        for name in sorted(rooms, key=lambda one: (-rooms[one], one)):
            if share := min(left, rooms[name]):
                found[name], left = share, left - share
        return found

    return shares


@pytest.mark.parametrize(
    ("able", "shares", "asked"),
    [
        ({"a": 5, "b": 4, "c": 4}, {"a": 5}, ["a"]),
        ({"a": 2, "b": 4, "c": 4}, {"b": 4, "c": 1}, ["a", "b", "c"]),
        ({"a": 0, "b": 0, "c": 1}, {"c": 1}, ["a", "b", "b", "c", "c"]),
    ],
    ids=["the first has all", "the first has fewer than counted", "hardly any has some"],
)
def test_only_pools_that_are_to_take_something_are_asked(
    able: dict[str, int], shares: dict[str, int], asked: list[str]
) -> None:
    tried: list[str] = []

    def noted(name: str, share: int) -> int:
        tried.append(name)
        return min(able[name], share)

    assert tried_out({"a": 5, "b": 4, "c": 4}, in_order(5), noted) == shares
    assert sorted(set(tried)) == sorted(set(asked))
    assert len(tried) <= len(asked)
