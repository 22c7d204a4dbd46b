from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.simulation.simulated import SimulatedTime

from holdfast.cluster.transport.errors import (
    AlreadyExists,
    Expired,
    Gone,
    Refused,
    Stale,
    Unavailable,
    Undecodable,
    Unknown,
)
from holdfast.cluster.transport.retries import ONE_TRY, Again, Retries, RetryPolicy

NEVER = [Stale("x"), AlreadyExists("x"), Gone("x"), Expired("x"), Refused("x", 403), Undecodable("x")]


class Script:
    """A call that raises or returns what it is told to, in order; its last line repeats."""

    def __init__(self, *lines: Any) -> None:
        self.lines = list(lines)
        self.calls = 0

    def __call__(self) -> Any:
        line = self.lines[min(self.calls, len(self.lines) - 1)]
        self.calls += 1
        if isinstance(line, Exception):
            raise line
        return line


@pytest.fixture
def retries(time: SimulatedTime) -> Retries:
    return Retries(RetryPolicy(10.0, 0.5, 4.0), time.monotonic, time.sleep, lambda low, high: high)


@pytest.mark.parametrize("error", NEVER, ids=lambda error: type(error).__name__)
def test_what_goes_back_to_the_planner_is_never_asked_again(retries: Retries, error: Any) -> None:
    call, read_back = Script(error), Script(Again.SEND)
    policies: list[Callable[[], Any]] = [lambda: retries.read(call), lambda: retries.write(call, read_back)]
    for policy in policies:
        call.calls = 0
        with pytest.raises(type(error)):
            policy()
        assert (call.calls, read_back.calls) == (1, 0)


def test_a_read_is_asked_again_while_the_server_is_unavailable(retries: Retries, time: SimulatedTime) -> None:
    call = Script(Unavailable("x"), Unavailable("x"), "answer")
    assert retries.read(call) == "answer"
    assert time.slept == [0.5, 1.0]


def test_pauses_double_up_to_a_bound_and_end_at_the_deadline(retries: Retries, time: SimulatedTime) -> None:
    call = Script(Unavailable("x"))
    with pytest.raises(Unavailable):
        retries.read(call)
    assert time.slept == [0.5, 1.0, 2.0, 4.0]
    assert call.calls == 5


def test_a_server_is_not_asked_sooner_than_it_wishes(retries: Retries, time: SimulatedTime) -> None:
    assert retries.read(Script(Unavailable("busy", retry_after=6.0), "answer")) == "answer"
    assert time.slept == [6.0]


def test_a_wish_longer_than_patience_ends_the_call_at_once(retries: Retries, time: SimulatedTime) -> None:
    with pytest.raises(Unavailable):
        retries.read(Script(Unavailable("busy", retry_after=3600.0)))
    assert time.slept == []


def test_the_pause_is_drawn_below_its_bound(time: SimulatedTime) -> None:
    drawn = []

    def draw(low: float, high: float) -> float:
        drawn.append((low, high))
        return low

    retries = Retries(RetryPolicy(), time.monotonic, time.sleep, draw)
    assert retries.pause(3) == 0.0
    assert drawn == [(0.0, 0.4)]


def test_one_try_is_one_try(retries: Retries, time: SimulatedTime) -> None:
    call = Script(Unavailable("x"))
    with pytest.raises(Unavailable):
        retries.with_policy(ONE_TRY).read(call)
    assert (call.calls, time.slept) == (1, [])


def test_a_write_that_changed_nothing_is_sent_again_without_reading_back(retries: Retries) -> None:
    call, read_back = Script(Unavailable("busy"), "done"), Script(Again.SEND)
    assert retries.write(call, read_back) == "done"
    assert read_back.calls == 0


def test_a_write_without_an_answer_is_read_back_before_it_is_sent_again(retries: Retries) -> None:
    call, read_back = Script(Unknown("reset"), "done"), Script(Again.SEND)
    assert retries.write(call, read_back) == "done"
    assert (call.calls, read_back.calls) == (2, 1)


@pytest.mark.parametrize("settled", ["found", None])
def test_a_write_that_was_carried_out_after_all_is_not_sent_again(retries: Retries, settled: Any) -> None:
    call, read_back = Script(Unknown("reset")), Script(settled)
    assert retries.write(call, read_back) is settled
    assert call.calls == 1


def test_a_read_back_that_finds_another_version_ends_the_write(retries: Retries) -> None:
    call = Script(Unknown("reset"))
    with pytest.raises(Stale):
        retries.write(call, Script(Stale("moved")))
    assert call.calls == 1


def test_doubt_outlives_an_unavailable_read_back(retries: Retries) -> None:
    call, read_back = Script(Unknown("reset")), Script(Unavailable("down"))
    with pytest.raises(Unknown, match="reset; reading back failed: down"):
        retries.write(call, read_back)
    assert call.calls == 1
    assert read_back.calls > 1


def test_doubt_outlives_a_second_copy_that_was_turned_away(retries: Retries) -> None:
    call = Script(Unknown("reset"), Unavailable("busy"))
    with pytest.raises(Unknown):
        retries.write(call, Script(Again.SEND))
