"""What stands around a tenant's namespace at this site before its people get their role there. Pure, but for `settle`.

NetworkPolicy holdfast-tenant   pods hear pods of their own namespace only; whom they call is not restricted
ResourceQuota holdfast-tenant   neither node ports nor load balancers, and so many objects of a kind

The counts are bounds, not sizes: a whole block has 2,304 hosts, and a pod on each of two such blocks still fits. They
are written as the server writes them back (2k, not 2000), or they would be written for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from holdfast.cluster.cache.store import Store
from holdfast.cluster.client import Api
from holdfast.cluster.core_objects import Metadata, view_of
from holdfast.cluster.transport.errors import Gone
from holdfast.cluster.transport.kinds import NETWORK_POLICY, RESOURCE_QUOTA
from holdfast.cluster.transport.objects import View
from holdfast.hardware.names import TENANT_ROLE


class Fence(msgspec.Struct, frozen=True, omit_defaults=True):
    """A NetworkPolicy or a ResourceQuota; what it says is compared and written whole."""

    metadata: Metadata
    spec: dict[str, Any] = {}


NETWORK_POLICIES = view_of(NETWORK_POLICY, Fence, complete=True)
QUOTAS = view_of(RESOURCE_QUOTA, Fence, complete=True)
SPECS: Mapping[View[Fence], dict[str, Any]] = {
    NETWORK_POLICIES: {
        "podSelector": {},
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [{"podSelector": {}}]}],
    },
    QUOTAS: {
        "hard": {
            "services.nodeports": "0",
            "services.loadbalancers": "0",
            "count/pods": "5k",
            "count/jobs.batch": "1k",
            "count/cronjobs.batch": "200",
            "count/deployments.apps": "200",
            "count/statefulsets.apps": "200",
            "count/replicasets.apps": "2k",
            "count/controllerrevisions.apps": "2k",
            "count/services": "500",
            "count/configmaps": "500",
            "count/secrets": "500",
            "count/persistentvolumeclaims": "2k",
            "count/serviceaccounts": "200",
            "count/roles.rbac.authorization.k8s.io": "200",
            "count/rolebindings.rbac.authorization.k8s.io": "200",
            "count/networkpolicies.networking.k8s.io": "200",
            "count/poddisruptionbudgets.policy": "200",
            "count/resourceclaims.resource.k8s.io": "5k",
            "count/resourceclaimtemplates.resource.k8s.io": "200",
            "count/jobsets.jobset.x-k8s.io": "200",
            "count/leaderworkersets.leaderworkerset.x-k8s.io": "200",
            "count/rayclusters.ray.io": "200",
            "count/rayjobs.ray.io": "200",
            "count/rayservices.ray.io": "200",
            "count/computedomains.resource.nvidia.com": "200",
        }
    },
}


def fence_of(view: View[Fence], namespace: str, before: Fence | None) -> Fence:
    """The fence as it should stand, on the object that exists if one does."""
    metadata = before.metadata if before else Metadata(name=TENANT_ROLE, namespace=namespace)
    return Fence(metadata, SPECS[view])


def stands(namespace: str, stores: Mapping[View[Fence], Store[Fence]]) -> bool:
    """Whether all fences are known to be as they should."""
    found = ((view, store.get(TENANT_ROLE, namespace)) for view, store in stores.items())
    return all(fence is not None and fence.spec == SPECS[view] for view, fence in found)


def settle(
    site: Api, namespace: str, stores: Mapping[View[Fence], Store[Fence]], did: Callable[[str, str], None]
) -> None:
    """Read each fence and write it where it is missing or says something else; `did` is told."""
    for view, store in stores.items():
        before = _found(site, view, namespace)
        whole = fence_of(view, namespace, before)
        if whole == before:
            continue
        store.put(site.create(view, whole) if before is None else site.replace(view, whole))
        did(f"wrote the {view.kind.kind} of the tenant's namespace", namespace)


def _found(site: Api, view: View[Fence], namespace: str) -> Fence | None:
    try:
        return site.get(view, TENANT_ROLE, namespace)
    except Gone:
        return None
