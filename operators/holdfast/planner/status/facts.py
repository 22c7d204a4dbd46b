"""What is true of one promise right now, in numbers, for the words that are said about it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holdfast.planner.state.breaker import CLOSED, Breaker, breaker_of
from holdfast.planner.state.ledger import FAR, Entry, Grant, GrantState, Outage, Promise
from holdfast.planner.state.snapshot import Policy, Pool, Snapshot, Unit


@dataclass(frozen=True, slots=True)
class Facts:
    """`count` units are due, those of a slice that moves once; `granted` are in its hands, `opened` let its pods in,
    a slice as a whole, `working` of those work.

    `blocked` says why the agent of a site holds back one that is granted; empty where none does.
    `lacking` says that some pool has fewer units to give now than it still owes. `outage` is the next maintenance that
    takes units from it, `out` whether one of its units is out now. `failed` of its units count as failed, `asked` of
    these wait for its tenant's answer; `degraded` work with fewer hosts. `outlived` says that one has failed in whose
    place no unit stands, although sound ones are free: it is needed for longer than these are there. `frozen` says that
    nothing is decided of one. `waiting` says that what is granted stays closed until every pool can open, `opening`
    that some of what was granted at first, and works, has not been seen open yet.
    """

    count: int
    granted: int
    opened: int
    working: int
    notice: bool
    lacking: bool
    silent: tuple[str, ...]
    handing_over: bool
    opened_at: dict[str, int]
    blocked: str = ""
    outage: Outage | None = None
    out: bool = False
    failed: int = 0
    asked: int = 0
    degraded: int = 0
    outlived: bool = False
    frozen: bool = False
    waiting: bool = False
    opening: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """One unit in a promise's hands."""

    unit: Unit
    grant: Grant

    @property
    def opened(self) -> bool:
        """Whether it lets its holder's pods in."""
        return self.unit.open_grant == self.grant.number

    @property
    def failed(self) -> bool:
        """Whether it counts as failed and does not work."""
        return self.grant.failed and not self.unit.works

    @property
    def lacks(self) -> bool:
        """Whether it works with fewer hosts."""
        return self.unit.works and self.unit.lacking > 0

    @property
    def asked(self) -> bool:
        """Whether its holder has to answer what becomes of it."""
        return self.failed and not self.grant.leaving


@dataclass(frozen=True, slots=True)
class PoolCount:
    """One pool, counted once for all promises in it.

    `held` are by promise its units; `ready` says in order when the units that could be given out now leave.
    """

    held: Mapping[str, list[Held]]
    ready: Sequence[int]
    handing_over: bool
    breaker: Breaker = CLOSED


def counts_of(snapshot: Snapshot) -> dict[str, PoolCount]:
    """Every pool, as read."""
    return {name: count_of(pool, snapshot.now, snapshot.policy) for name, pool in snapshot.pools.items()}


def count_of(pool: Pool, now: int, policy: Policy) -> PoolCount:
    """One pool, as read."""
    held: dict[str, list[Held]] = {}
    for name, grant in pool.ledger.grants.items():
        if grant.promise is not None and grant.state is GrantState.ACTIVE:
            unit = pool.units.get(name, Unit(name))
            held.setdefault(grant.promise, []).append(Held(unit, grant))
    free = (unit for name, unit in pool.units.items() if name not in pool.ledger.grants)
    there = (unit for unit in free if unit.sound and unit.available <= now)
    ready = sorted(leaves for unit in there if (leaves := _leaves(pool, unit, now)) > now)
    going = any(grant.state is GrantState.RELEASING for grant in pool.ledger.grants.values())
    return PoolCount(held, ready, going, breaker_of(pool, now, policy))


def _leaves(pool: Pool, unit: Unit, now: int) -> int:
    """Until when a free unit could be paid for from now on: it is clear before it is under maintenance."""
    outages = pool.ledger.outages.values()
    ahead = (one.start - pool.clearing for one in outages if one.takes(unit.name, now, FAR))
    return min(unit.retires, pool.lease_end, *ahead)


