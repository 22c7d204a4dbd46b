"""A pool in numbers, as its ledger tells people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capacity:
    """A pool in numbers of units at one instant, for people.

    total = declared and delivered, healthy = can be given out or serve, promised = due to promises now,
    spare and free = healthy and due to nobody, deficit = due beyond what can be delivered now. `deficit_ahead` is
    the most that windows still to begin will be short of at one instant, `deficit_from` the first such beginning.
    """

    total: int
    healthy: int
    promised: int
    free: int
    spare: int
    deficit: int
    deficit_ahead: int = 0
    deficit_from: int | None = None
