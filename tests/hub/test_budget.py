"""A turn's budget follows what decisions cost: halved where they were slow, doubled where a full turn was quick."""

from __future__ import annotations

import pytest
from tests.builders import snapshot

from holdfast.cluster.transport.errors import Unavailable
from holdfast.hub.budget import FEWEST, MOST, Budget
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

        made = budget.plan(make, snapshot())
        with budget.writing(made):
            pass
    return budget.decisions


def at_sixteen() -> tuple[Budget, list[float]]:
    """A budget of sixteen decisions and sixteen words, and its clock."""
    time = [0.0]
    budget = Budget(lambda: time[0])
    for used in (4, 8):
        with budget.writing(budget.plan(lambda _, used=used: Plan(decided=used), snapshot())):  # type: ignore[misc]
            pass
        with budget.saying(lambda used=used: used):  # type: ignore[misc]
            pass
    assert (budget.decisions, budget.words) == (16, 16)
    return budget, time


COSTS = [(0.1, 16, 32), (0.2, 16, 16), (0.2, 3, 16), (0.3, 16, 8), (0.3, 6, 4), (40.0, 16, 8)]


@pytest.mark.parametrize(("seconds", "used", "then"), COSTS)
def test_decisions_follow_what_their_writes_cost(seconds: float, used: int, then: int) -> None:
    budget, time = at_sixteen()
    with budget.writing(budget.plan(lambda _: Plan(decided=used), snapshot())):
        time[0] += seconds
    assert (budget.decisions, budget.words) == (then, 16)


@pytest.mark.parametrize(("seconds", "used", "then"), COSTS)
def test_words_follow_what_saying_them_costs(seconds: float, used: int, then: int) -> None:
    budget, time = at_sixteen()
    with budget.saying(lambda: used):
        time[0] += seconds
    assert (budget.decisions, budget.words) == (16, then)


def test_a_turn_whose_writes_fail_late_counts_as_slow_too() -> None:
    budget, time = at_sixteen()

    def fail() -> None:
        with budget.writing(budget.plan(lambda _: Plan(decided=16), snapshot())):
            time[0] += 20
            raise Unavailable("the server is away")

    with pytest.raises(Unavailable):
        fail()
    assert budget.decisions == 8


@pytest.mark.parametrize(
    ("name", "turns", "budget"),
    [
        ("at first", [], FEWEST),
        ("a full turn was quick", [IDLE, (FEWEST, 0.25)], 2 * FEWEST),
        ("every full turn was quick", QUICK, 16),
        ("a turn was quick and had little to decide", [IDLE, (3, 0.25)], FEWEST),
        ("a full turn took most of its half second", [IDLE, (FEWEST, 0.6)], FEWEST),
        ("a full turn was slow", [*QUICK, (16, 3.0)], 8),
        ("a few decisions were slow", [*QUICK, (10, 3.0)], 5),
        ("every turn is slow", [IDLE, *[(FEWEST, 3.0)] * 20], FEWEST),
        ("turns are slow with nothing to decide", [(0, 3.0)] * 20, FEWEST),
        ("looking takes long and deciding does not", [(0, 3.0), (4, 3.1), (8, 3.1)], 16),
        ("looking takes longer than it did", [*QUICK, (0, 3.0), (16, 3.1)], 32),
        ("no turn yet has decided nothing", [(4, 3.0), (8, 3.9)], 4),
        ("every turn is quick", [(MOST, 0.0)] * 20, MOST),
    ],
)
def test_the_budget_when(name: str, turns: list[tuple[int, float]], budget: int) -> None:
    assert after(*turns) == budget
