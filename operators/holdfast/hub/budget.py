"""How many reservations a turn decides: about as many as take half a second, so that nobody waits for everybody.

The plan has no clock: it is told a number, and this measures what the number cost beyond what a turn costs in any case,
which is as little as a turn has cost since the last one that decided nothing. Decisions that took longer than they
should halve the number, ones that were quick double it, so that one slow turn is the most that a change of the world
can cost. Not simpler, as the time of the whole turn: in a fleet so large that looking at it takes a second, every turn
would be slow whatever it decides, and a burst would be decided four by four.

What was decided has to be written too, several calls each, and whoever asks meanwhile waits for them. Writes that took
longer than two seconds halve the number as well: else one tenant that amends a hundred reservations again and again
makes turns of many seconds for everybody, and on a slow server of so many that the leader counts as stuck.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import Snapshot

DECIDING = 0.5
"""Seconds that the decisions of one turn should take at most."""
WRITING = 2.0
"""Seconds that the writes of one turn should take at most."""
FIRST, FEWEST, MOST = 4, 4, 16_384


class Budget:
    """Decisions of one turn. `monotonic` is in seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._least = float("inf")
        self.decisions = FIRST

    def plan(self, make: Callable[[Snapshot], Plan], snapshot: Snapshot) -> Plan:
        """Make one plan, and learn from how long it took."""
        began = self._monotonic()
        made = make(snapshot)
        self._learn(made.decided, self._monotonic() - began)
        return made

    @contextmanager
    def writing(self, made: Plan) -> Iterator[None]:
        """Learn from how long the block takes, which writes what was planned, whatever becomes of it."""
        began = self._monotonic()
        try:
            yield
        finally:
            if self._monotonic() - began > WRITING:
                self._halve(made.decided)

    def _learn(self, decided: int, seconds: float) -> None:
        self._least = min(self._least, seconds) if decided else seconds
        spent = seconds - self._least
        if spent > DECIDING:
            self._halve(decided)
        elif decided >= self.decisions and 2 * spent < DECIDING:
            self.decisions = min(MOST, 2 * self.decisions)

    def _halve(self, decided: int) -> None:
        self.decisions = max(FEWEST, min(self.decisions, decided) // 2)
