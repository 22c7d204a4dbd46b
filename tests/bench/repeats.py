"""Measuring the same several times, ours and the peer's in turn, on a machine that others use too.

Before and after each repeat a fixed loop is timed. Where the two times differ by more than 30 % the machine was not the
same throughout: the repeat is thrown away and made again, at most twice; the third is kept, and counted as noisy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic, process_time

from tests.bench.figure import Readings

Once = Callable[[], dict[str, float]]
"""One repeat: what was read, by metric."""
TIMES = 5
STEADY = 1.3
TRIES = 3
CONTROL_STEPS = 300_000


@dataclass
class Repeats:
    """What repeats gave: by metric, ours and the peer's, in the order they were made."""

    ours: dict[str, list[float]] = field(default_factory=dict)
    peer: dict[str, list[float]] = field(default_factory=dict)
    noisy: int = 0

    def readings(self, metric: str, why: str = "the short form has none") -> Readings:
        """One line's share of it."""
        return Readings(
            metric, tuple(self.ours.get(metric, ())), tuple(self.peer.get(metric, ())), why, self.noisy
        )


def control(clock: Callable[[], float] = process_time) -> float:
    """The time of a fixed loop: what it varies by, the machine varies by."""
    began, total = clock(), 0
    for step in range(CONTROL_STEPS):
        total += step & 7
    return clock() - began


def repeated(
    times: int,
    ours: Once,
    peer: Once | None = None,
    *,
    clock: Callable[[], float] = process_time,
    within: float = 60.0,
) -> Repeats:
    """So many repeats of both, in turn; fewer, but one at least, where they take longer than `within` seconds.

    `clock` is the one the figures are measured with: it times the loop.
    """
    found, began = Repeats(), monotonic()
    for number in range(times):
        if number and monotonic() - began > within:
            break
        read, theirs, steady = _steady(ours, peer, clock)
        found.noisy += not steady
        for side, figures in ((found.ours, read), (found.peer, theirs)):
            for metric, value in figures.items():
                side.setdefault(metric, []).append(value)
    return found


def _steady(
    ours: Once, peer: Once | None, clock: Callable[[], float]
) -> tuple[dict[str, float], dict[str, float], bool]:
    for attempt in range(1, TRIES + 1):
        before = control(clock)
        read = ours()
        theirs = peer() if peer is not None else {}
        after = control(clock)
        steady = max(before, after) <= STEADY * min(before, after)
        if steady or attempt == TRIES:
            break
    return read, theirs, steady
