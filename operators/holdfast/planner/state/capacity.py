"""A pool in numbers, as its ledger tells people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capacity:
    """A pool in numbers of units at one instant, for people.

    total = declared and delivered, healthy = can be given out or serve, promised = due to promises now,
    spare and free = healthy and due to nobody, deficit = due beyond what can be delivered now, by name: a unit that
    leaves within a window does not serve it. `deficit_ahead` is the most that promises will lack at one instant still
    to come, `deficit_from` the first such instant.
    """

    total: int
    healthy: int
    promised: int
    free: int
    spare: int
    deficit: int
    deficit_ahead: int = 0
    deficit_from: int | None = None
