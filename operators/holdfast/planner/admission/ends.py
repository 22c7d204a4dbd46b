"""How long it could last: every end at which something changes and until which there is enough by count, latest first.

From one start on, what a pool can give only falls as the end moves out, so whoever goes through these ends downwards
and asks `place` at each misses nothing: the count is an upper bound of what can be placed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from holdfast.planner.admission.case import Case
from holdfast.planner.admission.entitlement import chips_left
from holdfast.planner.admission.placement import groups
from holdfast.planner.admission.together import Since, chips_ahead, slices_together
from holdfast.planner.state.profile import distinct
from holdfast.planner.state.slots import last_slot


def latest_ends(case: Case, start: int, first: int, last: int) -> Iterator[int]:
    """Whole slots in (`first`, `last`] until which windows from `start` have enough, the latest first."""
    since = Since(start)
    held = chips_ahead(chips_left(case), since)
    groups_left = [slices_together(case, group, since) for group in groups(case)]
    falls = np.concatenate([each.instants - 1 for each in (held, *groups_left)])
    ends = distinct(np.append(falls[(falls > first) & (falls < last)], last))
    room = np.zeros(len(ends), dtype=bool)
    for level in groups_left:
        room |= level.at(ends) >= case.least
    enough = ends[room & (held.at(ends) >= case.least * case.chips)]
    slots = (last_slot(int(end), case.board.snapshot.policy.slot) for end in enough[::-1])
    yield from (slot for slot, _ in itertools.groupby(slots) if first < slot)
