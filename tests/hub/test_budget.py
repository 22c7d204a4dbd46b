"""A turn's budget follows what decisions cost: halved where they were slow, doubled where a full turn was quick."""

from __future__ import annotations

import pytest
from tests.builders import snapshot

from holdfast.cluster.transport.errors import Unavailable
from holdfast.hub.budget import FEWEST, FIRST, MOST, Budget
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import Snapshot

IDLE = (0, 0.2)
QUICK = [IDLE, (4, 0.25), (8, 0.3)]


def after(*turns: tuple[int, float]) -> int:
    """The budget after turns of so many decisions and so many seconds each."""
    time = [0.0]
    budget = Budget(lambda: time[0])
    for decided, seconds in turns:

        def make(_: Snapshot, decided: int = decided, seconds: float = seconds) -> Plan:
            time[0] += seconds
            return Plan(decided=decided)

        assert budget.plan(make, snapshot()).decided == decided
    return budget.decisions


@pytest.mark.parametrize(("seconds", "budget"), [(1.9, 32), (2.1, 8), (40.0, 8)])
def test_writes_that_take_longer_than_two_seconds_halve_it(seconds: float, budget: int) -> None:
    time = [0.0]
    spent = Budget(lambda: time[0])
    spent.decisions = 32
    with spent.writing(Plan(decided=16)):
        time[0] += seconds
    assert spent.decisions == budget


def test_a_turn_whose_writes_fail_late_counts_as_slow_too() -> None:
    time = [0.0]
    spent = Budget(lambda: time[0])
    spent.decisions = 32

    def fail() -> None:
        with spent.writing(Plan(decided=32)):
            time[0] += 20
            raise Unavailable("the server is away")

    with pytest.raises(Unavailable):
        fail()
    assert spent.decisions == 16


@pytest.mark.parametrize(
    ("name", "turns", "budget"),
    [
        ("at first", [], FIRST),
        ("a full turn was quick", [IDLE, (FIRST, 0.25)], 2 * FIRST),
        ("every full turn was quick", QUICK, 16),
        ("a turn was quick and had little to decide", [IDLE, (3, 0.25)], FIRST),
        ("a full turn took most of its half second", [IDLE, (FIRST, 0.6)], FIRST),
        ("a full turn was slow", [*QUICK, (16, 3.0)], 8),
        ("a few decisions were slow", [*QUICK, (10, 3.0)], 5),
        ("every turn is slow", [IDLE, *[(FIRST, 3.0)] * 20], FEWEST),
        ("turns are slow with nothing to decide", [(0, 3.0)] * 20, FIRST),
        ("looking takes long and deciding does not", [(0, 3.0), (4, 3.1), (8, 3.1)], 16),
        ("looking takes longer than it did", [*QUICK, (0, 3.0), (16, 3.1)], 32),
        ("no turn yet has decided nothing", [(4, 3.0), (8, 3.9)], 4),
        ("every turn is quick", [(MOST, 0.0)] * 20, MOST),
    ],
)
def test_the_budget_when(name: str, turns: list[tuple[int, float]], budget: int) -> None:
    assert after(*turns) == budget
