"""What one agent works with: two API servers, caches of what they hold, and the log of its turns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from holdfast.agent.observing import SiteObserver
from holdfast.agent.queue_kinds import OURS, VIEWS, QueueCaches
from holdfast.agent.queue_patience import QueuePatience
from holdfast.agent.settled import Settled
from holdfast.agent.slice_shapes import Shapes
from holdfast.agent.tenant_fences import NETWORK_POLICIES, QUOTAS, Fence
from holdfast.agent.tenant_pods import TENANT_PODS, TenantPod
from holdfast.agent.tpu_slice import TPU_SLICES, TpuSlice
from holdfast.agent.turn_log import TurnLog
from holdfast.api.pool import AcceleratorPool
from holdfast.api.report import PoolReport, Queues
from holdfast.api.reserved_hosts import ReservedHosts
from holdfast.api.tenant import Tenant
from holdfast.cluster.cache.optional import OptionalReflector, OptionalStore
from holdfast.cluster.cache.reflector import Reflector
from holdfast.cluster.cache.store import ChangeSignal, Store
from holdfast.cluster.client import Api
from holdfast.cluster.core_objects import NAMESPACES, NODES, Namespace, Node, RoleBinding, view_of
from holdfast.cluster.holdfast_objects import POOLS, REPORTS, RESERVED_HOSTS, TENANTS
from holdfast.cluster.transport.errors import ClusterError, Gone
from holdfast.cluster.transport.kinds import ROLE_BINDING
from holdfast.cluster.transport.objects import EVERYTHING, Selector, View
from holdfast.hardware.names import POOL_LABEL, TENANT_LABEL, TENANT_ROLE

T = TypeVar("T")

BINDINGS = view_of(ROLE_BINDING, RoleBinding, complete=True)
"""Whole as we write them: roles, subjects, and the metadata people add."""


@dataclass(frozen=True, slots=True)
class Caches:
    """What is known without asking: never a reason to write, only a reason to look."""

    pools: Store[AcceleratorPool]
    tenants: Store[Tenant]
    reports: Store[PoolReport]
    nodes: Store[Node]
    pods: Store[TenantPod]
    namespaces: Store[Namespace]
    bindings: Store[RoleBinding]
    network_policies: Store[Fence]
    quotas: Store[Fence]
    reserved_hosts: OptionalStore[ReservedHosts]
    slices: OptionalStore[TpuSlice]
    queues: QueueCaches

    @classmethod
    def empty(cls, changes: ChangeSignal) -> Caches:
        """Nothing known yet; every change gives the signal."""
        return cls(
            Store(POOLS, changes),
            Store(TENANTS, changes),
            Store(REPORTS, changes),
            Store(NODES, changes),
            Store(TENANT_PODS, changes),
            Store(NAMESPACES, changes),
            Store(BINDINGS, changes),
            Store(NETWORK_POLICIES, changes),
            Store(QUOTAS, changes),
            OptionalStore(RESERVED_HOSTS, changes),
            OptionalStore(TPU_SLICES, changes),
            QueueCaches.empty(changes),
        )

    @property
    def hub(self) -> tuple[Store[Any], ...]:
        """Those the hub fills."""
        return self.pools, self.tenants, self.reports

    @property
    def site(self) -> tuple[Store[Any], ...]:
        """Those the site's cluster fills."""
        fences = self.network_policies, self.quotas
        return self.nodes, self.pods, self.namespaces, self.bindings, *fences, *self.optional

    @property
    def optional(self) -> tuple[OptionalStore[Any], ...]:
        """Those of kinds that the site's cluster may not serve."""
        return self.reserved_hosts, self.slices, *self.queues.stores

    @property
    def fences(self) -> Mapping[View[Fence], Store[Fence]]:
        """Those of what stands around tenants' namespaces."""
        return {NETWORK_POLICIES: self.network_policies, QUOTAS: self.quotas}

    @property
    def synced(self) -> bool:
        """Whether each has been read whole, and none has gone back."""
        return all(store.synced for store in (*self.hub, *self.site))


@dataclass(frozen=True, slots=True)
class Agent:
    """One datacenter's agent at work. `hub` and `site` are two servers under two identities."""

    datacenter: str
    hub: Api
    site: Api
    caches: Caches
    log: TurnLog
    shapes: Shapes = field(default_factory=Shapes)
    settled: Settled = field(default_factory=Settled)
    observer: SiteObserver = field(default_factory=SiteObserver)
    queue_patience: QueuePatience = field(default_factory=QueuePatience)

    @property
    def queues(self) -> Queues:
        """What the hub is told of the queues here."""
        served = self.caches.queues.standing
        return "Failing" if served == "Kept" and self.queue_patience.failures else served

    @property
    def own_pools(self) -> Selector:
        """The pools, and the reports, of this datacenter."""
        return Selector(fields=f"spec.datacenter={self.datacenter}")

    def reflectors(
        self, pause: Callable[[int], float], on_failure: Callable[[str, ClusterError], None]
    ) -> tuple[Reflector[Any], ...]:
        """One for each cache; `on_failure` is told the plural of the kind."""
        selectors = {
            POOLS.kind: self.own_pools,
            REPORTS.kind: self.own_pools,
            NODES.kind: Selector(labels=POOL_LABEL),
            TENANT_PODS.kind: Selector(fields="spec.nodeName!="),
            NAMESPACES.kind: Selector(labels=TENANT_LABEL),
            BINDINGS.kind: Selector(fields=f"metadata.name={TENANT_ROLE}"),
            NETWORK_POLICIES.kind: Selector(fields=f"metadata.name={TENANT_ROLE}"),
            QUOTAS.kind: Selector(fields=f"metadata.name={TENANT_ROLE}"),
            **{view.kind: OURS for view in VIEWS},
        }

        def keep(api: Api, store: Store[Any]) -> Reflector[Any]:
            kind = store.view.kind
            selector = selectors.get(kind, EVERYTHING)

            def told(error: ClusterError) -> None:
                on_failure(kind.plural, error)

            if isinstance(store, OptionalStore):
                return OptionalReflector(api, store, pause, selector, told)
            return Reflector(api, store, pause, selector, told)

        hub = [keep(self.hub, store) for store in self.caches.hub]
        return (*hub, *(keep(self.site, store) for store in self.caches.site))


def find(api: Api, view: View[T], name: str, namespace: str = "") -> T | None:
    """The object as the server has it now, or None where the server says that there is none."""
    try:
        return api.get(view, name, namespace)
    except Gone:
        return None
