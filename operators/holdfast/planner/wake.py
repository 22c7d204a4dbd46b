"""The next instant at which time alone changes something: a window opens or ends, notice is due, supply comes.

Asked of one pool, one page of promises, one ask at a time, and kept as long as that is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from holdfast.api.bounds import REPLACEMENT_WINDOW_SECONDS
from holdfast.planner.state.breaker import KNOWN_SECONDS, known_from
from holdfast.planner.state.calendar import Presence
from holdfast.planner.state.ledger import FAR, Grant, GrantState, Promise
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
    """Its bounds, when it becomes too late for it, when its end comes within its tenant's horizon, what it was told."""
    window = reservation.window
    if hold is not None and hold.again is not None:
        yield hold.again
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
    """What makes its calendar another, and notices, ends of dwell, what becomes known, the end of a pause between
    replacements, and that of its lease: from then on nothing is free.

    Where units come back some time from now, whatever begins or ends is noticed so much earlier too, as it comes within
    that time and a second later as it falls short of it; `sheet` says how long, None where the pool is left alone.
    """
    moving = sheet.worked_out().moving if sheet is not None else ()
    yield from (pool.ledger.as_of - policy.max_skew, pool.lease_end)
    yield from of_calendar(pool, moving)
    for grant in pool.ledger.grants.values():
        yield from _of_grant(grant, pool)
    yield from (since + KNOWN_SECONDS for since in pool.ledger.idle_out.values())
    yield from (at + REPLACEMENT_WINDOW_SECONDS for at in pool.ledger.replaced)
    ahead = {one.after - late for one in moving for late in (0, 1)}
    yield from (edge - after for edge in (_edges(pool) if ahead else ()) for after in ahead)
    for uid, entry in pool.ledger.entries.items():
        promise = promises.get(uid)
        if promise is not None and not promise.ending:
            yield from chain.from_iterable(notices(promise, entry, pool))


def of_calendar(pool: Pool, moving: Iterable[Presence]) -> Iterator[int]:
    """Deliveries, departures, hand-backs, maintenance, ends of demand; `moving` are units that move with the clock."""
    yield pool.lease_end + pool.clearing
    yield from _of_units(pool)
    grants = pool.ledger.grants.values()
    yield from (one.since + pool.clearing for one in grants if one.state is not GrantState.ACTIVE)
    for outage in pool.ledger.outages.values():
        yield from (outage.start, outage.end)
    yield from (edge - one.after for one in moving for edge in (one.start, one.end))
    yield from _edges(pool)


def _of_units(pool: Pool) -> set[int]:
    """Of all units together: most of them come and go with others."""
    units = pool.units.values()
    leaving = {unit.retires for unit in units}
    coming = {unit.available for unit in units} | {unit.repaired_until for unit in units}
    return coming | leaving | {retires + pool.clearing for retires in leaving}


def _of_grant(grant: Grant, pool: Pool) -> Iterator[int]:
    if grant.state is not GrantState.ACTIVE:
        yield calm_from(grant.trouble)
    elif grant.trouble is None:
        return  # so it is with nearly all
    else:
        yield from instants_of(grant.trouble, pool)
    yield from known_from(grant)


def _edges(pool: Pool) -> set[int]:
    """When what is entered begins and ends, part by part."""
    forms = [form for entry in pool.ledger.entries.values() for form in entry.forms]
    steps = [(part, form.clearing) for form in forms if form.parts for part in form.needs()]
    return {
        *(form.start for form in forms),
        *(form.end for form in forms),
        *(instant for part, clearing in steps for instant in (part.start, part.end - clearing, part.end)),
    }
