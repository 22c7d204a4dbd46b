"""Where in a fixed window too little is left, by count: all such intervals, in whole slots, as many as a status holds.

Of several datacenters the one is told in which least time is lacking. Where at every instant there is enough and yet no
units serve the window throughout (they differ, or slices would have to move), the whole window is told.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np

from holdfast.planner.admission.case import Case
from holdfast.planner.admission.entitlement import chips_left
from holdfast.planner.admission.placement import groups
from holdfast.planner.admission.together import AtOnce, slices_together
from holdfast.planner.state.ledger import Part
from holdfast.planner.state.profile import Profile
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.slots import last_slot, next_slot

MAX_CONFLICTS = 8
"""As many as a status holds."""

Interval = tuple[int, int]


def conflicts(case: Case, start: int, end: int) -> tuple[Interval, ...]:
    """The intervals of [start, end) in which the fewest slices accepted cannot be had; none for a flexible ask."""
    if case.reservation.window.duration is not None:
        return ()
    asked = case.fewest(case.parts or (Part(start, end, case.least),))
    held = (_below(chips_left(case), part.count * case.chips, (part.start, part.end), 0) for part in asked)
    each = (_lacking(case, group, asked) for group in groups(case))
    lacking = min(each, key=lambda found: sum(b - a for a, b in found), default=())
    slot = case.board.snapshot.policy.slot
    found = (*chain.from_iterable(held), *lacking) or tuple((part.start, part.end) for part in asked)
    return _joined((last_slot(a, slot), next_slot(b, slot)) for a, b in found)[:MAX_CONFLICTS]


def _lacking(case: Case, group: list[Sheet], asked: Sequence[Part]) -> tuple[Interval, ...]:
    """Where a set of pools has too few slices left, the clearing after each window included."""
    if not group:
        return tuple((part.start, part.end) for part in asked)
    clearing, left = max(sheet.pool.clearing for sheet in group), slices_together(case, group, AtOnce())
    found = (_below(left, part.count, (max(part.start, case.now), part.end), clearing) for part in asked)
    return tuple(chain.from_iterable(found))


def _below(level: Profile, least: int, window: Interval, clearing: int) -> tuple[Interval, ...]:
    """The parts of a window at which, or within `clearing` seconds after which, a level is below `least`."""
    start, end = window
    inside = level.instants[(level.instants > start) & (level.instants < end + clearing)]
    edges = [start, *inside.tolist(), end + clearing]
    low = level.at(np.array(edges[:-1], dtype=np.int64)) < least
    found = (
        (max(a - clearing, start), min(b, end))
        for (a, b), bad in zip(itertools.pairwise(edges), low, strict=True)
        if bad
    )
    return _joined(found)


def _joined(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """In order, those that touch as one."""
    found: list[Interval] = []
    for start, end in sorted(intervals):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        elif start < end:
            found.append((start, end))
    return tuple(found)
