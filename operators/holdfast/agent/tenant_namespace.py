"""What every entitled tenant finds at this site: its namespace, its role there, and what it may tolerate.

namespace <tenant>          label holdfast.dev/tenant=<tenant>; made once, never taken away
label pod-security..., pod-exception.holdfast.dev/<name>=""   how its pods are held, as its Tenant grants it
NetworkPolicy, ResourceQuota holdfast-tenant   its fences, before its people get their role
RoleBinding holdfast-tenant ClusterRole holdfast-tenant for the tenant's group
label reservation.holdfast.dev/<uid>=""   for each reservation with an Active grant here: while it is there,
                            the tenant's new pods may tolerate that reservation's nodes

The plan is pure; the apply at the end makes it so before any node is opened. For each namespace that the caches show
to be other than it should: read namespace and binding, then Tenant and ledgers, then write what differs, on the
versions read first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.agent import pod_exceptions, tenant_fences
from holdfast.agent.caches import BINDINGS, Agent, Caches, find
from holdfast.agent.node_marks import open_for, written_grant
from holdfast.agent.observing import ObservedSite
from holdfast.agent.obstacle import Obstacle, tenant_subject
from holdfast.api.ledger import EMPTY, LedgerDocument
from holdfast.api.pool import AcceleratorPool
from holdfast.api.tenant import Tenant
from holdfast.cluster.cache.store import Store
from holdfast.cluster.core_objects import NAMESPACES, Metadata, Namespace, RoleBinding, RoleRef, Subject
from holdfast.cluster.holdfast_objects import POOLS, TENANTS
from holdfast.cluster.transport.objects import identify
from holdfast.hardware.names import (
    RESERVATION_NAMESPACE_PREFIX,
    TENANT_LABEL,
    TENANT_ROLE,
    is_reserved,
    reservation_namespace_label,
)

_RBAC = "rbac.authorization.k8s.io"
_ROLE = RoleRef(api_group=_RBAC, kind="ClusterRole", name=TENANT_ROLE)


@dataclass(frozen=True, slots=True)
class TenantNamespace:
    """The desired state of a tenant's namespace at this site.

    `group` is None where no Tenant entitles anybody: then what exists is kept and nothing new is made.
    `kept` are reservations for which a unit's node is still open: they are not taken off the namespace, so
    that nobody loses them to a ledger that went back or a pool that left. `whole` says that every ledger could be
    read; otherwise nothing is taken off. `exceptions` are those of its Tenant; None where there is none, and then
    those that the namespace shows are kept.
    """

    tenant: str
    group: str | None
    reservations: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    whole: bool = True
    exceptions: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Ledgers:
    """What a datacenter's ledgers say, tenant by tenant: the reservations in whose hands a unit is.

    `open_here` are the reservations for which a node is open that counts (`_counts`); `whole` says whether
    every ledger could be read.
    """

    active: Mapping[str, frozenset[str]]
    open_here: frozenset[str]
    whole: bool

    def namespace_of(self, name: str, tenant: Tenant | None) -> TenantNamespace:
        """What the namespace of the tenant of this name should be, given its Tenant, if there is one."""
        exceptions = None if tenant is None else frozenset(tenant.spec.pod_exceptions)
        active = self.active.get(name, frozenset())
        return TenantNamespace(name, _group(tenant), active, self.open_here, self.whole, exceptions)


def ledgers_of(pools: Iterable[AcceleratorPool], whole: bool, site: ObservedSite) -> Ledgers:
    """Read together; `whole` says whether these are all the pools of the datacenter."""
    active: dict[str, frozenset[str]] = {}
    known = {pool.metadata.name: pool for pool in pools}
    for pool in known.values():
        for tenant, promises in _active(pool.status or EMPTY).items():
            active[tenant] = active.get(tenant, frozenset()) | promises
    return Ledgers(active, frozenset(_open_here(site, known)), whole)


def _active(ledger: LedgerDocument) -> dict[str, set[str]]:
    """By tenant the reservations that have a unit by this ledger."""
    active: dict[str, set[str]] = defaultdict(set)
    for grant in ledger.units.values():
        entry = ledger.promises.get(grant.promise or "")
        if grant.state == "Active" and grant.promise and entry is not None:
            active[entry.tenant].add(grant.promise)
    return active


def _open_here(site: ObservedSite, pools: Mapping[str, AcceleratorPool]) -> Iterator[str]:
    """Whom open nodes keep admitted. One that belongs to no unit of its pool does not, or a label taken off a host
    would let new pods in for as long as nobody looks; but what is written by a grant that the ledger does not know, or
    in a pool that the hub does not know, is not undone.
    """
    yield from (open_for(node) for node in site.unknown.values())
    for seen in site.pools.values():
        yield from seen.holders
        pool = pools.get(seen.name)
        granted = (pool.status or EMPTY).granted if pool is not None else -1
        yield from (open_for(node) for node in seen.without_unit if written_grant(node) > granted)


def tenants_here(tenants: Iterable[Tenant], namespaces: Iterable[Namespace]) -> list[str]:
    """Tenants that should have a namespace here, and those that have one."""
    entitled = {tenant.metadata.name for tenant in tenants if _group(tenant) is not None}
    return sorted(
        entitled | {one.metadata.name for one in namespaces if refusal(one.metadata.name, one) is None}
    )


def refusal(name: str, namespace: Namespace | None) -> Obstacle | None:
    """Why this namespace cannot be the tenant's of that name, or None."""
    if is_reserved(name):
        why = f"tenant {name!r}: a namespace of the system cannot belong to a tenant. Rename the tenant"
        return Obstacle("NamespaceReserved", why)
    if namespace is None:
        return None
    owner = namespace.metadata.labels.get(TENANT_LABEL)
    if owner != name:
        why = (
            f"namespace {name!r}: exists and belongs to {owner or 'no tenant'}, so tenant {name!r} gets nothing "
            f"here. Remove the namespace, or label it {TENANT_LABEL}={name} if it is meant for that tenant"
        )
        return Obstacle("NamespaceTaken", why)
    if namespace.metadata.deletion_timestamp is not None:
        why = f"namespace {name!r}: is being deleted; tenant {name!r} gets it anew when it has gone"
        return Obstacle("NamespaceTerminating", why)
    return None


