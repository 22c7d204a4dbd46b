"""The next instant at which time alone changes something: a window opens or ends, notice is due, supply comes."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.planner.ledger import FAR, GrantState
from holdfast.planner.snapshot import Pool, Snapshot


def next_instant(snapshot: Snapshot) -> int | None:
    """The earliest such instant after now, or None."""
    later = (instant for instant in _instants(snapshot) if snapshot.now < instant < FAR)
    return min(later, default=None)


def _instants(snapshot: Snapshot) -> Iterator[int]:
    for promise in snapshot.promises.values():
        if not promise.ending:
            yield from (promise.start, promise.end)
            for name in promise.pools:
                if name in snapshot.pools:
                    yield promise.end - snapshot.pools[name].drain_lead
    for reservation in snapshot.reservations.values():
        window = reservation.window
        yield from (instant for instant in (window.start, window.end, window.earliest) if instant is not None)
    for pool in snapshot.pools.values():
        yield from _instants_of(pool)


def _instants_of(pool: Pool) -> Iterator[int]:
    for unit in pool.units.values():
        yield from (unit.available, unit.retires)
    for entry in pool.ledger.entries.values():
        yield from (form.end for form in entry.forms)
    for grant in pool.ledger.grants.values():
        if grant.state is not GrantState.ACTIVE:
            yield grant.since + pool.clearing
