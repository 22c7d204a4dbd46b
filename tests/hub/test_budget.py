"""A turn's budget follows what decisions cost: halved after a slow turn, doubled at most after a quick and full one."""

from __future__ import annotations

import pytest
from tests.builders import snapshot

from holdfast.hub.budget import FEWEST, FIRST, MOST, Budget
from holdfast.planner.state.snapshot import Snapshot
from holdfast.planner.state.steps import Plan

QUICK = [(4, 0.1), (8, 0.1)]


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


@pytest.mark.parametrize(
    ("name", "turns", "budget"),
    [
        ("at first", [], FIRST),
        ("a full turn was quick", [(FIRST, 0.1)], 2 * FIRST),
        ("every full turn was quick", QUICK, 16),
        ("a turn was quick and had little to decide", [(3, 0.1)], FIRST),
        ("a full turn took most of its second", [(FIRST, 0.8)], FIRST),
        ("a full turn was slow", [*QUICK, (16, 3.0)], 8),
        ("a few decisions were slow", [*QUICK, (10, 3.0)], 5),
        ("every turn is slow", [(FIRST, 3.0)] * 20, FEWEST),
        ("a turn is slow with nothing to decide", [(0, 3.0)], FEWEST),
        ("every turn is quick", [(MOST, 0.0)] * 20, MOST),
    ],
)
def test_the_budget_when(name: str, turns: list[tuple[int, float]], budget: int) -> None:
    assert after(*turns) == budget
