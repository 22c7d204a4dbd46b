"""When an ask could begin: every instant at which something changes and there is enough by count. None is left out.

Room for a window appears only where something changes: a demand ends, a unit is delivered, repaired or handed back, a
promise of the tenant's own is over. Between two such instants a later start has no more than an earlier one, so the
earliest start of all is among them. Which of them have enough is answered for all at once from the pools' profiles;
the count is an upper bound of what can be placed, so whoever asks `place` only there misses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from holdfast.planner.admission.case import Case
from holdfast.planner.admission.entitlement import chips_left
from holdfast.planner.admission.placement import groups
from holdfast.planner.state.profile import Numbers, Profile, total
from holdfast.planner.state.sheet import Sheet

NEVER: Numbers = np.zeros(0, dtype=np.int64)
Ahead = Callable[[Profile, int], Profile]
"""From a level, and the seconds of clearing that follow a window, to what a window can count on by its start."""


def starts(case: Case, lasting: int, first: int, last: int) -> Iterator[int]:
    """`first`, then each later instant up to `last` at which windows of `lasting` seconds have enough, in order."""
    if first <= last:
        yield first
    yield from _with_enough(
        case, (first, last), lambda level, clearing: _windows_least(level, lasting + clearing)
    )


def late_starts(case: Case, first: int, last: int, end: int) -> Iterator[int]:
    """The same for windows that all end at `end`, however late they begin."""
    if first <= last:
        yield first
    yield from _with_enough(case, (first, last), lambda level, clearing: level.until(end + clearing))


def _with_enough(case: Case, bounds: tuple[int, int], ahead: Ahead) -> Iterator[int]:
    instants = _changes(case, *bounds)
    if len(instants):
        yield from (int(instant) for instant in instants[_enough(case, instants, ahead)])


def _changes(case: Case, first: int, last: int) -> Numbers:
    """Instants in (first, last] at which anything changes that this ask depends on."""
    of_pools = _instants(tuple(sheet.left(case.reservation.uid) for sheet in case.matching()))
    both = (_within(of_pools, first, last), _within(chips_left(case).instants, first, last))
    changes: Numbers = np.unique(np.concatenate(both))
    return changes


def _within(instants: Numbers, first: int, last: int) -> Numbers:
    """Those in (first, last], of instants in order."""
    return instants[instants.searchsorted(first, "right") : instants.searchsorted(last, "right")]


def _enough(case: Case, instants: Numbers, ahead: Ahead) -> NDArray[np.bool_]:
    """At which of these instants the tenant may hold the fewest slices it accepts, and some pools have them."""
    enough: NDArray[np.bool_] = _room(case, instants, ahead) >= case.least
    return enough


def _room(case: Case, instants: Numbers, ahead: Ahead) -> Numbers:
    """By instant, the most slices that the tenant may hold and some pools together have."""
    allowed = ahead(chips_left(case), 0).at(instants) // max(1, case.chips)
    room = np.zeros(len(instants), dtype=np.int64)
    for group in groups(case):
        slices = _sum(tuple(_slices_ahead(case, sheet, ahead) for sheet in group))
        room = np.maximum(room, slices.at(instants))
    return np.minimum(allowed, room)


def most_at_once(case: Case, lasting: int, first: int, last: int) -> int:
    """The most slices, by count, of any window of `lasting` seconds that begins in [first, last]; never negative."""
    if first > last:
        return 0
    instants = np.append(_changes(case, first, last), first)
    room = _room(case, instants, lambda level, clearing: _windows_least(level, lasting + clearing))
    return max(0, int(room.max()))


# Profiles never change, and a pool's is the same one as long as its calendar stands: so what is made of some of them is
# remembered for a fleet or two. Many ask of the same pools for as long, and one asks of the same pools many times.


@lru_cache(maxsize=1_024)
def _windows_least(level: Profile, length: int) -> Profile:
    return level.windows_least(length)


@lru_cache(maxsize=1_024)
def _shares(level: Profile, spares: int, size: int) -> Profile:
    return level.shares(spares, size)


@lru_cache(maxsize=64)
def _sum(profiles: tuple[Profile, ...]) -> Profile:
    return total(profiles)


@lru_cache(maxsize=16)
def _instants(profiles: tuple[Profile, ...]) -> Numbers:
    """All instants at which one of them changes, in order."""
    found: Numbers = np.unique(np.concatenate([one.instants for one in profiles] or [NEVER]))
    return found


def slices_left(case: Case, sheet: Sheet) -> Profile:
    """At most so many slices a pool can give by count; what is in force there it can always go on giving."""
    return _slices_ahead(case, sheet, lambda level, _: level)


def _slices_ahead(case: Case, sheet: Sheet, ahead: Ahead) -> Profile:
    """What a window can count on, in slices. Looking ahead first and counting slices then is the same, and cheaper."""
    if not sheet.pool.selling:
        return Profile.of()
    left = ahead(sheet.left(case.reservation.uid), sheet.pool.clearing)
    own = case.kept.pools.get(sheet.pool.name, 0) if case.kept is not None and case.serves(sheet) else 0
    slices = _shares(left, sheet.pool.spares, case.units)
    if case.reservation.max_percent_per_pool is not None:
        slices = slices.at_most(case.most_in_a_pool(case.reservation.count))
    return slices.at_least(own // case.units) if own else slices
