"""The hub as one replica sees it: a store for each kind the planner reads, and whether all of it may be trusted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from holdfast.api.datacenter import Datacenter
from holdfast.api.maintenance import MaintenanceWindow
from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.api.query import AvailabilityQuery
from holdfast.api.report import PoolReport
from holdfast.api.reservation import CapacityReservation
from holdfast.api.seal import StackSeal
from holdfast.api.tenant import Tenant
from holdfast.cluster.cache.reflector import Reflector, Stop
from holdfast.cluster.cache.store import ChangeSignal, Store
from holdfast.cluster.client import Api
from holdfast.cluster.core_objects import LEASES, NAMESPACES, Lease, Namespace
from holdfast.cluster.holdfast_objects import (
    DATACENTERS,
    MAINTENANCE,
    POOLS,
    PROMISES,
    QUERIES,
    REPORTS,
    RESERVATIONS,
    SEALS,
    TENANTS,
)
from holdfast.cluster.transport.errors import ClusterError
from holdfast.cluster.transport.objects import EVERYTHING, Key, Selector, View
from holdfast.frozen.derived import Derived
from holdfast.hardware.names import AGENTS_NAMESPACE, TENANT_LABEL
from holdfast.hub.snapshot_reader import HubDocuments
from holdfast.process.threads import start_thread

HEARTBEATS = Selector(namespace=AGENTS_NAMESPACE)
TENANT_NAMESPACES = Selector(labels=TENANT_LABEL)
_name, _labels = attrgetter("metadata.name"), attrgetter("metadata.labels")


@dataclass(frozen=True, slots=True)
class HubCaches:
    """One store per kind; they give one signal when something changes. `labels` are those of namespaces by name."""

    changes: ChangeSignal
    labels: Derived[Key, Namespace, Mapping[str, str]]
    pools: Store[AcceleratorPool]
    promises: Store[CapacityPromise]
    reservations: Store[CapacityReservation]
    reports: Store[PoolReport]
    seals: Store[StackSeal]
    datacenters: Store[Datacenter]
    tenants: Store[Tenant]
    namespaces: Store[Namespace]
    heartbeats: Store[Lease]
    queries: Store[AvailabilityQuery]
    maintenance: Store[MaintenanceWindow]

    @classmethod
    def empty(cls) -> HubCaches:
        """Stores that have seen nothing yet."""
        changes = ChangeSignal()
        views: tuple[View[Any], ...] = (
            POOLS, PROMISES, RESERVATIONS, REPORTS, SEALS, DATACENTERS, TENANTS, NAMESPACES, LEASES, QUERIES,
            MAINTENANCE,
        )  # fmt: skip
        stores = (Store(view, changes) for view in views)
        labels: Derived[Key, Namespace, Mapping[str, str]] = Derived(_name, _labels)
        return cls(changes, labels, *stores)

    def all(self) -> Iterator[tuple[Store[Any], Selector]]:
        """Every store and which part of its collection it follows."""
        ours: tuple[Store[Any], ...] = (
            self.pools, self.promises, self.reservations, self.reports, self.seals, self.datacenters, self.tenants,
        )  # fmt: skip
        yield from ((store, EVERYTHING) for store in ours)
        yield self.namespaces, TENANT_NAMESPACES
        yield self.heartbeats, HEARTBEATS
        yield self.queries, EVERYTHING
        yield self.maintenance, EVERYTHING

    @property
    def synced(self) -> bool:
        """Whether every kind has been seen whole: before that nothing is planned."""
        return all(store.synced for store, _ in self.all())

    def unreadable(self) -> dict[str, str]:
        """Objects that exist and cannot be read, with why: a person must look at them."""
        return {
            f"{store.view.kind.plural}/{broken.identity.name}": broken.why
            for store, _ in self.all()
            for broken in store.broken()
        }

    def documents(self, silent: frozenset[str]) -> HubDocuments:
        """All that the planner reads, as it stands now."""
        return HubDocuments(
            pools=self.pools.objects(),
            datacenters=self.datacenters.objects(),
            reports=self.reports.objects(),
            seals=self.seals.objects(),
            tenants=self.tenants.objects(),
            promises=self.promises.records,
            reservations=self.reservations.records,
            queries=self.queries.records,
            maintenance=self.maintenance.objects(),
            namespaces=self.labels.of(self.namespaces.records),
            silent=silent,
        )

    def reflectors(
        self,
        api: Api,
        pause: Callable[[int], float],
        on_failure: Callable[[str], Callable[[ClusterError], None]],
    ) -> list[Reflector[Any]]:
        """A reflector for every store."""
        return [
            Reflector(api, store, pause, selector, on_failure(store.view.kind.plural))
            for store, selector in self.all()
        ]


def follow(reflectors: list[Reflector[Any]], stop: Stop) -> list[threading.Thread]:
    """Start one thread for each reflector."""
    return [start_thread(one.run, stop) for one in reflectors]
