"""The pods that must be gone before a unit can go to somebody else. Pure but for the shape of a pod.

It is every pod of a tenant's namespace, whoever it says owns it, and every other pod that is neither part
of the cluster nor of the host. Finished pods hold no chip and wait for their tenant.
"""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.cluster.core_objects import Metadata, Namespace, Pod, view_of
from holdfast.cluster.transport.kinds import POD
from holdfast.hardware.names import RESERVED_PREFIXES, TENANT_LABEL, is_reserved

_HOST_OWNERS = frozenset({"DaemonSet", "Node"})
"""Owners of pods that come with a host: one pod on every node, and static pods of the kubelet."""


class TenantPodMetadata(Metadata, frozen=True, rename="camel", omit_defaults=True):
    """With the seconds a pod that is ending was given."""

    deletion_grace_period_seconds: int | None = None


class TenantPod(Pod, frozen=True, omit_defaults=True):
    """One pod, with the time it has to end."""

    metadata: TenantPodMetadata


TENANT_PODS = view_of(POD, TenantPod)


def tenant_namespaces(namespaces: Iterable[Namespace]) -> frozenset[str]:
    """Names of the namespaces that carry a tenant's label and may."""
    labelled = (one.metadata.name for one in namespaces if TENANT_LABEL in one.metadata.labels)
    return frozenset(name for name in labelled if not is_reserved(name))


def is_tenant_pod(pod: Pod, tenants: frozenset[str]) -> bool:
    """Whether a pod keeps its node from being clean; `tenants` are the names of tenants' namespaces."""
    namespace = pod.metadata.namespace
    if pod.finished:
        return False
    if namespace in tenants:
        return True
    return not namespace.startswith(RESERVED_PREFIXES) and not _comes_with_the_host(pod)


def must_be_told(pod: TenantPod, grace_seconds: int) -> bool:
    """Whether a pod has still to be told to end, or gave itself more time than the pool gives."""
    if pod.metadata.deletion_timestamp is None:
        return True
    return (pod.metadata.deletion_grace_period_seconds or 0) > grace_seconds


def _comes_with_the_host(pod: Pod) -> bool:
    return any(owner.controller and owner.kind in _HOST_OWNERS for owner in pod.metadata.owner_references)
