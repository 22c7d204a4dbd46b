"""Some at once: in order, never too many, and nothing is under way any more when it is over."""

from __future__ import annotations

import threading
import time

import pytest

from holdfast.process.threads import AT_ONCE, some_at_once


def test_results_come_in_the_order_of_the_things() -> None:
    def slow_for_small(number: int) -> int:
        time.sleep(0.02 / number)
        return -number

    assert some_at_once(slow_for_small, [1, 2, 3]) == [-1, -2, -3]


def test_so_many_are_under_way_and_no_more() -> None:
    under_way, most, lock = [0], [0], threading.Lock()

    def step(_: int) -> None:
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        time.sleep(0.01)
        with lock:
            under_way[0] -= 1

    some_at_once(step, range(3 * AT_ONCE))
    assert 1 < most[0] <= AT_ONCE


def test_a_failure_is_raised_once_nothing_is_under_way_any_more() -> None:
    done: list[int] = []

    def step(number: int) -> None:
        if not number:
            raise ValueError("the first fails")
        time.sleep(0.05)
        done.append(number)

    with pytest.raises(ValueError, match="the first fails"):
        some_at_once(step, [0, 1, 2])
    assert sorted(done) == [1, 2]


def test_a_single_thing_needs_no_thread() -> None:
    assert some_at_once(lambda _: threading.current_thread(), [1]) == [threading.main_thread()]
    assert some_at_once(lambda thing: thing, []) == []
