"""What a tenant is told of its units that are not as they should be: which, why, and what becomes of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from holdfast.api.repair import MAX_REPAIRS, UnitRepair
from holdfast.planner.state.ledger import Promise
from holdfast.planner.state.snapshot import Pool, Reservation, Snapshot
from holdfast.planner.status.facts import Held, PoolCount


def repairs(
    snapshot: Snapshot, reservation: Reservation, promise: Promise, counts: Mapping[str, PoolCount]
) -> tuple[UnitRepair, ...]:
    """As many as a status holds, by pool and name; consents that change nothing come last."""
    pools = [snapshot.pools[name] for name in sorted(promise.pools) if name in snapshot.pools]
    found = [_told(pool, one) for pool in pools for one in _ailing(counts[pool.name], promise.uid)]
    return tuple([*found, *_over(snapshot, reservation)][:MAX_REPAIRS])


def _ailing(count: PoolCount, uid: str) -> list[Held]:
    held = count.held.get(uid, ())
    return sorted(
        (one for one in held if one.grant.leaving or one.failed or one.lacks), key=lambda one: one.unit.name
    )


def _told(pool: Pool, one: Held) -> UnitRepair:
    unit, grant, trouble = one.unit, one.grant, one.grant.trouble
    return UnitRepair(
        pool=pool.name,
        unit=unit.name,
        grant=grant.number,
        state="Swapping" if grant.leaving else "Failed" if grant.failed else "Degraded",
        reason=unit.reason,
        hosts=pool.hosts,
        hosts_healthy=max(pool.hosts - unit.lacking, 0),
        since=trouble.since if trouble is not None and trouble.ended is None else None,
        swap_at=None if trouble is None else trouble.swap or trouble.until,
    )


def _over(snapshot: Snapshot, reservation: Reservation) -> Iterator[UnitRepair]:
    """Consents for what the reservation does not have, or has no more."""
    for pool, unit, number in sorted(reservation.repair.consents):
        found = snapshot.pools[pool].ledger.grants.get(unit) if pool in snapshot.pools else None
        if found is None or (found.promise, found.number) != (reservation.uid, number):
            yield UnitRepair(pool=pool, unit=unit, grant=number, state="Over")
