"""Lives through what was drawn: from instant to instant at which something happens or time alone changes something."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from holdfast.forecast.events import Event
from holdfast.forecast.hub import MemoryHub
from holdfast.forecast.tally import Forecast, Tally, outcome_of
from holdfast.planner.state.ledger import FAR
from holdfast.planner.state.snapshot import Reservation, Snapshot

Told = Callable[[int], None]
"""Told of each instant that has been lived through."""


def live(seen: Snapshot, happening: Sequence[Event], end: int, told: Told = lambda _: None) -> Forecast:
    """The outcome of all that happens from the snapshot's instant until `end` (epoch seconds)."""
    hub, tally, now, coming = MemoryHub(seen), Tally(seen.now), seen.now, list(reversed(happening))
    while now < end:
        while coming and coming[-1][0] <= now:
            _, event = coming.pop()
            hub.happens(event)
            if isinstance(event, Reservation):
                tally.asks(event)
        made = hub.decide(now)
        hub.forgets(now)
        tally.promised(hub.seen, hub.seen.promises.values())
        wake = made.wake_at if made.wake_at is not None else FAR
        following = min(coming[-1][0] if coming else FAR, max(wake, now + 1), end)
        tally.passes(hub.seen, now, following)
        now = following
        told(now)
    return outcome_of(tally)
