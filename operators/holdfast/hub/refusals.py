"""What the API server refuses is planned again without whom it was refused for, so that no entry stops a pool.

A ledger is written whole, and the server says why it refuses one, not on whose account. The first promise whose
change turns yes into no is looked for by halving, with rehearsals (dry runs) that store nothing: n changes cost about
log2(n) + 1 of them. That promise is left as it is in the plans that follow, is told to a person and to its tenant, and
is tried again after a pause that doubles: a refusal may have come from a reading that was old. A ledger refused without
any of its changes is refused for the pool itself, which is left alone as a whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from holdfast.hub.apply import Outcome
from holdfast.planner.state.changes import movers, partly
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import Pool, Snapshot
from holdfast.planner.state.steps import LedgerWrite

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 300.0

Rehearse = Callable[[LedgerWrite], bool]
"""Whether the API server would take this ledger now; raises ClusterError where that cannot be told."""


@dataclass(frozen=True, slots=True)
class _Left:
    """Someone left out of plans: the server's words, how long this time, and until when."""

    why: str
    pause: float
    until: float


class Refusals:
    """Who is left out of plans for now, in one term of one planner."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._left: dict[str, _Left] = {}

    def standing(self) -> dict[str, str]:
        """Pool names and promise uids to leave as they are in this turn, each with the server's words."""
        now = self._monotonic()
        return {name: left.why for name, left in self._left.items() if now < left.until}

    def after(self, snapshot: Snapshot, planned: Plan, outcome: Outcome, rehearse: Rehearse) -> None:
        """Find whom this turn's refusals were for; who got through is left out no longer.

        Whom the planner failed on is left out for as long: that is tried again, too.
        """
        for name, why in planned.faults.items():
            self._leave(name, why)
        for write in planned.ledgers:
            if write.pool in outcome.refused:
                blamed = culprit(snapshot.pools[write.pool], write, rehearse)
                outcome.blamed[blamed] = outcome.refused[write.pool]
        for name, why in outcome.blamed.items():
            self._leave(name, why)
        self._forget()

    def _leave(self, name: str, why: str) -> None:
        before = self._left.get(name)
        pause = FIRST_PAUSE if before is None else min(LONGEST_PAUSE, 2 * before.pause)
        self._left[name] = _Left(why, pause, self._monotonic() + pause)

    def _forget(self) -> None:
        """Drop those who were tried again and not refused: their pause is over twice."""
        now = self._monotonic()
        self._left = {name: left for name, left in self._left.items() if now < left.until + left.pause}


def culprit(pool: Pool, write: LedgerWrite, rehearse: Rehearse) -> str:
    """The promise (uid) whose change the server refuses, or the pool's name where it refuses even none of them.

    Example: of changes a, b, c, d the server refuses all four; it takes none and takes a, b; it refuses a, b, c: c.
    Not simpler, by trying each one alone: a change may be lawful only after another has given something back.
    """

    def accepts(count: int) -> bool:
        fewer = partly(pool, write, changes[:count])
        return rehearse(replace(write, ledger=pool.ledger) if fewer is None else fewer)

    changes = movers(pool.ledger, write.ledger)
    if not changes or not accepts(0):
        return write.pool
    taken, refused = 0, len(changes)
    while refused - taken > 1:
        middle = (taken + refused) // 2
        taken, refused = (middle, refused) if accepts(middle) else (taken, middle)
    return changes[refused - 1]
