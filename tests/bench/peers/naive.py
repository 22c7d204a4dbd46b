"""The naive peer: the earliest start by trying every instant, each against every entry; plain Python.

It knows less than the planner: every unit is there and works, nothing is in force of the ask, contracts are wide. In
such a world its answer is the truth, and there is no cap on what it tries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from holdfast.planner.state.snapshot import Pool, Reservation, Snapshot

Span = tuple[int, int, int]
"""From, until, units."""


def earliest_start(snapshot: Snapshot, ask: Reservation) -> int | None:
    """The first instant at which a flexible ask for slices of one unit fits; None if it never does."""
    taken = {name: list(_spans(pool)) for name, pool in snapshot.pools.items()}
    lasting, latest = ask.window.duration or 0, ask.window.latest or 0
    for start in _instants(snapshot, taken.values()):
        if start + lasting > latest:
            return None
        if _most(snapshot, ask, taken, start) >= ask.count:
            return start
    return None


def _spans(pool: Pool) -> Iterable[Span]:
    return ((e.form.start, e.form.end, e.form.count) for e in pool.ledger.entries.values())


def _instants(snapshot: Snapshot, taken: Iterable[list[Span]]) -> list[int]:
    """Now, and whenever anything begins or ends."""
    edges = {edge for spans in taken for start, end, _ in spans for edge in (start, end)}
    return [snapshot.now, *sorted(edge for edge in edges if edge > snapshot.now)]


def _most(snapshot: Snapshot, ask: Reservation, taken: dict[str, list[Span]], start: int) -> int:
    """The most slices any one group of pools has from `start` on."""
    room: dict[str, int] = defaultdict(int)
    for name, pool in snapshot.pools.items():
        group = "" if ask.across_datacenters else pool.datacenter
        end = start + (ask.window.duration or 0) + pool.clearing
        room[group] += len(pool.units) - _peak(taken[name], start, end)
    return max(room.values())


def _peak(spans: list[Span], start: int, end: int) -> int:
    """The most units taken at any instant of [start, end)."""
    changes: dict[int, int] = defaultdict(int)
    for first, last, count in spans:
        if first < end and last > start:
            changes[max(first, start)] += count
            changes[last] -= count
    level = most = 0
    for instant in sorted(changes):
        level += changes[instant]
        most = max(most, level) if instant < end else most
    return most
