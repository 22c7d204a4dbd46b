"""When an ask could begin: every instant at which something changes and there is enough by count. None is left out.

Room for a window appears only where something changes: a demand ends, a unit is delivered, repaired or handed back, a
promise of the tenant's own is over. Between two such instants a later start has no more than an earlier one, so the
earliest start of all is among them. Which of them have enough is answered for all at once from the pools' profiles;
the count is an upper bound of what can be placed, so whoever asks `place` only there misses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from holdfast.planner.admission.case import Case
from holdfast.planner.admission.entitlement import chips_left
from holdfast.planner.admission.placement import groups
from holdfast.planner.admission.together import Ahead, Lasting, Until, chips_ahead, slices_together
from holdfast.planner.state.profile import Numbers, Profile, distinct
from holdfast.planner.state.slots import next_slot

NEVER: Numbers = np.zeros(0, dtype=np.int64)


def starts(case: Case, lasting: int, first: int, last: int) -> Iterator[int]:
    """`first`, then each later instant up to `last` at which windows of `lasting` seconds have enough, in order."""
    if first <= last:
        yield first
    yield from _with_enough(case, (first, last), Lasting(lasting)).tolist()


def starts_in_slots(case: Case, lasting: int, first: int, last: int) -> Iterator[int]:
    """The same in whole slots, each once: nothing that is told of later starts is finer."""
    if first > last:
        return
    slot = case.board.snapshot.policy.slot
    soonest = next_slot(first, slot)
    yield soonest
    later = distinct(next_slot(_with_enough(case, (first, last), Lasting(lasting)), slot))
    yield from later[later > soonest].tolist()


def late_starts(case: Case, first: int, last: int, end: int) -> Iterator[int]:
    """The same for windows that all end at `end`, however late they begin."""
    if first <= last:
        yield first
    yield from _with_enough(case, (first, last), Until(end)).tolist()


def _with_enough(case: Case, bounds: tuple[int, int], ahead: Ahead) -> Numbers:
    instants = _changes(case, *bounds)
    return instants[_enough(case, instants, ahead)] if len(instants) else NEVER


def _changes(case: Case, first: int, last: int) -> Numbers:
    """Instants in (first, last] at which anything changes that this ask depends on."""
    of_pools = _instants(tuple(sheet.left(case.reservation.uid) for sheet in case.matching()))
    both = (_within(of_pools, first, last), _within(chips_left(case).instants, first, last))
    return distinct(np.concatenate(both))


def _within(instants: Numbers, first: int, last: int) -> Numbers:
    """Those in (first, last], of instants in order."""
    return instants[instants.searchsorted(first, "right") : instants.searchsorted(last, "right")]


def _enough(case: Case, instants: Numbers, ahead: Ahead) -> NDArray[np.bool_]:
    """At which of these instants the tenant may hold the fewest slices it accepts, and some pools have them."""
    enough: NDArray[np.bool_] = _room(case, instants, ahead) >= case.least
    return enough


def _room(case: Case, instants: Numbers, ahead: Ahead) -> Numbers:
    """By instant, the most slices that the tenant may hold and some pools together have."""
    allowed = chips_ahead(chips_left(case), ahead).at(instants) // max(1, case.chips)
    room = np.zeros(len(instants), dtype=np.int64)
    for group in groups(case):
        room = np.maximum(room, slices_together(case, group, ahead).at(instants))
    return np.minimum(allowed, room)


def most_at_once(case: Case, lasting: int, first: int, last: int) -> int:
    """The most slices, by count, of any window of `lasting` seconds that begins in [first, last]; never negative."""
    if first > last:
        return 0
    room = _room(case, np.append(_changes(case, first, last), first), Lasting(lasting))
    return max(0, int(room.max()))


@lru_cache(maxsize=16)
def _instants(profiles: tuple[Profile, ...]) -> Numbers:
    """All instants at which one of them changes, in order."""
    return distinct(np.concatenate([one.instants for one in profiles] or [NEVER]))
