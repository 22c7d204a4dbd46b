"""What some pools can give together, by count: their profiles abreast, spares aside, in slices of one case.

The count is an upper bound of what can be placed: where units differ, names decide (`placement.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from holdfast.frozen.twice import AskedTwice
from holdfast.planner.admission.case import Case
from holdfast.planner.state.abreast import Abreast
from holdfast.planner.state.profile import Numbers, Profile
from holdfast.planner.state.sheet import Sheet

Part = tuple[Profile, int, int]
"""What one pool has left, the seconds in which its units are cleared after a window, and its spares."""


@dataclass(frozen=True, slots=True)
class AtOnce:
    """At each instant, whatever comes after it."""

    def of(self, levels: Abreast, _: Numbers) -> Abreast:
        """As they are."""
        return levels


@dataclass(frozen=True, slots=True)
class Lasting:
    """Windows of so many seconds, by their start."""

    seconds: int

    def of(self, levels: Abreast, clearing: Numbers) -> Abreast:
        """By start."""
        return levels.windows_least(self.seconds + clearing)


@dataclass(frozen=True, slots=True)
class Until:
    """Windows that all end at one instant, by their start."""

    end: int

    def of(self, levels: Abreast, clearing: Numbers) -> Abreast:
        """By start."""
        return levels.until(self.end + clearing)


@dataclass(frozen=True, slots=True)
class Since:
    """Windows that all start at one instant, by their end."""

    start: int

    def of(self, levels: Abreast, clearing: Numbers) -> Abreast:
        """By end."""
        return levels.lasting(self.start, clearing)


Ahead = AtOnce | Lasting | Until | Since
"""From levels, and the seconds of clearing that follow a window, to what a window can count on. Equal ones say the
same, so what they say is remembered."""


def slices_together(case: Case, group: Sequence[Sheet], ahead: Ahead) -> Profile:
    """At most so many slices some pools can give by count; what is in force there they can always go on giving."""
    if not group:
        return Profile.of()
    parts = parts_of(case, group)
    most = case.most_in_a_pool(case.count) if case.reservation.max_percent_per_pool else None
    if case.kept is None:
        return _total(parts, ahead, case.units, most)
    slices = _slices(parts, ahead, case.units, most)
    own = np.array([_own(case, sheet) for sheet in group], dtype=np.int64)
    return slices.at_least(own // case.units).total()


def chips_ahead(left: Profile, ahead: Ahead) -> Profile:
    """What a window can count on of a contract, after which nothing is cleared."""
    return ahead.of(Abreast.of((left,)), np.zeros(1, dtype=np.int64)).total()


def parts_of(case: Case, group: Sequence[Sheet]) -> tuple[Part, ...]:
    """What each pool has left without the reservation itself; nothing where it sells nothing."""
    uid = case.reservation.uid
    return tuple(
        (sheet.left(uid) if sheet.pool.selling else NOTHING, sheet.pool.clearing, sheet.pool.spares)
        for sheet in group
    )


NOTHING = Profile.of()


def _own(case: Case, sheet: Sheet) -> int:
    """The units in force in a pool that can go on being given."""
    serves = case.kept is not None and sheet.pool.selling and case.serves(sheet)
    return case.kept.pools.get(sheet.pool.name, 0) if serves and case.kept is not None else 0


# Profiles never change, and a pool's is the same one as long as its calendar stands: so what is made of some of them is
# remembered for a fleet or two. Many ask of the same pools for as long, and one asks of the same pools many times.


@lru_cache(maxsize=64)
def _abreast(parts: tuple[Part, ...]) -> tuple[Abreast, Numbers, Numbers]:
    """Their profiles, clearing and spares."""
    left, clearing, spares = zip(*parts, strict=True)
    return Abreast.of(left), np.array(clearing, dtype=np.int64), np.array(spares, dtype=np.int64)


_abreast_asked_twice = AskedTwice(_abreast, most=64)


def units_over(case: Case, group: Sequence[Sheet], window: tuple[int, int]) -> list[int] | None:
    """What each pool has left for newcomers over a window, clearing included; None to who asks of them but once.

    To put a fleet's profiles abreast costs as much as to ask each of them a time or two.
    """
    known = _abreast_asked_twice(parts_of(case, group)) if group else None
    if known is None:
        return None
    levels, clearing, spares = known
    left: list[int] = np.maximum(levels.least(window[0], window[1] + clearing) - spares, 0).tolist()
    return left


@lru_cache(maxsize=64)
def _total(parts: tuple[Part, ...], ahead: Ahead, size: int, most: int | None) -> Profile:
    return _slices(parts, ahead, size, most).total()


def _slices(parts: tuple[Part, ...], ahead: Ahead, size: int, most: int | None) -> Abreast:
    """Looking ahead first and counting slices then is the same as the other way round, and cheaper."""
    levels, clearing, spares = _abreast(parts)
    slices = ahead.of(levels, clearing).shares(spares, size)
    return slices if most is None else slices.at_most(most)
