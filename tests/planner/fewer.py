"""I3 of several intervals: none of them has fewer slices by an amendment than its tenant asks for and had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from holdfast.hardware.instants import SHORTEST_WINDOW_SECONDS
from holdfast.planner.state.ledger import Part, Promise
from holdfast.planner.state.snapshot import Reservation


def fewer_in_an_interval(old: Promise, new: Promise, ask: Reservation, now: int) -> Iterator[str]:
    """Where an interval begins, in force or asked for, or runs now: between these instants nothing changes.

    Of what has not begun, an interval asked for that is too short by now to be worth promising is not owed.
    """
    edges = {max(part.start, now) for part in (*old.paid, *ask.window.parts) if part.end > now}
    least = 0 if old.start <= now else SHORTEST_WINDOW_SECONDS
    for at in edges:
        asked = [part for part in _parts_of(ask) if part.end - max(part.start, now) >= least]
        if _slices_at(new, at) < min(_slices_at(old, at), _count_at(asked, at)):
            yield f"I3: {old.label} has fewer slices at {at} than its tenant asks for and had"


def _slices_at(promise: Promise, instant: int) -> int:
    return _count_at(promise.intervals or (Part(promise.start, promise.end, promise.slices),), instant)


def _parts_of(ask: Reservation) -> Sequence[Part]:
    return ask.window.parts or (Part(ask.window.start or 0, ask.window.end or 0, ask.count),)


def _count_at(parts: Iterable[Part], instant: int) -> int:
    return sum(part.count for part in parts if part.start <= instant < part.end)
