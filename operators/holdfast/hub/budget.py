"""How much a turn does: as much as takes part of a second to decide, to write and to say: nobody waits for all.

The plan has no clock: it is told a number of reservations to decide, and this measures what they cost beyond what a
turn costs in any case. What one costs is told from turns that decided different numbers: four in 1.2 s and eight in 1.4
are 50 ms each, and a second of looking. Not simpler, as the time of the whole turn: in a fleet so large that looking at
it takes a second every turn would be slow whatever it decides, and a burst would be decided four by four. Nor as what
is beyond the shortest turn there was: where every turn decides something, the shortest one did, too.

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

DECIDING, WRITING, SAYING = 0.3, 0.25, 0.25
"""Seconds that the decisions of one turn, their writes, and the statuses said after them should take at most.

Who asks just after a turn has begun waits for the rest of it and for one of his own: about a second for both.
"""
FEWEST, MOST = 4, 16_384
FADING = 0.8
"""What is left, after each turn that decides as many as the one before, of what a decision was known to cost."""


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


class Deciding:
    """What decisions cost. What is known of one fades, so that now and then a larger turn shows it anew."""

    def __init__(self) -> None:
        self._last: tuple[int, float] | None = None
        self._each = 0.0

    def learn(self, decided: int, seconds: float) -> float:
        """After a turn of so many decisions and seconds: how long the decisions took, 0 where nothing is known."""
        last, self._last = self._last, (decided, seconds)
        if last is None or not decided:
            return 0.0
        before, took = last
        if decided > before or (decided < before and seconds < took):
            each = max(0.0, (seconds - took) / (decided - before))
        else:
            each = FADING * self._each + max(0.0, seconds - took) / decided
        self._each = min(each, seconds / decided)
        return decided * self._each


class Budget:
    """Decisions and words (statuses of reservations) of one turn. `monotonic` is in seconds."""

    def __init__(self, monotonic: Callable[[], float], decisions: int = FEWEST) -> None:
        self._monotonic = monotonic
        self._deciding = Deciding()
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
        self._planned = self._deciding.learn(made.decided, self._monotonic() - began) / DECIDING
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
