"""What is new since the last turn, and whom a turn must therefore look at. All others would decide nothing.

Upkeep of a pool rests on the pool's record, on the promises that have an entry in it or name it, on the maintenance
asked for it, on what the holders of its units say of repairs, and on time. So a pool is looked at if its record is
another one, if such a promise or maintenance window is another one, if such a holder says another thing, or once its
next instant has come. The same goes for a promise, with the pools it lies in. Whoever had something decided in the last
turn is looked at again, since a step may have come to nothing. Looking at more than needed costs time and changes
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from holdfast.frozen.records import Records
from holdfast.planner.state.ledger import Promise
from holdfast.planner.state.recall import Known, Recall, Subject
from holdfast.planner.state.snapshot import Repair, Snapshot


@dataclass(frozen=True, slots=True)
class News:
    """Whom to look at: names of pools, uids of promises and of asks; `promised` are the promises that are others.

    `moved` are the types and tenants of which something is another; `everything` says that nothing was remembered, or
    that what was is of no use.
    """

    pools: frozenset[str]
    promises: frozenset[str]
    promised: frozenset[str]
    asks: frozenset[str]
    moved: frozenset[Subject]
    everything: bool


def known_of(snapshot: Snapshot) -> Known:
    """What a turn sees, for the next one to compare."""
    return Known(
        snapshot.now,
        snapshot.pools,
        Records.of(snapshot.promises),
        Records.of(snapshot.reservations),
        snapshot.tenants,
        snapshot.maintenance,
        frozenset(snapshot.refused),
    )


def news_of(snapshot: Snapshot, now: Known, recall: Recall) -> News:
    """Compare what is seen now with what was seen before."""
    before = recall.seen
    if before is None or before.refused != now.refused or now.now < before.now or _rebuilt(before, now):
        return _all_of(now)
    pools = _others(now.pools, before.pools)
    promised = now.promises.new_since(before.promises)
    asks = now.reservations.new_since(before.reservations)
    pools_due = {name for name, due in recall.due.items() if due <= snapshot.now}
    looked = promised | asks | snapshot.gone | recall.restless | _due(now.promises, recall, snapshot.now)
    for uid in promised | recall.restless:
        pools_due.update(_pools_of(uid, now, before))
    pools_due |= _maintained(snapshot, now, before)
    for uid in asks:
        if _terms(uid, now) != _terms(uid, before):
            pools_due.update(_pools_of(uid, now, before))
    to_see = (pools | pools_due | recall.restless_pools) & now.pools.keys()
    for name in to_see | pools:
        looked.update(
            uid for side in (now, before) if name in side.pools for uid in side.pools[name].ledger.entries
        )
    return News(
        pools=frozenset(to_see),
        promises=frozenset(uid for uid in looked if uid in now.promises),
        promised=frozenset(promised),
        asks=frozenset(asks),
        moved=frozenset(_moved(pools, promised, before, now)),
        everything=False,
    )


def _all_of(now: Known) -> News:
    promises = frozenset(now.promises)
    return News(
        frozenset(now.pools), promises, promises, frozenset(now.reservations), frozenset(), everything=True
    )


def _rebuilt(before: Known, now: Known) -> bool:
    """Whether a pool's units have come to count otherwise, of which whole contracts are made up; it is rare."""
    sizes = {name: pool.chips_per_unit for name, pool in before.pools.items()}
    return sizes != {name: pool.chips_per_unit for name, pool in now.pools.items()}


def _terms(uid: str, side: Known) -> Repair | None:
    """What a tenant has said of repairs."""
    ask = side.reservations.get(uid)
    return None if ask is None else ask.repair


def _maintained(snapshot: Snapshot, now: Known, before: Known) -> set[str]:
    """The pools of maintenance windows that are others, and those that carry one which is proven gone."""
    others = _others(now.maintenance, before.maintenance)
    asked = {
        side.maintenance[uid].pool for uid in others for side in (now, before) if uid in side.maintenance
    }
    carry = {name for name, pool in now.pools.items() if not snapshot.gone.isdisjoint(pool.ledger.outages)}
    return asked | carry


def _others(now: Mapping[str, object], before: Mapping[str, object]) -> set[str]:
    return {name for name in now.keys() | before.keys() if now.get(name) is not before.get(name)}


def _due(promises: Records[str, Promise], recall: Recall, now: int) -> set[str]:
    """The promises in pages whose instant has come."""
    if min(recall.pages) > now:
        return set()
    places = (place for place, due in enumerate(recall.pages) if due <= now)
    return {uid for place in places for uid in promises.pages[place]}


def _pools_of(uid: str, now: Known, before: Known) -> set[str]:
    """Where a promise has an entry, and where it was and is due by its object."""
    found = {name for name, pool in now.pools.items() if uid in pool.ledger.entries}
    for side in (now, before):
        if uid in side.promises:
            found.update(side.promises[uid].pools)
    return found


def _moved(pools: Iterable[str], promised: Iterable[str], before: Known, now: Known) -> set[Subject]:
    """The pools by their type; tenants by their promises and their contracts."""
    kinds = {side.pools[name].accelerator for name in pools for side in (before, now) if name in side.pools}
    tenants = {
        side.promises[uid].tenant for uid in promised for side in (before, now) if uid in side.promises
    }
    tenants.update(name for name in now.tenants.keys() | before.tenants.keys() if _renewed(name, before, now))
    return {("pools", kind) for kind in kinds} | {("tenant", name) for name in tenants}


def _renewed(name: str, before: Known, now: Known) -> bool:
    """Whether a tenant came, went, or has another contract."""
    old, new = before.tenants.get(name), now.tenants.get(name)
    if old is None or new is None:
        return old is not new
    return (old.chips, old.horizon) != (new.chips, new.horizon)
