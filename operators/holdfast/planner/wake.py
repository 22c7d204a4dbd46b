"""The next instant at which time alone changes something: a window opens or ends, notice is due, supply comes.

Asked of one pool, one page of promises, one ask at a time, and kept as long as that is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from holdfast.api.bounds import REPLACEMENT_WINDOW_SECONDS
from holdfast.planner.state.breaker import KNOWN_SECONDS, known_from
from holdfast.planner.state.ledger import FAR, GrantState, Promise
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Maintenance, Policy, Pool, Reservation, Tenant
from holdfast.planner.state.steps import Hold, MaintenanceAnswer
from holdfast.planner.upkeep.handback import notices
from holdfast.planner.upkeep.health import calm_from, instants_of


def next_of(instants: Iterable[int], now: int) -> int:
    """The earliest of some instants after now; FAR where there is none."""
    return min((instant for instant in instants if now < instant), default=FAR)


def sooner(*instants: int | None) -> int | None:
    """The first of those there are."""
    return min((instant for instant in instants if instant is not None), default=None)


def of_promises(promises: Iterable[Promise], policy: Policy) -> Iterator[int]:
    """Of each its window, or the end of its record."""
    for promise in promises:
        if promise.ended_at is not None:
            yield promise.ended_at + policy.record
        if not promise.ending:
            yield from (edge for part in promise.paid for edge in (part.start, part.end))
            yield promise.end


def of_ask(
    reservation: Reservation, tenant: Tenant | None, hold: Hold | None, policy: Policy
) -> Iterator[int]:
    """Its bounds, when it becomes too late for it, and when its end comes within its tenant's horizon."""
    window = reservation.window
    yield from (instant for instant in (window.start, window.end, window.earliest) if instant is not None)
    if window.end is not None:
        yield window.end - policy.shortest + 1
    for part in window.parts:
        yield from (part.start, part.end - policy.shortest + 1)
    if window.duration is not None and window.latest is not None:
        yield window.latest - window.duration + 1
    if tenant is None:
        return
    ends = [window.end, window.latest]
    if window.duration is not None:
        ends += [
            start + window.duration for start in (window.earliest, hold and hold.earliest_start) if start
        ]
    yield from (end - tenant.horizon for end in ends if end is not None)


def of_returns(reservation: Reservation, returns: Iterable[int]) -> Iterator[int]:
    """When units that are back so many seconds from now, always, begin to fall short of what it asks for."""
    window = reservation.window
    edges = [edge for edge in (window.start, window.end) if edge is not None]
    yield from (edge - after + 1 for after in returns for edge in edges)


def of_maintenance(asked: Maintenance, answer: MaintenanceAnswer | None) -> Iterator[int]:
    """When it begins and is over, and the starts that it was told of: each is told only as long as it is ahead."""
    yield from (asked.start, asked.end)
    if answer is not None:
        yield from (start + 1 for start in answer.next_starts)


def of_pool(
    pool: Pool, sheet: Sheet | None, promises: Mapping[str, Promise], policy: Policy
) -> Iterator[int]:
    """Deliveries, departures, maintenance, ends of demand, notices, hand-backs, ends of dwell, what becomes known, and
    the end of a pause between replacements.

    Where units come back some time from now, whatever begins or ends is noticed so much earlier too, as it comes within
    that time and a second later as it falls short of it; `sheet` says how long, None where the pool is left alone.
    """
    yield from (pool.ledger.as_of - policy.max_skew, pool.lease_end + pool.clearing)
    for unit in pool.units.values():
        yield from (unit.available, unit.retires, unit.retires + pool.clearing, unit.repaired_until)
    for grant in pool.ledger.grants.values():
        if grant.state is not GrantState.ACTIVE:
            yield from (grant.since + pool.clearing, calm_from(grant.trouble))
        elif grant.trouble is not None:
            yield from instants_of(grant.trouble, pool)
        yield from known_from(grant)
    yield from (since + KNOWN_SECONDS for since in pool.ledger.idle_out.values())
    yield from (at + REPLACEMENT_WINDOW_SECONDS for at in pool.ledger.replaced)
    for outage in pool.ledger.outages.values():
        yield from (outage.start, outage.end)
    moving = sheet.worked_out().moving if sheet is not None else ()
    ahead = {0, *(one.after - late for one in moving for late in (0, 1))}
    yield from (edge - one.after for one in moving for edge in (one.start, one.end))
    for uid, entry in pool.ledger.entries.items():
        yield from (
            edge - after
            for form in entry.forms
            for part in form.needs()
            for edge in (part.start, part.end - form.clearing, part.end)
            for after in ahead
        )
        promise = promises.get(uid)
        if promise is not None and not promise.ending:
            yield from chain.from_iterable(notices(promise, entry, pool))
