"""The whole turn of a running operator over a fleet at rest: stores, reading, proofs, plan, words; nothing left out.

Pools, reports, datacenters and tenants lie on a server in memory, which takes what the first turns have to write there.
What there is very much of (promises and reservations) comes into the stores through the door as a server sends it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from time import process_time
from typing import Any

import msgspec
from tests.bench.documents import namespaces, pages
from tests.builders import NOW
from tests.simulation.api_server import ApiServer
from tests.simulation.hub import Hub, Planner
from tests.simulation.simulated import START, SimulatedTime

from holdfast.cluster.cache.store import Store
from holdfast.cluster.core_objects import Metadata, Namespace
from holdfast.cluster.leases.lease import microtime
from holdfast.cluster.transport import kinds
from holdfast.cluster.transport.kinds import ServedKind
from holdfast.cluster.transport.wire import page_of
from holdfast.hardware.names import AGENTS_NAMESPACE
from holdfast.planner.state.snapshot import Snapshot

SERVED: dict[str, ServedKind] = {
    kind.plural: kind for kind in (kinds.ACCELERATOR_POOL, kinds.POOL_REPORT, kinds.DATACENTER, kinds.TENANT)
}
MANY = ("capacitypromises", "capacityreservations")
MOST_TURNS = 12


@dataclass(frozen=True, slots=True)
class Looped:
    """An operator that has said and written all there is."""

    planner: Planner

    def turn(self) -> float:
        """CPU seconds of a turn in which nothing has changed."""
        began = process_time()
        moved = self.planner.turn()
        seconds = process_time() - began
        if moved:
            raise AssertionError("something was written in a turn at rest")
        return seconds


def looped(snapshot: Snapshot) -> Looped:
    """The operator after as many turns as it takes until nothing is written any more."""
    hub = _hub()
    planner = Planner(hub, hub.server)
    for plural, body in pages(snapshot):
        if plural in SERVED:
            _serve(hub.server, SERVED[plural], body)
    for site in snapshot.sites:
        beat = {"holderIdentity": "agent", "renewTime": microtime(NOW)}
        meta = {"name": site, "namespace": AGENTS_NAMESPACE}
        hub.server.add(kinds.LEASE, {"metadata": meta, "spec": beat})
    planner.look()
    _fill(planner, snapshot)
    for _ in range(MOST_TURNS):
        if not planner.turn():
            return Looped(planner)
    raise AssertionError(f"no rest after {MOST_TURNS} turns")


def _hub() -> Hub:
    time = SimulatedTime(elapsed=NOW - START)
    return Hub(time, ApiServer(time.epoch))


def _serve(server: ApiServer, kind: ServedKind, page: bytes) -> None:
    for document in msgspec.json.decode(page)["items"]:
        server.add(kind, document)


def _fill(planner: Planner, snapshot: Snapshot) -> None:
    """Let the stores of the many know what a list would have told them."""
    stores: dict[str, Store[Any]] = {store.view.kind.plural: store for store, _ in planner.caches.all()}
    listed: dict[str, list[Any]] = {plural: [] for plural in MANY}
    for plural, body in pages(snapshot):
        if plural in MANY:
            listed[plural] += page_of(stores[plural].view, body)[0].objects
    for plural, objects in listed.items():
        _replace(stores[plural], objects)
    named = namespaces(snapshot).items()
    _replace(
        planner.caches.namespaces,
        [Namespace(Metadata(name=name, labels=labels, resource_version="9")) for name, labels in named],
    )


def _replace(store: Store[Any], objects: Iterable[Any]) -> None:
    store.replace([(store.view.identify(one), one) for one in objects], max(9, store.revision))
