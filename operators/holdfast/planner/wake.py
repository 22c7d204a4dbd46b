"""The next instant at which time alone changes something: a window opens or ends, notice is due, supply comes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from holdfast.planner.state.ledger import FAR, GrantState, Promise
from holdfast.planner.state.snapshot import Policy, Pool, Reservation, Snapshot
from holdfast.planner.state.steps import Hold
from holdfast.planner.upkeep.handback import notice_at


def next_instant(snapshot: Snapshot, holds: Mapping[str, Hold]) -> int | None:
    """The earliest such instant after now, or None. `holds` are this turn's answers."""
    later = (instant for instant in _instants(snapshot, holds) if snapshot.now < instant < FAR)
    return min(later, default=None)


def sooner(*instants: int | None) -> int | None:
    """The first of those there are."""
    return min((instant for instant in instants if instant is not None), default=None)


def _instants(snapshot: Snapshot, holds: Mapping[str, Hold]) -> Iterator[int]:
    for promise in snapshot.promises.values():
        yield from _of_promise(snapshot, promise)
    for reservation in snapshot.reservations.values():
        yield from _of_ask(snapshot, reservation, holds.get(reservation.uid))
    for pool in snapshot.pools.values():
        yield from _of_pool(pool, snapshot.policy)


def _of_promise(snapshot: Snapshot, promise: Promise) -> Iterator[int]:
    """Its window, the notice of its end, the end of its record."""
    if promise.ended_at is not None:
        yield promise.ended_at + snapshot.policy.record
    if promise.ending:
        return
    yield from (promise.start, promise.end)
    for name in promise.pools:
        if name in snapshot.pools:
            yield notice_at(promise, snapshot.pools[name])


def _of_ask(snapshot: Snapshot, reservation: Reservation, hold: Hold | None) -> Iterator[int]:
    """Its bounds, when it becomes too late for it, and when its end comes within its tenant's horizon."""
    window = reservation.window
    yield from (instant for instant in (window.start, window.end, window.earliest) if instant is not None)
    if window.end is not None:
        yield window.end - snapshot.policy.shortest + 1
    if window.duration is not None and window.latest is not None:
        yield window.latest - window.duration + 1
    tenant = snapshot.tenants.get(reservation.tenant or "")
    if tenant is None:
        return
    ends = [window.end, window.latest]
    if window.duration is not None:
        ends += [
            start + window.duration for start in (window.earliest, hold and hold.earliest_start) if start
        ]
    yield from (end - tenant.horizon for end in ends if end is not None)


def _of_pool(pool: Pool, policy: Policy) -> Iterator[int]:
    """Deliveries, departures, ends of demand, hand-backs, and the end of a pause between replacements."""
    yield from (pool.ledger.as_of - policy.max_skew, pool.lease_end + pool.clearing)
    for unit in pool.units.values():
        yield from (unit.available, unit.retires, unit.retires + pool.clearing)
    for entry in pool.ledger.entries.values():
        yield from (edge for form in entry.forms for edge in (form.start, form.end))
    for grant in pool.ledger.grants.values():
        if grant.state is not GrantState.ACTIVE:
            yield grant.since + pool.clearing
        if grant.replaces is not None:
            yield grant.since + policy.replacement_window
