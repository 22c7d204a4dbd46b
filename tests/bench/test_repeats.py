"""Repeats alternate, and one during which the machine was not steady is made again, at most twice."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench.repeats import repeated


def clock_of(*loops: float) -> Callable[[], float]:
    """A clock that makes the control loops last so long, one after the other."""
    instants = [0.0]
    for loop in loops:
        instants += [instants[-1], instants[-1] + loop]
    return iter(instants[1:]).__next__


def test_ours_and_the_peers_take_turns() -> None:
    order: list[str] = []

    def side(name: str) -> Callable[[], dict[str, float]]:
        return lambda: order.append(name) or {"turn": float(len(order))}  # type: ignore[func-returns-value]

    found = repeated(2, side("ours"), side("peer"), clock=clock_of(1, 1, 1, 1))
    assert order == ["ours", "peer", "ours", "peer"]
    assert (found.ours, found.peer, found.noisy) == ({"turn": [1, 3]}, {"turn": [2, 4]}, 0)


def test_a_repeat_on_an_unsteady_machine_is_made_again() -> None:
    times = iter((9.0, 1.0))
    found = repeated(1, lambda: {"turn": next(times)}, clock=clock_of(1, 1.4, 1, 1.2))
    assert (found.ours, found.noisy) == ({"turn": [1.0]}, 0)


def test_after_two_more_it_is_kept_and_counted_as_noisy() -> None:
    times = iter((9.0, 8.0, 7.0))
    found = repeated(1, lambda: {"turn": next(times)}, clock=clock_of(1, 2, 1, 2, 1, 2))
    assert (found.ours, found.noisy) == ({"turn": [7.0]}, 1)


def test_what_takes_too_long_is_repeated_less_but_made_once() -> None:
    assert repeated(5, lambda: {"turn": 1.0}, clock=clock_of(1, 1), within=-1).ours == {"turn": [1.0]}
