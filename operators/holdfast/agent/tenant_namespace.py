"""What every entitled tenant finds at this site: its namespace, its role there, and what it may tolerate. Pure.

namespace <tenant>          label holdfast.dev/tenant=<tenant>; made once, never taken away
RoleBinding holdfast-tenant ClusterRole holdfast-tenant for the tenant's group
label reservation.holdfast.dev/<uid>=""   for each reservation with an Active grant here: while it is there,
                            the tenant's new pods may tolerate that reservation's nodes
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from holdfast.agent.node_marks import open_for
from holdfast.agent.tenant_pods import is_reserved
from holdfast.api.pool import AcceleratorPool
from holdfast.api.tenant import Tenant
from holdfast.cluster.core_objects import Metadata, Namespace, Node, RoleBinding, RoleRef, Subject
from holdfast.hardware.names import RESERVATION_NAMESPACE_PREFIX, TENANT_LABEL, reservation_namespace_label

TENANT_ROLE: Final = "holdfast-tenant"
_RBAC: Final = "rbac.authorization.k8s.io"
_ROLE: Final = RoleRef(api_group=_RBAC, kind="ClusterRole", name=TENANT_ROLE)


@dataclass(frozen=True, slots=True)
class Home:
    """A tenant's place at this site as it should be.

    `group` is None where no Tenant entitles anybody: then what exists is kept and nothing new is made.
    `kept` are reservations for which a node is still open: they are not taken off the namespace, so that
    nobody loses them to a ledger that went back or a pool that left. `whole` says that every ledger could be
    read; otherwise nothing is taken off.
    """

    tenant: str
    group: str | None
    reservations: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Ledgers:
    """What a datacenter's ledgers say, tenant by tenant: the reservations in whose hands a unit is.

    `open_here` are the reservations for which a node is open; `whole` says whether every ledger could be read.
    """

    active: Mapping[str, frozenset[str]]
    open_here: frozenset[str]
    whole: bool

    def home_of(self, name: str, tenant: Tenant | None) -> Home:
        """The home of the tenant of this name, given its Tenant, if there is one."""
        return Home(name, _group(tenant), self.active.get(name, frozenset()), self.open_here, self.whole)


def ledgers_of(pools: Iterable[AcceleratorPool], whole: bool, nodes: Iterable[Node]) -> Ledgers:
    """Read together; `whole` says whether these are all the pools of the datacenter."""
    active: dict[str, frozenset[str]] = {}
    for ledger in (pool.status for pool in pools if pool.status is not None):
        for grant in ledger.units.values():
            entry = ledger.promises.get(grant.promise or "")
            if grant.state == "Active" and grant.promise and entry is not None:
                active[entry.tenant] = active.get(entry.tenant, frozenset()) | {grant.promise}
    return Ledgers(active, frozenset(open_for(node) for node in nodes), whole)


def names_of_homes(tenants: Iterable[Tenant], namespaces: Iterable[Namespace]) -> list[str]:
    """Tenants that should have a home here, and those that have one."""
    entitled = {tenant.metadata.name for tenant in tenants if _group(tenant) is not None}
    return sorted(
        entitled | {one.metadata.name for one in namespaces if refusal(one.metadata.name, one) is None}
    )


def refusal(name: str, namespace: Namespace | None) -> str | None:
    """Why this namespace cannot be the tenant's of that name, or None."""
    if is_reserved(name):
        return f"tenant {name!r}: a namespace of the system cannot belong to a tenant. Rename the tenant"
    if namespace is None:
        return None
    owner = namespace.metadata.labels.get(TENANT_LABEL)
    if owner != name:
        return (
            f"namespace {name!r}: exists and belongs to {owner or 'no tenant'}, so tenant {name!r} gets nothing "
            f"here. Remove the namespace, or label it {TENANT_LABEL}={name} if it is meant for that tenant"
        )
    if namespace.metadata.deletion_timestamp is not None:
        return f"namespace {name!r}: is being deleted; tenant {name!r} gets it anew when it has gone"
    return None


def admits(namespace: Namespace | None, tenant: str, reservation: str) -> bool:
    """Whether pods of the tenant may already tolerate this reservation: only then its nodes are opened."""
    if namespace is None or refusal(tenant, namespace) is not None:
        return False
    return reservation_namespace_label(reservation) in namespace.metadata.labels


def new_namespace(home: Home) -> Namespace:
    """The namespace of a tenant that has none yet."""
    labels = {TENANT_LABEL: home.tenant, **_reservation_labels(home)}
    return Namespace(Metadata(name=home.tenant, labels=labels))


def namespace_change(namespace: Namespace, home: Home) -> dict[str, Any]:
    """The merge patch that makes a namespace show exactly the home's reservations; empty if it does."""
    wanted, labels = _reservation_labels(home), namespace.metadata.labels
    changed: dict[str, str | None] = {key: "" for key in wanted if labels.get(key) != ""}
    if home.whole:
        kept = {reservation_namespace_label(uid) for uid in home.kept} | wanted.keys()
        shown = (key for key in labels if key.startswith(RESERVATION_NAMESPACE_PREFIX))
        changed |= dict.fromkeys(key for key in shown if key not in kept)
    return {"metadata": {"labels": changed}} if changed else {}


def binding_of(home: Home, before: RoleBinding | None) -> RoleBinding | None:
    """The role of the tenant's people, on the object that exists if one does; None while nobody is entitled."""
    if home.group is None:
        return None
    metadata = before.metadata if before else Metadata(name=TENANT_ROLE, namespace=home.tenant)
    return RoleBinding(metadata, _ROLE, (Subject("Group", home.group, _RBAC),))


def binding_refusal(home: Home, before: RoleBinding) -> str | None:
    """Why a RoleBinding that exists cannot be made the tenant's: the role of a binding never changes."""
    if before.role_ref == _ROLE:
        return None
    return (
        f"RoleBinding {home.tenant}/{TENANT_ROLE}: gives {before.role_ref.kind} {before.role_ref.name}, and a "
        f"binding's role cannot be changed. Remove it; it is then made anew"
    )


def _group(tenant: Tenant | None) -> str | None:
    """The people of a tenant that is entitled to anything."""
    if tenant is None or tenant.metadata.deletion_timestamp is not None or not tenant.spec.entitlements:
        return None
    return tenant.spec.group


def _reservation_labels(home: Home) -> dict[str, str]:
    return {reservation_namespace_label(uid): "" for uid in sorted(home.reservations)}
