"""What is true of one promise right now, in numbers, for the words that are said about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.planner.state.ledger import Entry, GrantState, Promise
from holdfast.planner.state.snapshot import Pool, Snapshot, Unit


@dataclass(frozen=True, slots=True)
class Facts:
    """`count` units are due; `granted` are in its hands, `opened` let its pods in, `working` of those work.

    `blocked` says why the agent of a site holds back one that is granted; empty where none does.
    `lacking` says that some pool has fewer units to give now than it still owes.
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


def facts_of(snapshot: Snapshot, promise: Promise) -> Facts:
    """Count a promise's units over its pools, as read."""
    pools = [snapshot.pools[name] for name in sorted(promise.pools) if name in snapshot.pools]
    held = [(pool, unit, opened) for pool in pools for unit, opened in _units(pool, promise.uid)]
    entries: list[Entry | None] = [pool.ledger.entries.get(promise.uid) for pool in pools]
    opened_at: dict[str, int] = {}
    for pool, _, opened in held:
        if opened:
            opened_at[pool.datacenter] = opened_at.get(pool.datacenter, 0) + 1
    return Facts(
        count=sum(promise.pools.values()),
        granted=len(held),
        opened=sum(opened for _, _, opened in held),
        working=sum(opened and unit.works for _, unit, opened in held),
        notice=any(entry is not None and entry.notice for entry in entries),
        lacking=any(_lacking(snapshot.now, pool, promise) for pool in pools),
        silent=tuple(sorted({pool.datacenter for pool in pools if not pool.reachable})),
        handing_over=any(_handing_over(pool) for pool in pools),
        opened_at=opened_at,
        blocked=next((unit.blocked for _, unit, opened in held if unit.blocked and not opened), ""),
    )


def _units(pool: Pool, uid: str) -> Iterator[tuple[Unit, bool]]:
    for name, grant in pool.ledger.grants.items():
        if grant.promise == uid and grant.state is GrantState.ACTIVE:
            unit = pool.units.get(name, Unit(name))
            yield unit, unit.open_grant == grant.number


def _lacking(now: int, pool: Pool, promise: Promise) -> bool:
    """Whether a pool owes this promise more units than it has sound and free ones that outlast it."""
    missing = promise.pools[pool.name] - sum(1 for _ in _units(pool, promise.uid))
    ready = sum(
        unit.sound and unit.available <= now and min(unit.retires, pool.lease_end) >= promise.end
        for name, unit in pool.units.items()
        if name not in pool.ledger.grants
    )
    return missing > ready


def _handing_over(pool: Pool) -> bool:
    return any(grant.state is GrantState.RELEASING for grant in pool.ledger.grants.values())
