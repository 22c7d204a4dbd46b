"""The published trace: what tenants ask for, drawn from one seed, so that everybody measures the same asks.

Units and hours are each drawn log-uniformly, since people ask often for little and seldom for much: 1 to 144 units (a
cube up to a whole pool) and 6 hours to 90 days. Starts are uniform over the hours given. `DENSE` is the same shape with
smaller bounds: of the whole trace's asks at most about a hundred fit into one pool and year, and 100,000 live
promises in 109 pools are nine hundred in each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random  # noqa: TID251 - seeded, and only here

HOURS_OF_A_YEAR = 8_760


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most units, and hours, of an ask."""

    units: tuple[int, int]
    hours: tuple[int, int]


WHOLE = Bounds((1, 144), (6, 90 * 24))
DENSE = Bounds((1, 24), (6, 20 * 24))
FITS_WHOLE = 100
"""Promises in one pool and year up to which the asks are those of the whole trace."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Units over [start, start + hours), in hours from the beginning of the trace."""

    units: int
    start: int
    hours: int


def trace(seed: int, bounds: Bounds = WHOLE, over: int = HOURS_OF_A_YEAR) -> Iterator[Asked]:
    """Asks without end; each lies inside the first `over` hours."""
    drawn = Random(seed)
    while True:
        units, hours = (_log_uniform(drawn, *each) for each in (bounds.units, bounds.hours))
        yield Asked(units, drawn.randint(0, over - hours), hours)


def _log_uniform(drawn: Random, least: int, most: int) -> int:
    return int(least * ((most + 1) / least) ** drawn.random())
