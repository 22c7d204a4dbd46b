"""How many reservations a turn decides: about as many as take a second, so that nobody waits for everybody.

The plan has no clock: it is told a number, and this measures what the number cost. A turn that took longer than it
should halves the number, one that was quick doubles it at most, so that one slow turn is the most that a change of the
world can cost.
"""

from __future__ import annotations

from collections.abc import Callable

from holdfast.planner.state.snapshot import Snapshot
from holdfast.planner.state.steps import Plan

A_TURN = 1.0
"""Seconds one plan should take at most."""
FIRST, FEWEST, MOST = 4, 4, 16_384


class Budget:
    """Decisions of one turn. `monotonic` is in seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self.decisions = FIRST

    def plan(self, make: Callable[[Snapshot], Plan], snapshot: Snapshot) -> Plan:
        """Make one plan, and learn from how long it took."""
        began = self._monotonic()
        made = make(snapshot)
        self._learn(made.decided, self._monotonic() - began)
        return made

    def _learn(self, decided: int, seconds: float) -> None:
        if seconds > A_TURN:
            self.decisions = max(FEWEST, min(self.decisions, decided) // 2)
        elif decided >= self.decisions and 2 * seconds < A_TURN:
            self.decisions = min(MOST, 2 * self.decisions)
