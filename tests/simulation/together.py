"""Calls made together, as a server sees them: in any order, and a failure stops those that had not yet begun."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random  # noqa: TID251 - seeded, and only here
from typing import TypeVar

from holdfast.cluster.transport.errors import ClusterError
from holdfast.hub.calls_in_flight import MOST

T = TypeVar("T")


class Jumbled:
    """As calls_in_flight.InFlight, in an order drawn from its seed; up to seven others go on beside one that fails."""

    def __init__(self, seed: str) -> None:
        self._chance = Random(seed)

    def __call__(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        """As Together."""
        made: dict[int, T] = {}
        failed: ClusterError | None = None
        beside = self._chance.randrange(MOST)
        for place in self._chance.sample(range(len(calls)), len(calls)):
            if failed is not None and not beside:
                break
            beside -= failed is not None
            try:
                made[place] = calls[place]()
            except ClusterError as error:
                failed = failed or error
        if failed is not None:
            raise failed
        return [made[place] for place in range(len(calls))]
