"""A number over time, as a step function in two arrays: what a pool can give, what a tenant may still hold.

    instants  0      t1     t2     t3          levels[i] holds over [instants[i], instants[i+1]), the last for ever
    levels    4      1      3      4

Built once from what is in a ledger and asked many times. Every question is answered exactly from the breakpoints, so
there is no grid, no rounding and no cap on how many of them there are. `least` costs two binary searches and a minimum
of a slice. What is asked of many pools at once is asked of their profiles abreast (`abreast.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from holdfast.assignment.demand import Span

Numbers = NDArray[np.int64]
Row = tuple[int, int, int]
"""Start, end, and how many over [start, end): a span as it goes into an array."""
MANY = 64
"""Spans from which on it is cheaper to sum all changes than to raise levels span by span."""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """`instants` are epoch seconds, ascending, the first 0; `levels` as many numbers."""

    instants: Numbers
    levels: Numbers
    _changes: list[Numbers] = field(default_factory=list, init=False, repr=False)

    @classmethod
    def of(cls, gains: Iterable[Span] = (), losses: Iterable[Span] = (), level: int = 0) -> Profile:
        """`level` at all times, more by each gain and less by each loss while its span lasts."""
        rows = [(span.start, span.end, span.count) for span in gains]
        rows += ((span.start, span.end, -span.count) for span in losses)
        return cls.of_rows(rows, level)

    @classmethod
    def of_rows(cls, rows: Sequence[Row], level: int = 0) -> Profile:
        """The same of (start, end, by how much) while that lasts."""
        found = np.array([(0, 0, 0), *rows], dtype=np.int64)
        starts, ends, by = found[found[:, 0] < found[:, 1]].T
        instants = np.concatenate([[0], starts.clip(0), ends.clip(0)])
        return summed(instants, np.concatenate([[level], by, -by]))

    @property
    def changes(self) -> Numbers:
        """By how much it changes at each of its instants; the first change is from 0. Worked out once."""
        if not self._changes:
            self._changes.append(np.diff(self.levels, prepend=self.levels.dtype.type(0)))
        return self._changes[0]

    def with_changes(self, gains: Iterable[Span] = (), losses: Iterable[Span] = ()) -> Profile:
        """The same with more spans in it; where nothing changes any more there is no breakpoint."""
        signed = ((span, sign) for sign, group in ((1, gains), (-1, losses)) for span in group)
        changes = [(max(s.start, 0), max(s.end, 0), sign * s.count) for s, sign in signed if s.start < s.end]
        if not changes:
            return self
        if len(changes) > MANY:
            return _where_it_changes(total([self, Profile.of_rows(changes)]))
        edges = [edge for start, end, _ in changes for edge in (start, end)]
        instants = distinct(np.append(self.instants, edges))
        levels = self.at(instants)
        for start, end, by in changes:
            levels[instants.searchsorted(start) : instants.searchsorted(end)] += by
        return _where_it_changes(Profile(instants, levels))

    def least(self, start: int, end: int) -> int:
        """The smallest level at any instant of [start, end); 0 where that is no time at all."""
        if start >= end:
            return 0
        find = self.instants.searchsorted
        return int(np.minimum.reduce(self.levels[find(max(start, 0), "right") - 1 : find(end, "left")]))

    def most(self, start: int) -> int:
        """The highest level at any instant from `start` on."""
        first = max(int(self.instants.searchsorted(start, "right")) - 1, 0)
        return int(self.levels[first:].max())

    def at(self, instants: Numbers) -> Numbers:
        """The level at each of these instants."""
        found: Numbers = self.levels[np.maximum(self.instants.searchsorted(instants, "right") - 1, 0)]
        return found

    def less(self, other: Profile) -> Profile:
        """What is left of it without another, at every instant."""
        changes = np.concatenate([self.changes, -other.changes])
        return summed(np.concatenate([self.instants, other.instants]), changes)

    def below(self, level: int) -> Profile:
        """How far it stays below a level, at every instant."""
        return Profile(self.instants, level - self.levels)


def _where_it_changes(profile: Profile) -> Profile:
    """The same without breakpoints at which nothing changes."""
    moves = np.diff(profile.levels, prepend=profile.levels[0] + 1) != 0
    return Profile(profile.instants[moves], profile.levels[moves])


def total(profiles: Sequence[Profile]) -> Profile:
    """Their sum at every instant."""
    if not profiles:
        return Profile.of()
    instants = np.concatenate([one.instants for one in profiles])
    return summed(instants, np.concatenate([one.changes for one in profiles]))


def summed(instants: Numbers, changes: Numbers) -> Profile:
    """A profile from changes at instants, in any order; changes that cancel out keep their instant."""
    order = instants.argsort(kind="stable")
    at, levels = instants[order], changes[order].cumsum()
    last = np.append(at[1:] != at[:-1], np.True_)
    return Profile(at[last], levels[last])


def distinct(numbers: Numbers) -> Numbers:
    """In order, each once. As `np.unique`, which is several times slower at a few thousand."""
    ordered = np.sort(numbers, kind="stable")
    new = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return ordered[new]
