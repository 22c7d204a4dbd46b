"""Brute force as a peer: the earliest start in a world of a few units, every minute and every assignment tried.

Units may be unlike: there from an instant on, or until one. Every promise needs the same units over all of its window.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from holdfast.planner.state.snapshot import Pool, Reservation, Snapshot, Unit

Span = tuple[int, int, int]
"""From, until, units."""


def earliest_start(snapshot: Snapshot, ask: Reservation, step: int = 60) -> int | None:
    """The first instant, by steps, at which the ask fits into one datacenter's pools; None if there is none."""
    lasting, latest = ask.window.duration or 0, ask.window.latest or 0
    for start in range(snapshot.now, latest - lasting + 1, step):
        if sum(_most(pool, start, start + lasting) for pool in snapshot.pools.values()) >= ask.count:
            return start
    return None


def holds(pool: Pool) -> bool:
    """Whether units can be found for all that lies in a pool's ledger."""
    return _assignable(pool, _lying(pool), [])


def _lying(pool: Pool) -> list[Span]:
    return [(e.form.start, e.form.end, e.form.count) for e in pool.ledger.entries.values()]


def _most(pool: Pool, start: int, end: int) -> int:
    """The most units of a pool over a window beside what lies there."""
    lying = _lying(pool)
    fitting = (
        count
        for count in range(len(pool.units), 0, -1)
        if _assignable(pool, [*lying, (start, end + pool.clearing, count)], [])
    )
    return next(fitting, 0)


def _assignable(pool: Pool, spans: Sequence[Span], given: list[tuple[Span, tuple[str, ...]]]) -> bool:
    """Whether every span can have units of its own, each unit serving one at a time."""
    if not spans:
        return True
    first, *rest = spans
    free = [
        unit.name for unit in pool.units.values() if _there(unit, first, pool) and _idle(unit, first, given)
    ]
    return any(_assignable(pool, rest, [*given, (first, chosen)]) for chosen in combinations(free, first[2]))


def _there(unit: Unit, span: Span, pool: Pool) -> bool:
    return unit.available <= span[0] and span[1] <= unit.retires + pool.clearing


def _idle(unit: Unit, span: Span, given: Sequence[tuple[Span, tuple[str, ...]]]) -> bool:
    return all(unit.name not in units or other[1] <= span[0] or span[1] <= other[0] for other, units in given)
