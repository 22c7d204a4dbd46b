"""From the hub's documents to the planner's records, at the cost of what has changed since the last time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from operator import attrgetter
from typing import Any, TypeAlias

from holdfast.api.datacenter import Datacenter
from holdfast.api.maintenance import MaintenanceWindow
from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.api.query import AvailabilityQuery
from holdfast.api.report import PoolReport
from holdfast.api.reservation import CapacityReservation
from holdfast.api.seal import StackSeal
from holdfast.api.tenant import Tenant as TenantDocument
from holdfast.cluster.transport.objects import Key
from holdfast.frozen.derived import Derived
from holdfast.frozen.records import Records
from holdfast.hardware.names import TENANT_LABEL
from holdfast.hub.record_reader import (
    PoolParts,
    maintenance_of,
    pool_of,
    promise_of,
    query_of,
    reservation_of,
    site_of,
    tenant_of,
)
from holdfast.hub.remembered import Remembered
from holdfast.planner.state.ledger import Promise
from holdfast.planner.state.snapshot import Maintenance, Pool, Query, Reservation, Site, Snapshot, Tenant

UNLABELLED: Mapping[str, str] = {}
_Asks: TypeAlias = Derived[Key, CapacityReservation, Reservation]
_name, _uid, _first_uid = attrgetter("metadata.name"), attrgetter("metadata.uid"), attrgetter("first_uid")


def _nothing() -> Records[Any, Any]:
    return Records.of({})


@dataclass(frozen=True, slots=True)
class HubDocuments:
    """Everything the planner reads, as documents; by key where a fleet has very many.

    `namespaces` are the labels of tenants' namespaces; `silent` names the datacenters whose agent is not heard.
    """

    pools: Iterable[AcceleratorPool] = ()
    datacenters: Iterable[Datacenter] = ()
    reports: Iterable[PoolReport] = ()
    seals: Iterable[StackSeal] = ()
    tenants: Iterable[TenantDocument] = ()
    promises: Records[Key, CapacityPromise] = field(default_factory=_nothing)
    reservations: Records[Key, CapacityReservation] = field(default_factory=_nothing)
    queries: Records[Key, AvailabilityQuery] = field(default_factory=_nothing)
    maintenance: Iterable[MaintenanceWindow] = ()
    namespaces: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class HubRecords:
    """The same as the planner's records: promises, reservations, queries and maintenance by uid, all else by name.

    `leaving` are reservations that are deleted and kept by somebody's finalizer. A query or a maintenance window that
    is being deleted needs no answer any more.
    """

    pools: Mapping[str, Pool]
    promises: Records[str, Promise]
    reservations: Records[str, Reservation]
    leaving: Records[str, Reservation]
    queries: Records[str, Query]
    maintenance: Mapping[str, Maintenance]
    tenants: Mapping[str, Tenant]
    sites: Mapping[str, Site]

    def seen(self, now: int, epoch: int, attempt: str) -> Snapshot:
        """The planner's picture at an instant (epoch seconds), without what only a running planner knows."""
        read = {each.name: getattr(self, each.name) for each in fields(self)}
        return Snapshot(now=now, epoch=epoch, attempt=attempt, **read)


class SnapshotReader:
    """Reads a hub turn by turn. A record stands while the documents it was made of are the very same."""

    def __init__(self) -> None:
        self._known = Remembered()
        self._labels: Records[str, Mapping[str, str]] = _nothing()
        self._promises: Derived[Key, CapacityPromise, Promise] = Derived(_name, promise_of)
        self._reservations: _Asks = Derived(_first_uid, self._reservation, _stays)
        self._leaving: _Asks = Derived(_first_uid, self._reservation, _goes)
        self._queries: Derived[Key, AvailabilityQuery, Query] = Derived(_uid, self._query, _stays)

    def read(self, hub: HubDocuments) -> HubRecords:
        """All records of a hub. A reservation's tenant is its namespace's label, so both make it anew."""
        self._known.next_turn()
        labels = Records.of(hub.namespaces)
        relabelled, self._labels = labels.new_since(self._labels), labels
        asks, queries = _within(relabelled, hub.reservations), _within(relabelled, hub.queries)
        return HubRecords(
            pools=self._pools(hub),
            promises=self._promises.of(hub.promises),
            reservations=self._reservations.of(hub.reservations, asks),
            leaving=self._leaving.of(hub.reservations, asks),
            queries=self._queries.of(hub.queries, queries),
            maintenance=self._maintenance(hub),
            tenants=self._tenants(hub),
            sites={one.metadata.name: site_of(one, hub.silent) for one in hub.datacenters},
        )

    def _pools(self, hub: HubDocuments) -> dict[str, Pool]:
        reports = {report.metadata.name: report for report in hub.reports}
        sites = {site.metadata.name: site for site in hub.datacenters}
        seals = {seal.metadata.name: seal for seal in hub.seals}
        found: dict[str, Pool] = {}
        for pool in hub.pools:
            name, spec = pool.metadata.name, pool.spec
            site, seal, silent = (
                sites.get(spec.datacenter),
                seals.get(spec.seal),
                spec.datacenter in hub.silent,
            )
            parts = PoolParts(pool, reports.get(name), site, seal, silent)
            found[name] = self._known.of(("pool", name), parts, partial(pool_of, parts))
        return found

    def _maintenance(self, hub: HubDocuments) -> dict[str, Maintenance]:
        standing = (one for one in hub.maintenance if _stays(one))
        return {
            _uid(one): self._known.of(("maintenance", _uid(one)), (one,), partial(maintenance_of, one))
            for one in standing
        }

    def _tenants(self, hub: HubDocuments) -> dict[str, Tenant]:
        documents = tuple(hub.tenants)
        sources = (self._labels, *documents)
        return self._known.of("tenants", sources, partial(_tenants_of, documents, self._labels))

    def _reservation(self, document: CapacityReservation) -> Reservation:
        return reservation_of(document, self._labels_of(document.metadata.namespace))

    def _query(self, document: AvailabilityQuery) -> Query:
        return query_of(document, self._labels_of(document.metadata.namespace))

    def _labels_of(self, namespace: str | None) -> Mapping[str, str]:
        found: Mapping[str, str] = self._labels.get(namespace or "", UNLABELLED)
        return found


def _tenants_of(
    documents: Iterable[TenantDocument], namespaces: Mapping[str, Mapping[str, str]]
) -> dict[str, Tenant]:
    homes: dict[str, list[str]] = {}
    for namespace, labels in sorted(namespaces.items()):
        homes.setdefault(labels.get(TENANT_LABEL, ""), []).append(namespace)
    return {one.metadata.name: tenant_of(one, tuple(homes.get(one.metadata.name, ()))) for one in documents}


def _within(namespaces: set[str], objects: Records[Key, Any]) -> list[Key]:
    """The keys of what lies in some namespaces."""
    return [key for key in objects if key.namespace in namespaces] if namespaces else []


def _stays(document: CapacityReservation | AvailabilityQuery | MaintenanceWindow) -> bool:
    return document.metadata.deletion_timestamp is None


def _goes(document: CapacityReservation) -> bool:
    return document.metadata.deletion_timestamp is not None
