"""What the newest spec asks and cannot have any more, and how much of its window has been lost: from stored facts."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.api.reasons import Reason
from holdfast.hardware.instants import text_of
from holdfast.planner.state.ledger import Promise
from holdfast.planner.state.snapshot import Reservation, Snapshot
from holdfast.planner.state.steps import Hold


def lost_seconds(promise: Promise, reservation: Reservation) -> int:
    """How much of a fixed window had passed when it was promised; a start before creation counts as creation.

    Of several intervals what had passed of each; the time between them is no part of the window. Decided from spec,
    creationTimestamp and promise alone, whoever was at fault.
    """
    window, created = reservation.window, reservation.created
    if window.parts:
        passed = (min(part.end, promise.start) - max(part.start, created) for part in window.parts)
        return sum(max(0, seconds) for seconds in passed)
    if window.start is None or window.end is None:
        return 0
    return max(0, promise.start - max(window.start, created))


def frozen_field(snapshot: Snapshot, reservation: Reservation, promise: Promise) -> Hold | None:
    """Fields of the spec that can no longer change, since the window has begun; None where none was changed."""
    if snapshot.now < promise.start:
        return None
    found = "; ".join((*_moved_start(reservation, promise), *_moved_place(snapshot, reservation, promise)))
    return Hold(Reason.WINDOW_BEGUN, found) if found else None


def _moved_start(reservation: Reservation, promise: Promise) -> Iterator[str]:
    window = reservation.window
    start = None if window.parts else window.start or window.earliest
    if start is not None and start > promise.start:
        yield f"the window began at {text_of(promise.start)}, so its start cannot move to {text_of(start)}"


def _moved_place(snapshot: Snapshot, reservation: Reservation, promise: Promise) -> Iterator[str]:
    known = (snapshot.pools[name].datacenter for name in promise.pools if name in snapshot.pools)
    elsewhere = sorted(set(known) - set(reservation.datacenters))
    if reservation.datacenters and elsewhere:
        yield f"the window has begun, so units in {', '.join(elsewhere)} stay there whatever placement says now"
