"""A small drawing of windows on one scale of time, for any terminal.

         2027-01-01T00:00:00Z                      2027-04-01T00:00:00Z
asked    ................[=============================================]
now      ^...............................................................
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.hardware.instants import text_of

WIDTH = 64


@dataclass(frozen=True, slots=True)
class Stretch:
    """One row: from `start` to `end` in epoch seconds; without an end it is a moment."""

    name: str
    start: int
    end: int | None = None


def drawing(stretches: Sequence[Stretch]) -> list[str]:
    """One line with the ends of the scale, then one line for each stretch."""
    low = min(each.start for each in stretches)
    high = max(each.start if each.end is None else each.end for each in stretches)
    margin = max(len(each.name) for each in stretches) + 2
    left, right = text_of(low), text_of(high)
    head = " " * margin + left + right.rjust(WIDTH - len(left))
    return [head, *(each.name.ljust(margin) + _row(each, low, high) for each in stretches)]


def _row(stretch: Stretch, low: int, high: int) -> str:
    first = _column(stretch.start, low, high)
    if stretch.end is None:
        return "." * first + "^" + "." * (WIDTH - first - 1)
    last = _column(stretch.end, low, high)
    bar = "#" if first == last else "[" + "=" * (last - first - 1) + "]"
    return "." * first + bar + "." * (WIDTH - last - 1)


def _column(instant: int, low: int, high: int) -> int:
    return (instant - low) * (WIDTH - 1) // max(1, high - low)
