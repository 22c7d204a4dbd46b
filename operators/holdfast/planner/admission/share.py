"""Slices that lie apart: no pool has more than its share of all of them, but for what runs there already.

A share is one of what is promised, not of what was asked for: fewer slices have a smaller one.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from holdfast.planner.admission.case import Case

Slices = Mapping[str, int]
"""By pool."""
NONE: Slices = {}


def spreadable(case: Case, room: Slices, wanted: int, running: Slices, below: Slices = NONE) -> int:
    """The most slices, up to `wanted`, of which no pool need hold more than its share; what runs may stay beyond it.

    They come on top of those that lie `below` them, and have `room` there. Fewer slices have a smaller share, so it is
    counted anew with what is left until nothing more is lost: the shares only shrink, and the first number that stands
    is the largest there is. Example: half of them at most in one pool, rooms 6, 3 and 0, 8 wanted: 4 + 3 = 7 fit, of 7
    a share is 3, and 3 + 3 = 6 stands.
    """
    if case.reservation.max_percent_per_pool is None:
        return wanted
    placed = sum(below.values())
    while True:
        most = case.most_in_a_pool(placed + wanted)
        limits = {name: max(most, running.get(name, 0)) - below.get(name, 0) for name in room}
        able = sum(max(0, min(slices, limits[name])) for name, slices in room.items())
        if able >= wanted:
            return wanted
        wanted = able


def staying(
    running: Slices, room: Slices, wanted: int, limits: Sequence[int], whole: Slices = NONE
) -> dict[str, int]:
    """So many of the slices that run where they are, the pools with most of them first; none of a pool beyond a limit.

    Those that are `whole` stay before those that lack something, or of whose site nothing is heard.

    The limits are gone through in turn: by the first slices lie apart, by a second, larger one what runs stays all the
    same. Example: 2 run in each of two pools, 2 are wanted, half of them at most in one pool: 1 + 1. Had all 4 run in
    one pool, 2 of them would stay there.
    """
    taken: dict[str, int] = {}
    for most, those in itertools.product(limits, (whole, running)):
        for name in sorted(those, key=lambda one: (-whole.get(one, 0), -running.get(one, 0), one)):
            able = min(those[name], room.get(name, 0), most) - taken.get(name, 0)
            share = min(able, wanted - sum(taken.values()))
            if share > 0:
                taken[name] = taken.get(name, 0) + share
    return taken
