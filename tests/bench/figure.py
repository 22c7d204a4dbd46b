"""One figure: what was measured, against whom, what it was to reach, and whether it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypedDict

NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on the value, or, with `times`, on how many times better than the peer it is.

    `must` is one of correctness: not to reach it is an error, on any machine.
    """

    bound: float
    at_least: bool = False
    times: bool = False
    must: bool = False

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.bound:g}{'x' if self.times else ''}"

    def reached(self, reading: float) -> bool:
        """Whether a reading is on the right side."""
        return reading >= self.bound if self.at_least else reading <= self.bound


def at_most(bound: float) -> Goal:
    """The value is this or less."""
    return Goal(bound)


def at_least(bound: float) -> Goal:
    """The value is this or more."""
    return Goal(bound, at_least=True)


def none_at_all() -> Goal:
    """There must not be a single one."""
    return Goal(0, must=True)


def times_better(bound: float) -> Goal:
    """The peer takes this many times as long, or more."""
    return Goal(bound, at_least=True, times=True)


@dataclass(frozen=True, slots=True)
class Line:
    """A figure that a workload is to give. A peer's value is told in the same unit.

    `more_is_better` is true of rates: then a ratio is ours over the peer's, and else the peer's over ours.
    """

    metric: str
    unit: str
    goal: Goal | None = None
    peer: str = ""
    more_is_better: bool = False


@dataclass(frozen=True, slots=True)
class Readings:
    """What the repeats gave for one line; the peer's alternate with ours. `why` says why there are none.

    `noisy` is how many of them were kept although the machine was not steady; `overran` says that it was given up as
    too slow, so that the goal counts as not reached; `broke` that the workload failed before it.
    """

    metric: str
    values: tuple[float, ...] = ()
    peer_values: tuple[float, ...] = ()
    why: str = ""
    noisy: int = 0
    overran: bool = False
    broke: bool = False

    def or_given_up(self, seconds: float) -> Readings:
        """The same; where there are none, that it was given up after so many CPU seconds."""
        return (
            self if self.values else Readings(self.metric, why=f"not all in {seconds:g} s CPU", overran=True)
        )


class Result(TypedDict):
    """A figure as it stands in build/bench.json; None is what could not be measured here."""

    name: str
    metric: str
    value: float | None
    unit: str
    peer: str
    peer_value: float | None
    ratio: float | None
    spread: float | None
    goal: str
    reached: bool | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One line with what was read for it. `ratio` is the median of the repeats' ratios, `spread` their whole range as
    a part of it; without a peer, that of the values."""

    name: str
    line: Line
    readings: Readings

    @property
    def value(self) -> float | None:
        """The middle of what the repeats gave."""
        return _middle(self.readings.values)

    @property
    def peer_value(self) -> float | None:
        """The middle of what the peer gave."""
        return _middle(self.readings.peer_values)

    @property
    def ratios(self) -> tuple[float, ...]:
        """How many times better than the peer, repeat by repeat."""
        pairs = zip(self.readings.values, self.readings.peer_values, strict=False)
        if self.line.more_is_better:
            return tuple(ours / theirs for ours, theirs in pairs if theirs)
        return tuple(theirs / ours for ours, theirs in pairs if ours)

    @property
    def spread(self) -> float | None:
        """How far the repeats lie apart, as a part of their middle; None of a single one."""
        read = self.ratios or self.readings.values
        middle = _middle(read)
        return (max(read) - min(read)) / abs(middle) if middle and len(read) > 1 else None

    @property
    def reached(self) -> bool | None:
        """Whether the goal was reached; None without a goal, or where it was not run."""
        goal = self.line.goal
        if goal is not None and self.readings.overran:
            return False
        reading = _middle(self.ratios) if goal is not None and goal.times else self.value
        return None if goal is None or reading is None else goal.reached(reading)

    @property
    def wrong(self) -> bool:
        """Whether this is an error: the workload failed before it, or what must be is not."""
        must = self.line.goal is not None and self.line.goal.must
        return self.readings.broke or (must and self.reached is False)

    @property
    def verdict(self) -> str:
        """For people: reached, short, why not run, or nothing where there is no goal."""
        if self.readings.overran:
            return f"{self._word}: {self.readings.why}"
        if self.readings.broke:
            return f"BROKEN: {self.readings.why}"
        if self.value is None:
            return f"{NOT_RUN}: {self.readings.why}"
        if self.line.peer and self.peer_value is None:
            return f"{self._word} peer {NOT_RUN}: {self.readings.why}".lstrip()
        return self._word

    @property
    def _word(self) -> str:
        return {True: "reached", False: "SHORT", None: ""}[self.reached]

    def result(self) -> Result:
        """The figure as it is stored."""
        line = self.line
        return Result(
            name=self.name,
            metric=line.metric,
            value=_rounded(self.value),
            unit=line.unit,
            peer=line.peer,
            peer_value=_rounded(self.peer_value),
            ratio=_rounded(_middle(self.ratios)),
            spread=_rounded(self.spread),
            goal=str(line.goal) if line.goal else "",
            reached=self.reached,
        )


def _middle(values: Sequence[float]) -> float | None:
    return median(values) if values else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
