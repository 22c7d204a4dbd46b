"""The profiles of many pools abreast, in one pair of arrays, so that a question is asked of all of them at once.

    instants   0    t1   t2  |  0    t1  |  0    t1   t2   t3
    levels     4    1    3   |  2    0   |  5    4    2    5
    keys       an instant, and for the n-th profile n times FURTHER beside it: they ascend over all of them

A fleet has a hundred pools of some hundred breakpoints. Asked one by one, each question costs a hundred calls; abreast
it is a few passes over ten thousand numbers. The answers are those of `Profile`, to the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from holdfast.planner.state.profile import Numbers, Profile, distinct, summed

FURTHER = 1 << 42
"""Seconds between the keys of two profiles: more than any instant and any window together."""
NO_LEVEL = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class Abreast:
    """`owners` says by breakpoint to which profile it belongs, `count` how many profiles there are."""

    keys: Numbers
    levels: Numbers
    owners: Numbers
    count: int

    @classmethod
    def of(cls, profiles: Sequence[Profile]) -> Abreast:
        """Those profiles, in that order; at least one."""
        owners = np.repeat(np.arange(len(profiles)), [len(one.instants) for one in profiles])
        instants = np.concatenate([one.instants for one in profiles])
        levels = np.concatenate([one.levels for one in profiles])
        return cls(owners * FURTHER + instants, levels, owners, len(profiles))

    @property
    def instants(self) -> Numbers:
        """The instant of each breakpoint."""
        return self.keys - self.owners * FURTHER

    def least(self, start: int, ends: Numbers) -> Numbers:
        """By profile the smallest level at any instant of [start, its end); 0 where that is no time at all."""
        bases = np.arange(self.count) * FURTHER
        first = self.keys.searchsorted(bases + start, "right") - 1
        last = self.keys.searchsorted(bases + ends, "left")
        found: Numbers = np.minimum.reduceat(
            np.append(self.levels, NO_LEVEL), np.stack((first, last), 1).ravel()
        )
        return np.where(ends > start, found[::2], 0)

    def windows_least(self, lengths: Numbers) -> Abreast:
        """At each instant x the least level over [x, x + length): what a window that begins there can count on.

        As x moves on, a breakpoint t enters the window at x = t - length + 1 and the level before it leaves at x = t;
        between those instants nothing changes, so the answer is a step function with at most twice as many
        breakpoints. Example: level 4, but 1 over [100, 200), length 50: 1 over [51, 200), else 4. Each minimum is the
        smaller of two that overlap, out of a table of minima over 1, 2, 4, 8, … breakpoints (a sparse table).
        """
        entering = self.keys - lengths[self.owners] + 1
        starts = distinct(np.concatenate((self.keys, entering[entering >= self.owners * FURTHER])))
        owners = starts // FURTHER
        first = self.keys.searchsorted(starts, "right") - 1
        last = self.keys.searchsorted(starts + lengths[owners], "left")
        rank = np.frexp((last - first).astype(np.float64))[1].astype(np.int64) - 1
        minima = _minima(self.levels, int(rank.max(initial=0)))
        levels = np.minimum(minima[rank, first], minima[rank, last - (1 << rank)])
        return Abreast(starts, levels, owners, self.count)

    def until(self, ends: Numbers) -> Abreast:
        """At each instant x before its profile's end the least level over [x, end)."""
        inside = self.keys < (self.owners * FURTHER + ends[self.owners])
        cut = self._where(inside)
        return replace(cut, levels=_so_far(cut, slice(None, None, -1)))

    def lasting(self, start: int, after: Numbers) -> Abreast:
        """At each end x the least level over [start, x + after): what a window from `start` on can count on."""
        bases = np.arange(self.count) * FURTHER
        first = self.keys.searchsorted(bases + start, "right") - 1
        cut = self._where(np.arange(len(self.keys)) >= first[self.owners])
        instants = np.maximum(cut.instants - after[cut.owners] + 1, 0)
        instants[cut.owners != np.append(-1, cut.owners[:-1])] = 0
        return replace(cut, keys=cut.owners * FURTHER + instants, levels=_so_far(cut, slice(None)))

    def shares(self, spares: Numbers, size: int) -> Abreast:
        """How many shares of `size` each level holds beyond its profile's spares; never negative."""
        return replace(self, levels=np.maximum(self.levels - spares[self.owners], 0) // size)

    def at_most(self, level: int) -> Abreast:
        """The same, nowhere above a level."""
        return replace(self, levels=np.minimum(self.levels, level))

    def at_least(self, levels: Numbers) -> Abreast:
        """The same, no profile anywhere below its level."""
        return replace(self, levels=np.maximum(self.levels, levels[self.owners]))

    def total(self) -> Profile:
        """Their sum at every instant."""
        changes = np.diff(self.levels, prepend=0)
        begins = self.owners != np.append(-1, self.owners[:-1])
        changes[begins] = self.levels[begins]
        return summed(self.instants, changes)

    def _where(self, chosen: NDArray[np.bool_]) -> Abreast:
        return Abreast(self.keys[chosen], self.levels[chosen], self.owners[chosen], self.count)


def _so_far(abreast: Abreast, way: slice) -> Numbers:
    """The least level met so far within each profile, gone through forwards or backwards.

    Profiles are set apart by more than any level, so that none met before is the least in the next one.
    """
    apart = abreast.owners * (FURTHER if way.step == -1 else -FURTHER)
    least: Numbers = np.minimum.accumulate((abreast.levels + apart)[way])[way] - apart
    return least


def _minima(levels: Numbers, ranks: int) -> Numbers:
    """Row r, column i: the least of 2**r levels from i on; columns past the end repeat the last level."""
    rows = [levels]
    for rank in range(ranks):
        step = 1 << rank
        shifted = np.concatenate((rows[-1][step:], np.repeat(rows[-1][-1:], min(step, len(levels)))))
        rows.append(np.minimum(rows[-1], shifted[: len(levels)]))
    return np.stack(rows)
