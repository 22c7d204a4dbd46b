from __future__ import annotations

from typing import Any

import pytest
from tests.simulation.simulated import SimulatedTime

from holdfast.cluster.transport.clock import ServerClock
from holdfast.cluster.transport.errors import Unavailable


@pytest.fixture
def clock(time: SimulatedTime) -> Any:
    return ServerClock(time.monotonic)


def hear(clock: Any, time: SimulatedTime, at: Any, date: Any, took: Any = 0.0) -> None:
    """A reply arrives at monotonic second `at` with this Date, its request having been sent `took` before."""
    time.elapsed = at
    clock.observe(date, at - took)


def test_a_clock_that_has_heard_nothing_has_no_time_and_no_trust(clock: Any) -> None:
    assert not clock.trusted
    with pytest.raises(Unavailable, match="no reply"):
        clock.now()


def test_a_reply_without_a_date_teaches_nothing(clock: Any, time: SimulatedTime) -> None:
    hear(clock, time, 1.0, None)
    assert not clock.trusted


def test_between_replies_the_monotonic_clock_carries_it_on(clock: Any, time: SimulatedTime) -> None:
    hear(clock, time, 10.0, 1000.0)
    time.elapsed = 47.5
    assert (clock.now(), clock.trusted) == (1037.5, True)


@pytest.mark.parametrize(
    ("date", "took", "now"),
    [
        (1010.0, 0.0, 1010.0),  # agrees
        (1009.0, 0.0, 1010.0),  # a Date is cut to whole seconds: still agrees
        (1012.0, 0.0, 1012.0),  # the server is ahead: follow to the nearest second it can mean
        (1007.0, 0.0, 1010.0),  # the server is behind: follow, but never go back
        (1005.0, 30.0, 1010.0),  # a slow reply says little
        (1015.0, 0.0, 1015.0),  # five seconds are still followed
    ],
)
def test_the_estimate_moves_just_far_enough(
    clock: Any, time: SimulatedTime, date: float, took: float, now: float
) -> None:
    hear(clock, time, 0.0, 1000.0)
    clock.now()
    time.elapsed = 10.0
    assert clock.now() == 1010.0
    hear(clock, time, 10.0, date, took)
    assert (clock.now(), clock.trusted) == (now, True)


@pytest.mark.parametrize("jump", [3600.0, 5.1, -6.1, -3600.0])
def test_a_jump_of_more_than_five_seconds_is_not_followed_and_ends_trust(
    clock: Any, time: SimulatedTime, jump: Any
) -> None:
    hear(clock, time, 0.0, 1000.0)
    hear(clock, time, 10.0, 1010.0 + jump)
    assert (clock.now(), clock.trusted) == (1010.0, False)


def test_trust_returns_when_dates_agree_again(clock: Any, time: SimulatedTime) -> None:
    hear(clock, time, 0.0, 1000.0)
    hear(clock, time, 10.0, 4610.0)
    hear(clock, time, 20.0, 1020.0)
    assert (clock.now(), clock.trusted) == (1020.0, True)


def test_a_slow_drift_is_followed_for_ever(clock: Any, time: SimulatedTime) -> None:
    for minute in range(2000):
        hear(clock, time, minute * 60.0, float(int(1000 + minute * 60 * 1.001)))
    assert clock.trusted
    assert abs(clock.now() - (1000 + time.elapsed * 1.001)) < 1.1


def test_time_never_goes_back(clock: Any, time: SimulatedTime) -> None:
    hear(clock, time, 0.0, 1003.0)
    before = clock.now()
    hear(clock, time, 0.5, 1000.0)
    assert clock.now() == before
    time.elapsed = 4.0
    assert clock.now() > before
