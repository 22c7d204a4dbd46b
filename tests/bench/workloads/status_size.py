"""status-size: how large is what is stored of one open reservation of a million chips over 109 full ledgers?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import msgspec
from tests.bench.documents import pool_document, report_document, reservation_document
from tests.bench.figure import Line, Readings, at_most
from tests.bench.fleet import CUBES, POOLS, Fleet, written
from tests.bench.played import played
from tests.bench.workload import Form, Workload
from tests.builders import DAY, HOUR, NOW, reservation

from holdfast.api.door import dump
from holdfast.hub.document_writer import promise_document
from holdfast.planner.state.ledger import Entry
from holdfast.planner.state.ledger import Form as Span
from holdfast.planner.state.snapshot import Pool, Reservation, Snapshot

CHIPS_OF_A_CUBE = 64
BEHIND = 100
"""Days during which the fleet belongs to the one reservation; all else begins after them."""
HOST_NAME = "gke-lake-mariner-tpu7x-000-cube-000-00000000-0000"


def _later(snapshot: Snapshot) -> Snapshot:
    """The same world with every promise so many days later, none of it open."""
    seconds = (BEHIND + 31) * DAY
    promises = {
        uid: replace(one, start=one.start + seconds, end=one.end + seconds)
        for uid, one in snapshot.promises.items()
    }
    asks = {
        uid: replace(one, window=replace(one.window, start=promises[uid].start, end=promises[uid].end))
        for uid, one in snapshot.reservations.items()
    }
    pools = {name: _pool_later(pool, seconds) for name, pool in snapshot.pools.items()}
    return replace(snapshot, promises=promises, reservations=asks, pools=pools)


def _pool_later(pool: Pool, seconds: int) -> Pool:
    def moved(form: Span) -> Span:
        return replace(form, start=form.start + seconds, end=form.end + seconds)

    entries: dict[str, Entry] = {
        uid: replace(one, form=moved(one.form)) for uid, one in pool.ledger.entries.items()
    }
    return replace(pool, ledger=replace(pool.ledger, entries=entries))


def _sizes(snapshot: Snapshot, ask: Reservation) -> dict[str, int]:
    """Bytes of the largest object of each kind, as JSON."""
    one = promise_document(snapshot.promises[ask.uid], "1")
    kinds = {
        "pool with its ledger": [pool_document(pool) for pool in snapshot.pools.values()],
        "report of a pool": [report_document(pool) for pool in snapshot.pools.values()],
        "promise": [dump(one)],
        "reservation with its status": [reservation_document(snapshot.reservations[ask.uid])],
    }
    return {kind: max(len(msgspec.json.encode(each)) for each in all_) for kind, all_ in kinds.items()}


def _measure(form: Form) -> Iterator[Readings]:
    fleet = Fleet(form.of(POOLS * BEHIND, 40), form.pools)
    world = played(_later(written(fleet)))
    count = min(1_000_000 // CHIPS_OF_A_CUBE, form.pools * CUBES)
    ask = reservation(
        "one/all", topology="4x4x4", count=count, end=NOW + BEHIND * DAY - HOUR, across_datacenters=True
    )
    world.ask(ask)
    world.rest()
    world.speak(world.turn().plan)
    sizes = _sizes(world.snapshot, world.snapshot.reservations[ask.uid])
    hosts = count * CHIPS_OF_A_CUBE // 4
    listed = (float(hosts * (len(HOST_NAME) + 3)) / 1_000,)
    yield Readings("largest object", (max(sizes.values()) / 1_000,), listed)
    for kind, size in sizes.items():
        yield Readings(kind, (size / 1_000,))


STATUS_SIZE = Workload(
    "status-size",
    "an open reservation of 1,000,000 chips on 109 pools with 100 promises each",
    (
        Line("largest object", "kB", at_most(100.0), peer="a list of its hosts"),
        Line("pool with its ledger", "kB"),
        Line("report of a pool", "kB"),
        Line("promise", "kB"),
        Line("reservation with its status", "kB"),
    ),
    _measure,
)
