"""How much a turn does: as much as takes part of a second to decide, to write and to say: nobody waits for all.

The plan has no clock: it is told a number of reservations to decide, and this measures what the number cost beyond what
a turn costs in any case, which is as little as a turn has cost since the last one that decided nothing. Not simpler, as
the time of the whole turn: in a fleet so large that looking at it takes a second, every turn would be slow whatever it
decides, and a burst would be decided four by four.

What was decided has to be written too, several calls each, and what was written has to be said; whoever asks meanwhile
waits for that. So both are measured: what took longer than it should halves its number, what was quick at its full
number doubles it, and one slow turn is the most that a change of the world can cost. Else one tenant that amends a
hundred reservations again and again makes turns of many seconds for everybody, and on a slow server of so many that the
leader counts as stuck.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import Snapshot

DECIDING, WRITING, SAYING = 0.5, 0.25, 0.25
"""Seconds that the decisions of one turn, their writes, and the statuses said after them should take at most."""
FEWEST, MOST = 4, 16_384


class Allowance:
    """A number that follows what using it costs."""

    def __init__(self, number: int = FEWEST) -> None:
        self.number = number

    def learn(self, used: int, share: float) -> None:
        """After a turn that used so many and took this share of the time it may take."""
        if share > 1:
            self.number = max(FEWEST, min(self.number, used) // 2)
        elif used >= self.number and 2 * share < 1:
            self.number = min(MOST, 2 * self.number)


class Budget:
    """Decisions and words (statuses of reservations) of one turn. `monotonic` is in seconds."""

    def __init__(self, monotonic: Callable[[], float], decisions: int = FEWEST) -> None:
        self._monotonic = monotonic
        self._least = float("inf")
        self._planned = 0.0
        self._decisions, self._words = Allowance(decisions), Allowance()

    @property
    def decisions(self) -> int:
        """So many reservations may be decided."""
        return self._decisions.number

    @property
    def words(self) -> int:
        """So many statuses may be said."""
        return self._words.number

    def plan(self, make: Callable[[Snapshot], Plan], snapshot: Snapshot) -> Plan:
        """Make one plan, and note how long it took."""
        began = self._monotonic()
        made = make(snapshot)
        seconds = self._monotonic() - began
        self._least = min(self._least, seconds) if made.decided else seconds
        self._planned = (seconds - self._least) / DECIDING
        return made

    @contextmanager
    def writing(self, made: Plan) -> Iterator[None]:
        """Learn from the plan and from how long the block takes, which writes it, whatever becomes of it."""
        began = self._monotonic()
        try:
            yield
        finally:
            share = (self._monotonic() - began) / WRITING
            self._decisions.learn(made.decided, max(self._planned, share))

    @contextmanager
    def saying(self, said: Callable[[], int]) -> Iterator[None]:
        """Learn from how long the block takes, which says `said()` statuses, whatever becomes of it."""
        began = self._monotonic()
        try:
            yield
        finally:
            self._words.learn(said(), (self._monotonic() - began) / SAYING)