def admits(namespace: Namespace | None, tenant: str, reservation: str) -> bool:
    """Whether pods of the tenant may already tolerate this reservation: only then its nodes are opened."""
    if namespace is None or refusal(tenant, namespace) is not None:
        return False
    return reservation_namespace_label(reservation) in namespace.metadata.labels


def new_namespace(desired: TenantNamespace) -> Namespace:
    """The namespace of a tenant that has none yet."""
    security = pod_exceptions.labels_for(desired.exceptions, {})
    shown = {key: value for key, value in security.items() if value is not None}
    labels = {TENANT_LABEL: desired.tenant, **shown, **_reservation_labels(desired)}
    return Namespace(Metadata(name=desired.tenant, labels=labels))


def namespace_change(namespace: Namespace, desired: TenantNamespace) -> dict[str, Any]:
    """The merge patch that makes a namespace show exactly the desired reservations and exceptions; empty if it does."""
    due, labels = _reservation_labels(desired), namespace.metadata.labels
    wanted = {**due, **pod_exceptions.labels_for(desired.exceptions, labels)}
    changed: dict[str, str | None] = {k: value for k, value in wanted.items() if labels.get(k) != value}
    if desired.whole:
        kept = {reservation_namespace_label(uid) for uid in desired.kept} | due.keys()
        shown = (key for key in labels if key.startswith(RESERVATION_NAMESPACE_PREFIX))
        changed |= dict.fromkeys(key for key in shown if key not in kept)
    return {"metadata": {"labels": changed}} if changed else {}


def binding_of(desired: TenantNamespace, before: RoleBinding | None) -> RoleBinding | None:
    """The role of the tenant's people, on the object that exists if one does; None while nobody is entitled."""
    if desired.group is None:
        return None
    metadata = before.metadata if before else Metadata(name=TENANT_ROLE, namespace=desired.tenant)
    return RoleBinding(metadata, _ROLE, (Subject("Group", desired.group, _RBAC),))


def binding_refusal(desired: TenantNamespace, before: RoleBinding) -> Obstacle | None:
    """Why a RoleBinding that exists cannot be made the tenant's: the role of a binding never changes."""
    if before.role_ref == _ROLE:
        return None
    why = (
        f"RoleBinding {desired.tenant}/{TENANT_ROLE}: gives {before.role_ref.kind} {before.role_ref.name}, "
        f"and a binding's role cannot be changed. Remove it; it is then made anew"
    )
    return Obstacle("BindingTaken", why)


