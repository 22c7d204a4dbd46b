"""Several intervals as layers: so many slices each, over the same stretches of time.

    slices   4 |          ┌────┐           the second layer: 2 slices from March to June
             2 |    ┌─────┴────┴───┐       the first: 2 slices from January to August
             0 |────┘              └────

The lowest layer lasts longest, and each one lies within the one below it. So slices that go on from one interval into
the next are the same ones, whatever comes and goes above them; and of a recurrence, whose intervals are all alike,
there is one layer. A layer lies in the same pools in all its stretches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from holdfast.planner.state.ledger import Part

Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Layer:
    """`slices` over each of some stretches of time, which are apart and in order."""

    slices: int
    stretches: tuple[Stretch, ...]


def layers_of(parts: Sequence[Part]) -> list[Layer]:
    """The layers of intervals that are in order and not over one another, the lowest first."""
    found, below = list[Layer](), 0
    for level in sorted({part.count for part in parts}):
        stretches = joined(((part.start, part.end) for part in parts if part.count >= level), 0)
        found.append(Layer(level - below, stretches))
        below = level
    return found


def joined(stretches: Iterable[Stretch], apart: int) -> tuple[Stretch, ...]:
    """The same with those that lie fewer than `apart` seconds from one another, or touch, as one."""
    found: list[Stretch] = []
    for start, end in stretches:
        if found and start - found[-1][1] < max(apart, 1):
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return tuple(found)
