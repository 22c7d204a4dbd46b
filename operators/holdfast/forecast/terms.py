"""What a forecast assumes: a fleet, how much of it is asked for, what fails, and what is maintained."""

from __future__ import annotations

from dataclasses import dataclass

HOUR, DAY = 3_600, 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """The figures are assumptions, to be replaced by your own.

    `load` is what all asks take together, of all units over the whole time. Units and hours of an ask are drawn
    log-uniformly, since people ask often for little and seldom for much. `flexible` is the share of asks that name a
    length and a latest end, twice the length after the earliest start; all others are fixed. An ask comes up to `ahead`
    days before it begins. `failures` are those of a unit in a year, `maintenance` the windows of a pool in a year, each
    of a quarter of its units for eight hours and declared a month before.
    """

    days: int = 365
    load: float = 0.7
    hours: tuple[int, int] = (6, 90 * 24)
    flexible: float = 0.5
    ahead: int = 30
    tenants: int = 10
    failures: float = 2.0
    repair_hours: int = 24
    maintenance: float = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetTerms:
    """A fleet that is generated: so many alike pools of so many units, shared out to datacenters in turn."""

    accelerator: str = "tpu7x"
    chips_per_unit: int = 64
    pools: int = 2
    units: int = 144
    datacenters: int = 2
    spares: int = 2