def _group(tenant: Tenant | None) -> str | None:
    """The people of a tenant that is entitled to anything."""
    if tenant is None or tenant.metadata.deletion_timestamp is not None or not tenant.spec.entitlements:
        return None
    return tenant.spec.group


def _reservation_labels(desired: TenantNamespace) -> dict[str, str]:
    return {reservation_namespace_label(uid): "" for uid in sorted(desired.reservations)}


# --- the one apply ---------------------------------------------------------------------------------------


def keep_namespaces(agent: Agent, site: ObservedSite) -> None:
    """Every tenant's namespace as its Tenant and the ledgers want it; what cannot be is told as blocked."""
    caches, whole, idle = agent.caches, not agent.caches.pools.broken(), True
    own = caches.pools, caches.tenants, caches.namespaces, caches.bindings
    stores: tuple[Store[Any], ...] = (*own, *caches.fences.values())
    looked = *site.pools.values(), site.unknown, *(store.records for store in stores)
    if agent.settled.still("namespaces", *looked, words=whole):
        return
    ledgers = ledgers_of(caches.pools.objects(), whole, site)
    for name in tenants_here(caches.tenants.objects(), caches.namespaces.objects()):
        desired = ledgers.namespace_of(name, caches.tenants.get(name))
        if obstacle := refusal(name, caches.namespaces.get(name)):
            idle = False
            agent.log.blocked(tenant_subject(name), obstacle)
        elif not _fits(caches, desired):
            idle = False
            with agent.log.isolate(tenant_subject(name)):
                _settle(agent, site, name)
    if idle:
        agent.settled.settle("namespaces", *looked, words=whole)


def _fits(caches: Caches, desired: TenantNamespace) -> bool:
    """Whether a namespace is as it should be, as far as is known."""
    namespace = caches.namespaces.get(desired.tenant)
    binding = caches.bindings.get(TENANT_ROLE, desired.tenant)
    if namespace is None or namespace_change(namespace, desired):
        return False
    fenced = tenant_fences.stands(desired.tenant, caches.fences)
    return fenced and binding_of(desired, binding) in (None, binding)


def _settle(agent: Agent, site: ObservedSite, name: str) -> None:
    namespace = find(agent.site, NAMESPACES, name)
    binding = find(agent.site, BINDINGS, TENANT_ROLE, name)
    desired = _ledgers_now(agent, site).namespace_of(name, find(agent.hub, TENANTS, name))
    if obstacle := refusal(name, namespace):
        agent.log.blocked(tenant_subject(name), obstacle)
    elif _settle_namespace(agent, desired, namespace):
        tenant_fences.settle(agent.site, name, agent.caches.fences, agent.log.did)
        _settle_binding(agent, desired, binding)


def _ledgers_now(agent: Agent, site: ObservedSite) -> Ledgers:
    pools: list[AcceleratorPool] = []
    whole = True
    for page in agent.hub.list_pages(POOLS, agent.own_pools):
        pools += page.objects
        whole = whole and not page.broken
    return ledgers_of(pools, whole, site)


def _settle_namespace(agent: Agent, desired: TenantNamespace, namespace: Namespace | None) -> bool:
    """Make or label the namespace; whether there is one."""
    if namespace is None and desired.group is None:
        return False
    if namespace is None:
        agent.caches.namespaces.put(agent.site.create(NAMESPACES, new_namespace(desired)))
        agent.log.did("made the tenant's namespace", desired.tenant)
    elif change := namespace_change(namespace, desired):
        agent.caches.namespaces.put(agent.site.patch(NAMESPACES, identify(namespace), change))
        agent.log.did(
            "showed the tenant's reservations",
            desired.tenant,
            now=sorted(desired.reservations),
        )
    return True


def _settle_binding(agent: Agent, desired: TenantNamespace, binding: RoleBinding | None) -> None:
    whole = binding_of(desired, binding)
    if whole is None or whole == binding:
        return
    if binding is None:
        agent.caches.bindings.put(agent.site.create(BINDINGS, whole))
    elif obstacle := binding_refusal(desired, binding):
        agent.log.blocked(tenant_subject(desired.tenant), obstacle)
        return
    else:
        agent.caches.bindings.put(agent.site.replace(BINDINGS, whole))
    agent.log.did("gave the tenant's group its role", desired.tenant)