def facts_of(snapshot: Snapshot, promise: Promise, counts: Mapping[str, PoolCount] | None = None) -> Facts:
    """Count a promise's units over its pools, as read; `counts` are those of `counts_of`."""
    counts = counts_of(snapshot) if counts is None else counts
    pools = [snapshot.pools[name] for name in sorted(promise.pools) if name in snapshot.pools]
    held = [(pool, one) for pool in pools for one in counts[pool.name].held.get(promise.uid, ())]
    entries: list[Entry | None] = [pool.ledger.entries.get(promise.uid) for pool in pools]
    opened_at: dict[str, int] = {}
    for pool, one in held:
        if one.opened:
            opened_at[pool.datacenter] = opened_at.get(pool.datacenter, 0) + 1
    return Facts(
        count=sum(_due(snapshot, promise, name) for name in promise.pools)
        - promise.twice * promise.units_per_slice,
        granted=len(held),
        opened=sum(one.opened for _, one in held) - _apart(held, promise.units_per_slice),
        working=sum(one.opened and (one.unit.works or _may_heal(one)) for _, one in held),
        failed=sum(one.failed for _, one in held),
        asked=sum(one.asked for _, one in held),
        degraded=sum(one.lacks for _, one in held),
        outlived=any(_outlived(counts[pool.name], promise, snapshot.now) for pool in pools),
        frozen=any(one.asked and counts[pool.name].breaker.holds(one.unit) for pool, one in held),
        notice=any(entry is not None and entry.notice for entry in entries),
        waiting=any(entry is not None and entry.waiting for entry in entries),
        opening=any(one.unit.works and one.grant.replaces is None and not one.opened for _, one in held),
        lacking=any(_lacking(counts[pool.name], promise, pool, snapshot.now) for pool in pools),
        silent=tuple(sorted({pool.datacenter for pool in pools if not pool.reachable})),
        handing_over=any(counts[pool.name].handing_over for pool in pools),
        opened_at=opened_at,
        outage=_outage(pools, promise, snapshot.now),
        out=any(
            outage.takes(one.unit.name, snapshot.now, snapshot.now + 1)
            for pool, one in held
            for outage in pool.ledger.outages.values()
        ),
        blocked=next((one.unit.blocked for _, one in held if one.unit.blocked and not one.opened), ""),
    )


def _apart(held: Sequence[tuple[Pool, Held]], size: int) -> int:
    """How many open units are in no whole slice where their site tells of slices: one is taken apart, or formed anew.

    Between the leaving of a replaced cube and its agent's next turn the rest of its slice reads as open, and is going.
    """
    told = Counter((pool.name, one.unit.slice) for pool, one in held if one.unit.slice)
    sites = {pool for pool, _ in told}
    return sum(
        one.opened and pool.name in sites and told[pool.name, one.unit.slice] < size
        for pool, one in held
        if size > 1
    )


def _may_heal(one: Held) -> bool:
    """Whether nobody has judged yet what is wrong with it, because it may pass."""
    return one.grant.keeps and not one.grant.failed and one.unit.heals


def _outage(pools: Sequence[Pool], promise: Promise, now: int) -> Outage | None:
    """The first maintenance that is not over and that goes against this promise."""
    found = [
        one
        for pool in pools
        for one in pool.ledger.outages.values()
        if promise.uid in one.against and one.end > now
    ]
    return min(found, key=lambda one: (one.start, one.end), default=None)


def _due(snapshot: Snapshot, promise: Promise, name: str) -> int:
    pool = snapshot.pools.get(name)
    return promise.due(pool.ledger.entries.get(promise.uid) if pool is not None else None, name, snapshot.now)


def _lacking(count: PoolCount, promise: Promise, pool: Pool, now: int) -> bool:
    """Whether a pool owes this promise more units than it has sound and free ones that outlast it."""
    due = promise.due(pool.ledger.entries.get(promise.uid), pool.name, now)
    missing = due - len(count.held.get(promise.uid, ()))
    return missing > len(count.ready) - bisect_left(count.ready, _until(promise, now))


def _outlived(count: PoolCount, promise: Promise, now: int) -> bool:
    """Whether sound units are free in a pool and none of them lasts as long as one that has failed is needed."""
    held = count.held.get(promise.uid, ())
    replaced = {one.grant.replaces for one in held}
    alone = any(one.failed and one.unit.name not in replaced for one in held)
    return alone and bool(count.ready) and count.ready[-1] < _until(promise, now)


def _until(promise: Promise, now: int) -> int:
    """When the interval of its window ends that runs; of one that is a single one the window itself."""
    ends = (part.end for part in promise.intervals if part.start <= now < part.end)
    return next(ends, promise.end)
