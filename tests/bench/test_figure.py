"""A figure says what it is held to and whether it got there; what was not run is never passed."""

from __future__ import annotations

import pytest
from tests.bench.figure import Figure, Line, Readings, at_least, at_most, none_at_all, times_better
from tests.bench.quantile import quantile
from tests.bench.table import row, summary

PEER = Line("create", "ms", times_better(100), peer="slurm")


def figure(line: Line, *values: float, peer: tuple[float, ...] = (), **told: str | bool) -> Figure:
    return Figure("place-one", line, Readings(line.metric, values, peer, **told))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "values", "reached"),
    [
        (Line("turn", "ms", at_most(1)), (0.9, 1.0, 1.1), True),
        (Line("turn", "ms", at_most(1)), (1.1, 1.2, 1.3), False),
        (Line("kept", "promises", at_least(3)), (3,), True),
        (Line("kept", "promises", at_least(3)), (2,), False),
        (Line("turn", "ms"), (1,), None),
        (Line("turn", "ms", at_most(1)), (), None),
    ],
)
def test_a_goal_is_reached_by_the_middle_of_the_repeats(
    line: Line, values: tuple[float, ...], reached: bool | None
) -> None:
    assert figure(line, *values).reached is reached


def test_a_ratio_says_how_many_times_as_long_the_peer_takes_repeat_by_repeat() -> None:
    read = figure(PEER, 1.0, 2.0, 4.0, peer=(100.0, 260.0, 480.0)).result()
    assert (read["ratio"], read["spread"], read["reached"]) == (120.0, 0.25, True)


def test_a_ratio_of_rates_says_how_many_times_as_many_we_do() -> None:
    line = Line("promised", "a second", times_better(1), peer="kueue", more_is_better=True)
    assert figure(line, 30.0, peer=(60.0,)).result()["ratio"] == 0.5


def test_a_peer_that_is_missing_is_not_run_and_nothing_is_reached() -> None:
    missing = figure(PEER, 1.0, why="slurmctld is not installed")
    assert missing.reached is None
    assert missing.verdict == "peer not run: slurmctld is not installed"
    assert missing.result()["peer_value"] is None


def test_what_was_given_up_is_short_and_not_merely_absent() -> None:
    late = figure(Line("turn", "ms", at_most(1)), overran=True, why="not done in 9 s")
    assert late.result()["reached"] is False
    assert "SHORT: not done in 9 s" in row(late)
    assert "0 of 1 goals reached" in summary([late])


def test_a_wrong_answer_is_an_error_and_a_slow_one_is_not() -> None:
    assert figure(Line("wrong", "answers", none_at_all()), 1).wrong
    assert not figure(Line("wrong", "answers", none_at_all()), 0).wrong
    assert not figure(Line("turn", "ms", at_most(1)), 2).wrong
    assert figure(Line("turn", "ms"), broke=True).wrong


def test_a_quantile_is_a_value_that_was_read() -> None:
    times = [float(n) for n in range(1, 101)]
    assert (quantile(times, 0.5), quantile(times, 0.99), quantile([7.0], 0.99)) == (50.0, 99.0, 7.0)
