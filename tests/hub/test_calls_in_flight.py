"""Calls that are made together: results in order, really at the same time, and nothing begun after a failure."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from holdfast.cluster.transport.errors import Unavailable
from holdfast.hub.calls_in_flight import InFlight, Together, one_by_one

WAIT = 10.0
"""Seconds after which a test gives up; nothing here takes as long."""


@pytest.fixture
def four() -> Iterator[InFlight]:
    calls = InFlight(4)
    yield calls
    calls.close()


def ways() -> list[Callable[[], Together]]:
    return [lambda: one_by_one, lambda: InFlight(1), lambda: InFlight(4)]


@pytest.mark.parametrize("way", ways())
def test_the_results_stand_in_the_order_of_the_calls(way: Callable[[], Together]) -> None:
    assert way()([partial(pow, number, 2) for number in range(50)]) == [n * n for n in range(50)]
    assert way()([]) == []


def test_as_many_as_may_be_are_under_way_at_once_and_no_more(four: InFlight) -> None:
    met = threading.Barrier(4)
    under_way, most = [0], [0]
    lock = threading.Lock()

    def call() -> int:
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        met.wait(WAIT)
        with lock:
            under_way[0] -= 1
        return 1

    assert four([call] * 8) == [1] * 8
    assert most == [4]


def test_after_a_failure_nothing_begins_what_is_under_way_ends_and_the_failure_is_told(
    four: InFlight,
) -> None:
    done, others = list[str](), threading.Barrier(4)

    def failing() -> None:
        others.wait(WAIT)
        raise Unavailable("the server is away")

    def slow() -> None:
        others.wait(WAIT)
        late.wait(WAIT)
        done.append("ended")

    late = threading.Event()
    threading.Timer(0.2, late.set).start()
    calls: list[Callable[[], None]] = [failing, slow, slow, slow]
    calls += [partial(done.append, "begun")] * 20
    with pytest.raises(Unavailable, match="the server is away"):
        four(calls)
    assert done.count("ended") == 3
    assert done.count("begun") == 0


def test_a_failure_is_told_whatever_other_calls_were_not_made() -> None:
    def failing() -> None:
        raise Unavailable("away")

    with pytest.raises(Unavailable, match=r"^away"):
        InFlight(1)([lambda: None, failing, lambda: None])


def test_a_set_of_calls_can_be_made_after_one_that_failed(four: InFlight) -> None:
    def failing() -> None:
        raise Unavailable("away")

    with pytest.raises(Unavailable):
        four([failing])
    assert four([lambda: 1]) == [1]
