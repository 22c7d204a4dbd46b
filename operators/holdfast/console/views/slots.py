"""Where a bar lies in its pool's row: units as places, so that the row is as high as the pool is large.

A promise of n units takes n places for as long as it lasts: the lowest run of n free ones, else the lowest free ones.
Taken in order of start this needs no more places than are promised at the busiest instant, however the windows
overlap (a greedy colouring of intervals is the best there is), so that what stands above the pool's own height is
a deficit, and nothing else. Stacking at every instant would be as high, but a bar would jump whenever another ends.
Places are bits of one integer: ten thousand bars take some ten milliseconds.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

Run: TypeAlias = tuple[int, int]
"""The lowest place and how many."""


@dataclass(frozen=True, slots=True)
class Occupied:
    """What is to be laid: so many units over [start, end), in epoch seconds."""

    start: int
    end: int
    units: int


def laid(spans: Iterable[Occupied]) -> list[tuple[Run, ...]]:
    """The places of each span as runs, lowest first, in the order in which the spans were given."""
    numbered = sorted(enumerate(spans), key=lambda one: (one[1].start, one[1].end, one[0]))
    taken, places = 0, {number: 0 for number, _ in numbered}
    ending: list[tuple[int, int]] = []
    for number, span in numbered:
        while ending and ending[0][0] <= span.start:
            taken &= ~places[heapq.heappop(ending)[1]]
        places[number] = _lowest(taken, span.units)
        taken |= places[number]
        heapq.heappush(ending, (span.end, number))
    return [_runs(places[number]) for number in range(len(places))]


def _lowest(taken: int, units: int) -> int:
    """So many free places: a run of them below the highest that is taken, else the lowest there are."""
    height = taken.bit_length()
    free = ~taken & ((1 << (height + units)) - 1)
    begins = _run_starts(free, units)
    run = ((1 << units) - 1) << ((begins & -begins).bit_length() - 1)
    if run.bit_length() <= height or free.bit_count() == units:
        return run
    found = 0
    for _ in range(units):
        found |= free & -free
        free &= free - 1
    return found


def _run_starts(free: int, units: int) -> int:
    """The places from which on so many are free: shifts double what is known to be free."""
    known = 1
    while known < units:
        step = min(known, units - known)
        free &= free >> step
        known += step
    return free


def _runs(places: int) -> tuple[Run, ...]:
    found: list[Run] = []
    while places:
        low = (places & -places).bit_length() - 1
        length = (~(places >> low) & ((places >> low) + 1)).bit_length() - 1
        found.append((low, length))
        places &= ~(((1 << length) - 1) << low)
    return tuple(found)
