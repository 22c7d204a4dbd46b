"""What is really stored at this instant, parsed: kept up to date change by change, and read by the checks only.

Nothing of it is seen by a planner or an agent; they have their caches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from tests.simulation.storage import Document, Entry, Storage

from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.api.report import PoolReport
from holdfast.api.reservation import CapacityReservation
from holdfast.audit.picture import Picture, SitePicture
from holdfast.cluster.core_objects import Node
from holdfast.cluster.holdfast_objects import (
    POOLS,
    PROMISES,
    REPORTS,
    RESERVATIONS,
)
from holdfast.cluster.transport import kinds
from holdfast.cluster.transport.objects import View
from holdfast.hub.record_reader import reservation_of
from holdfast.planner.state.snapshot import Reservation

_VIEWS: dict[str, View[Any]] = {view.kind.plural: view for view in (POOLS, PROMISES, REPORTS, RESERVATIONS)}


def read(plural: str, document: Document) -> Any:
    """A stored document as a record."""
    return _VIEWS[plural].decode(msgspec.json.encode(document))


@dataclass
class Truth:
    """The hub by kind, as it is stored; `now` gives the epoch second."""

    now: Callable[[], float]
    pools: dict[str, AcceleratorPool] = field(default_factory=dict)
    promises: dict[str, CapacityPromise] = field(default_factory=dict)
    reservations: dict[str, CapacityReservation] = field(default_factory=dict)
    reports: dict[str, PoolReport] = field(default_factory=dict)
    namespaces: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: dict[tuple[str, int], Reservation] = field(default_factory=dict)
    cleaned: set[tuple[str, str, int]] = field(default_factory=set)
    opened: set[tuple[str, str, int]] = field(default_factory=set)
    entitled: dict[str, int] = field(default_factory=dict)
    deleted: dict[str, float] = field(default_factory=dict)

    def load(self, storage: Storage) -> None:
        """Take in everything that is stored."""
        for place, document in storage.documents.items():
            self.take(Entry(0, place, None, document))

    def take(self, change: Entry) -> None:
        """Take in one change."""
        take = _TAKERS.get(change.place.plural)
        if take is not None:
            take(self, change)

    def picture(self, now: float, sites: dict[str, SitePicture] | None = None) -> Picture:
        """What an auditor would see who sees everything at once."""
        return Picture(
            int(now), self.pools, self.promises, self.reservations, self.reports, self.namespaces, sites or {}
        )


def node_of(document: Document) -> Node:
    """A stored node as an auditor reads it."""
    return msgspec.json.decode(msgspec.json.encode(document), type=Node)


def _keep(store: Callable[[Truth], dict[str, Any]]) -> Callable[[Truth, Entry], None]:
    def take(truth: Truth, change: Entry) -> None:
        if change.new is None:
            store(truth).pop(change.place.name, None)
        else:
            store(truth)[change.place.name] = read(change.place.plural, change.new)

    return take


def _reservation(truth: Truth, change: Entry) -> None:
    document = change.new or change.old or {}
    uid = document["metadata"]["uid"]
    if change.new is None or "deletionTimestamp" in change.new["metadata"]:
        truth.deleted.setdefault(uid, truth.now())
    if change.new is None:
        truth.reservations.pop(uid, None)
        return
    seen: CapacityReservation = read(change.place.plural, change.new)
    truth.reservations[uid] = seen
    labels = truth.namespaces.get(change.place.namespace, {})
    truth.asked[uid, seen.metadata.generation or 0] = reservation_of(seen, labels)


def _report(truth: Truth, change: Entry) -> None:
    if change.new is None:
        return
    seen: PoolReport = read(change.place.plural, change.new)
    truth.reports[change.place.name] = seen
    for unit, told in seen.spec.units.items():
        if told.clean_grant is not None:
            truth.cleaned.add((change.place.name, unit, told.clean_grant))
        if told.open_grant is not None:
            truth.opened.add((change.place.name, unit, told.open_grant))


def _namespace(truth: Truth, change: Entry) -> None:
    if change.new is None:
        truth.namespaces.pop(change.place.name, None)
    else:
        truth.namespaces[change.place.name] = change.new["metadata"].get("labels", {})


def _tenant(truth: Truth, change: Entry) -> None:
    """What a tenant was ever entitled to: a contract that is lowered takes nothing back."""
    for each in (change.new or {}).get("spec", {}).get("entitlements", []):
        name = change.place.name
        truth.entitled[name] = max(truth.entitled.get(name, 0), each["chips"])


_TAKERS: dict[str, Callable[[Truth, Entry], None]] = {
    kinds.ACCELERATOR_POOL.plural: _keep(lambda truth: truth.pools),
    kinds.CAPACITY_PROMISE.plural: _keep(lambda truth: truth.promises),
    kinds.CAPACITY_RESERVATION.plural: _reservation,
    kinds.POOL_REPORT.plural: _report,
    kinds.NAMESPACE.plural: _namespace,
    kinds.TENANT.plural: _tenant,
}
