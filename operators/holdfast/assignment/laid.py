"""Demands laid over units one after the other, in the order of their starts: who lies where so far."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice

from holdfast.assignment.demand import Demand, Span, Units

Stretch = tuple[int, str, int]
"""End, name and start of a stretch of a unit's time."""


@dataclass(slots=True)
class Laid:
    """Demands are named by their place among `demands`; `order` says whose turn it is when.

    `rows` hold by unit which demands lie on it, one after the other, after what is pinned there until `pins`; `busy`
    says until when it is taken, `counts` how many units each demand has been given.
    """

    units: Units
    demands: Sequence[Demand]
    order: list[int]
    stretches: list[Stretch]
    pins: Mapping[str, int]
    busy: dict[str, int]
    rows: defaultdict[str, list[int]]
    counts: list[int]

    @classmethod
    def over(cls, units: Units, demands: Sequence[Demand]) -> Laid:
        """Nothing is given yet; a pinned unit is taken from the beginning on until the last of its demands ends."""
        pins = dict.fromkeys(units, 0)
        for demand in demands:
            for name in demand.pinned:
                pins[name] = max(pins.get(name, 0), demand.span.end)
        order = sorted(range(len(demands)), key=[demand.order for demand in demands].__getitem__)
        return cls(
            units, demands, order, by_end(units), pins, dict(pins), defaultdict(list), [0] * len(demands)
        )

    def choose(self, place: int) -> None:
        """Give a demand as many idle units as it needs and there are, those that leave first in front."""
        span, left = self.demands[place].span, self.lacking(place)
        for _, name, since in islice(self.stretches, self._from(place), None):
            if not left:
                return
            if since <= span.start and self.busy[name] <= span.start:
                self.put(place, name)
                left -= 1

    def lacking(self, place: int) -> int:
        """How many units a demand lacks beside those that are pinned and those it has been given."""
        return self.demands[place].missing - self.counts[place]

    def wait(self, place: int) -> None:
        """What a demand lacks to the end it takes of the first units that come or come free, for what is left of it.

        Nobody else can count on those: once its window is open it is given them, before whoever begins later. What
        comes back from a pause is not waited for where others may use it until that begins; one that is idle at the
        start may be given to it through its pause, and nothing is waited for in its place.
        """
        lacking, span = self.lacking(place), self.demands[place].span
        if not lacking:
            return
        ends = [(name, since) for _, name, since in islice(self.stretches, self._from(place), None)]
        lacking -= sum(len(self.units[name]) > 1 and self._idle(name, span.start) for name, _ in ends)
        coming = (
            (max(self.busy[name], since), name)
            for name, since in ends
            if self._unused(name, span.start, since)
        )
        for _, name in nsmallest(max(0, lacking), (one for one in coming if one[0] < span.end)):
            self.busy[name] = span.end

    def _unused(self, name: str, start: int, since: int) -> bool:
        """Whether a unit is nobody's between two instants: it is not there, or somebody has it."""
        start = max(start, self.busy[name])
        return not any(one.start < since and one.end > start for one in self.units[name])

    def _idle(self, name: str, instant: int) -> bool:
        return self.busy[name] <= instant and any(one.start <= instant < one.end for one in self.units[name])

    def _from(self, place: int) -> int:
        """Where the stretches begin that end no earlier than a demand."""
        return bisect_left(self.stretches, (self.demands[place].span.end,))

    def put(self, place: int, name: str) -> None:
        """Lay a demand on an idle unit."""
        self.rows[name].append(place)
        self.busy[name] = self.demands[place].span.end
        self.counts[place] += 1

    def laid_anew(self, name: str, row: list[int]) -> None:
        """On a unit lies this instead."""
        self.rows[name] = row
        self.busy[name] = self.demands[row[-1]].span.end if row else self.pins[name]

    def given(self) -> list[list[str]]:
        """By place of its demand, the units given."""
        found: list[list[str]] = [[] for _ in self.demands]
        for name, row in self.rows.items():
            for place in row:
                found[place].append(name)
        return found


def by_end(units: Units) -> list[Stretch]:
    """Every stretch of every unit, in order."""
    return sorted((one.end, name, one.start) for name, stretches in units.items() for one in stretches)


def fitting(units: Units, span: Span) -> list[str]:
    """The units there for the whole span, those that leave first in front, then by name."""
    stretches = by_end(units)
    return [
        name for _, name, since in stretches[bisect_left(stretches, (span.end,)) :] if since <= span.start
    ]
