"""A fleet at rest, in the planner's records: 109 pools of 144 cubes in three datacenters, with so many live promises.

Every promise is committed and lies in one pool; those whose window has begun hold open units. Made by filling each
pool from the trace, then by the planner's own turns until it writes nothing more.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from tests.bench.played import Played, played
from tests.bench.trace import DENSE, FITS_WHOLE, HOURS_OF_A_YEAR, WHOLE, Asked, trace
from tests.builders import DAY, HOUR, NOW, pool, promise, reservation, tenant, tenant_of
from tests.builders import entry as entry_of

from holdfast.frozen.records import Records
from holdfast.planner.state.ledger import Entry, Ledger, Promise
from holdfast.planner.state.snapshot import Pool, Reservation, Site, Snapshot

POOLS, CUBES = 109, 144
SITES = ("abernathy", "lake-mariner", "sweetwater")
IN_A_SITE = 36
BEGUN_HOURS = 30 * 24
"""So long before now the calendar begins: windows that are open are among the live ones."""
CLEARING = 60
"""Seconds of each ask's hours in which its units are cleared: the next may begin on the full hour."""
TENANTS = 20
CHIPS = 10**7
"""Of each tenant's contract: never what an ask waits for."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """How large a world is. Until `full_hours` from now every pool is taken wholly; `live` promises in all."""

    live: int
    pools: int = POOLS
    seed: int = 1
    full_hours: int = 0


@dataclass(frozen=True, slots=True)
class Live:
    """One live promise with its reservation and its entry in one pool."""

    reservation: Reservation
    promise: Promise
    entry: Entry


def at_rest(fleet: Fleet) -> Played:
    """The world once the planner has nothing more to write in it."""
    world = played(written(fleet))
    world.rest()
    return world


def written(fleet: Fleet) -> Snapshot:
    """The world as it lies in the ledgers, before this planner's first turn."""
    pools: dict[str, Pool] = {}
    lives: list[Live] = []
    for number in range(fleet.pools):
        made, inside = _filled(fleet, number)
        pools[made.name] = made
        lives += inside
    names = [*(f"tenant-{n:02d}" for n in range(TENANTS)), "full", "one", "crowd"]
    return Snapshot(
        now=NOW,
        epoch=1,
        attempt="b0",
        pools=pools,
        reservations=Records.of({one.reservation.uid: one.reservation for one in lives}),
        promises=Records.of({one.promise.uid: one.promise for one in lives}),
        tenants={tenant_of(name): tenant(name, CHIPS, namespaces=(name,)) for name in names},
        sites={name: Site(name) for name in SITES},
    )


def pool_name(number: int) -> str:
    """The n-th pool; the first 36 are in the first datacenter, and so on."""
    site = SITES[min(number // IN_A_SITE, len(SITES) - 1)]
    return f"{site}.tpu7x-{number:03d}"


def _filled(fleet: Fleet, number: int) -> tuple[Pool, list[Live]]:
    """One pool, and what lives in it."""
    name, used = pool_name(number), np.zeros(HOURS_OF_A_YEAR, dtype=np.int64)
    inside = [
        _live(name, f"tenant-{(number + n) % TENANTS:02d}/r{number:03d}-{n:03d}", asked)
        for n, asked in enumerate(_fitting(fleet, number, used))
    ]
    if fleet.full_hours:
        inside += _filling(name, number, used, fleet.full_hours)
    entries = {one.promise.uid: one.entry for one in inside}
    return replace(
        pool(name, CUBES), ledger=Ledger(epoch=1, entries=entries, sealed=True), sealed=True
    ), inside


def _fitting(fleet: Fleet, number: int, used: NDArray[np.int64]) -> Iterator[Asked]:
    """This pool's share of asks out of its own trace, without those that are over or do not fit any more."""
    share = fleet.live // fleet.pools + (number < fleet.live % fleet.pools)
    bounds = WHOLE if share <= FITS_WHOLE else DENSE
    for asked in trace(fleet.seed * 1_000 + number, bounds):
        if not share:
            return
        span = used[asked.start : asked.start + asked.hours]
        live = asked.start + asked.hours > BEGUN_HOURS
        if live and int(span.max()) + asked.units <= CUBES:
            span += asked.units
            share -= 1
            yield asked


def _filling(name: str, number: int, used: NDArray[np.int64], hours: int) -> Iterator[Live]:
    """What is left of the pool from the calendar's beginning until `hours` from now, piece by piece."""
    until = BEGUN_HOURS + hours
    edges = [0, *(np.flatnonzero(np.diff(used[:until])) + 1).tolist(), until]
    for n, (start, end) in enumerate(itertools.pairwise(edges)):
        left = CUBES - int(used[start])
        if left and end > BEGUN_HOURS:
            yield _live(name, f"full/f{number:03d}-{n:03d}", Asked(left, start, end - start))


def _live(pool_of: str, label: str, asked: Asked) -> Live:
    start = NOW + (asked.start - BEGUN_HOURS) * HOUR
    over = start + asked.hours * HOUR
    end, created = over - CLEARING, NOW - 31 * DAY
    one = reservation(label, topology="4x4x4", start=start, end=end, count=asked.units, created=created)
    committed = replace(
        promise(label, created=created, start=start, end=end, pools={pool_of: asked.units}),
        topology="4x4x4", slices=asked.units, requested_slices=asked.units, units_per_slice=1,
    )  # fmt: skip
    return Live(one, committed, entry_of(label, asked.units, start=start, end=over)[1])
