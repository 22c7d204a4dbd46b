"""Where in a fixed window too little is left, by count: all such intervals, in whole slots, as many as a status holds.

Of several datacenters the one is told in which least time is lacking. Where at every instant there is enough and yet no
units serve the window throughout (they differ, or slices would have to move), the whole window is told.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np

from holdfast.planner.admission.case import Case
from holdfast.planner.admission.entitlement import chips_left
from holdfast.planner.admission.placement import groups
from holdfast.planner.admission.together import AtOnce, slices_together
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
    contract = _below(chips_left(case), case.least * case.chips, (start, end), 0)
    each = (_lacking(case, group, (start, end)) for group in groups(case))
    lacking = min(each, key=lambda found: sum(b - a for a, b in found), default=())
    slot = case.board.snapshot.policy.slot
    whole = ((last_slot(a, slot), next_slot(b, slot)) for a, b in (*contract, *lacking) or ((start, end),))
    return _joined(whole)[:MAX_CONFLICTS]


def _lacking(case: Case, group: list[Sheet], window: Interval) -> tuple[Interval, ...]:
    """Where a set of pools has too few slices left, the clearing after the window included."""
    if not group:
        return (window,)
    clearing = max(sheet.pool.clearing for sheet in group)
    return _below(slices_together(case, group, AtOnce()), case.least, window, clearing)


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
