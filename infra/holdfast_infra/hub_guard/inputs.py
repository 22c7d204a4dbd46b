"""What a changed input does: every input of everything the program makes, by sub-field and direction. Pure.

    HARMLESS   passes unasked: it takes nothing from anybody, adds something, or makes something safer
    ASKS       the hub is asked whom it takes something from; with nothing promised there it passes
    REFUSED    never passes: the object would stand for something else

A row judges its input and all below it; lists are judged whole. What no row names asks, and so does what cannot be
judged. What can only be replaced is no update: it comes as a deletion, which always asks, so its row says ASKS.
`tests/infra/test_inputs.py` fails while the program gives an input that no row names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.hardware.names import GROUP_VERSION
from holdfast_infra.hub_guard import judges
from holdfast_infra.hub_guard.judges import Judge, Verdict, asks, harmless, refused
from holdfast_infra.hub_guard.supply import Object

Rows = Mapping[str, Judge]
_BOOKKEEPING = "__defaults"
"""What pulumi-gcp keeps beside the inputs of a block, for itself."""
UNREADABLE = (KeyError, TypeError, AttributeError, ValueError)
"""What reading a value of another shape raises."""
EXCLUSIONS = "maintenancePolicy.maintenanceExclusions"


def _all(judge: Judge, inputs: str) -> dict[str, Judge]:
    return dict.fromkeys(inputs.split(), judge)


_OBJECT = _all(asks, "apiVersion kind metadata.name")
_PLACED = _all(asks, "name project region") | _all(harmless, "deletionPolicy")
_GLOBAL = _all(asks, "name project") | _all(harmless, "deletionPolicy")

INPUTS: Mapping[str, Rows] = {
    "gcp:container/nodePool:NodePool": {
        **_all(
            asks, "name project location cluster nodeLocations maxPodsPerNode placementPolicy networkConfig"
        ),
        **_all(asks, "autoscaling queuedProvisioning upgradeSettings.strategy"),
        **_all(harmless, "deletionPolicy"),
        "nodeCount": judges.falling_asks,
        "upgradeSettings.maxSurge": judges.more_asks,
        "upgradeSettings.maxUnavailable": judges.more_asks,
        "management.autoRepair": judges.off_asks,
        "management.autoUpgrade": judges.on_asks,
        # Off only where the cluster's exclusions stand around declared windows, which are asked about by date below.
        "maintenancePolicies": harmless,
        "nodeConfig.labels": judges.marks,
        "nodeConfig.taints": judges.birth_taints,
        **_all(
            asks,
            "nodeConfig.machineType nodeConfig.reservationAffinity nodeConfig.spot nodeConfig.flexStart "
            "nodeConfig.maxRunDuration nodeConfig.serviceAccount nodeConfig.bootDiskKmsKey nodeConfig.resourceLabels "
            "nodeConfig.hostMaintenancePolicy nodeConfig.oauthScopes nodeConfig.gvnic nodeConfig.diskType "
            "nodeConfig.guestAccelerators nodeConfig.linuxNodeConfig nodeConfig.workloadMetadataConfig "
            "nodeConfig.shieldedInstanceConfig",
        ),
    },
    "gcp:container/cluster:Cluster": {
        **_all(
            asks,
            "name project location nodeLocations removeDefaultNodePool initialNodeCount releaseChannel "
            "minMasterVersion networkingMode network subnetwork ipAllocationPolicy datapathProvider "
            "enableMultiNetworking privateClusterConfig workloadIdentityConfig enableShieldedNodes",
        ),
        **_all(
            harmless,
            "deletionPolicy deletionProtection resourceLabels costManagementConfig monitoringConfig "
            "maintenancePolicy.recurringWindow",
        ),
        # Who reaches the control plane by its address is nobody's capacity; its name is how agents and this program do.
        "controlPlaneEndpointsConfig.ipEndpointsConfig": harmless,
        "masterAuthorizedNetworksConfig": harmless,
        "controlPlaneEndpointsConfig.dnsEndpointConfig.allowExternalTraffic": judges.off_asks,
        "databaseEncryption": judges.changing_asks,
        "addonsConfig.sliceControllerConfig.enabled": judges.off_asks,
        EXCLUSIONS: judges.opening_asks,
    },
    "gcp:compute/network:Network": {
        **_GLOBAL,
        **_all(asks, "autoCreateSubnetworks routingMode mtu networkProfile enableUlaInternalIpv6"),
    },
    "gcp:compute/subnetwork:Subnetwork": {
        **_PLACED,
        **_all(asks, "network stackType ipv6AccessType"),
        "ipCidrRange": judges.narrowing_asks,
        "secondaryIpRanges": judges.dropping_asks,
        "privateIpGoogleAccess": judges.off_asks,
    },
    "gcp:compute/firewall:Firewall": {
        **_GLOBAL,
        **_all(asks, "network direction"),
        "sourceRanges": judges.dropping_asks,
        "allows": judges.dropping_asks,
    },
    "gcp:compute/router:Router": {**_PLACED, **_all(asks, "network")},
    "gcp:compute/routerNat:RouterNat": {
        **_PLACED,
        **_all(asks, "router natIpAllocateOption sourceSubnetworkIpRangesToNat"),
    },
    "gcp:compute/resourcePolicy:ResourcePolicy": {**_PLACED, **_all(asks, "workloadPolicy")},
    "gcp:serviceaccount/account:Account": {
        **_all(asks, "accountId project"),
        **_all(harmless, "deletionPolicy displayName"),
    },
    "gcp:projects/iAMMember:IAMMember": _all(asks, "project role member"),
    "kubernetes:core/v1:NodePatch": {**_OBJECT, "metadata.labels": judges.marks},
    "kubernetes:networking.gke.io/v1:GKENetworkParamSet": {**_OBJECT, "spec": asks},
    "kubernetes:networking.gke.io/v1:Network": {**_OBJECT, "spec": asks},
    f"kubernetes:{GROUP_VERSION}:AcceleratorPool": {
        **_OBJECT,
        **_all(
            refused,
            "spec.datacenter spec.acceleratorType spec.unitTopology spec.chipsPerUnit spec.hostsPerUnit",
        ),
        "spec.provisioningModel": judges.taken_back,
        # What a pool lets the hub count on: supply.py, promises.py.
        "spec.units": judges.taking_asks,
        **_all(judges.fewer_asks, "spec.spares.count spec.spares.confidenceBasisPoints"),
        "spec.spares.availabilityBasisPoints": judges.more_asks,
        "spec.obligations": judges.shortening_asks,
        "spec.repairSeconds": judges.more_asks,
        **_all(asks, "spec.graceSeconds spec.turnAroundSeconds"),
        # When a unit in somebody's hands counts as failed, and how long its holder is asked: trouble.py.
        "spec.minHealthyHosts": judges.rising_asks,
        **_all(judges.falling_asks, "spec.dwellSeconds spec.askLimitSeconds"),
        **_all(harmless, "spec.drainLeadSeconds spec.seal"),
    },
    f"kubernetes:{GROUP_VERSION}:Datacenter": {
        **_OBJECT,
        "spec.lifecycle": judges.closing_asks,
        "spec.lease.end": judges.earlier_asks,
        **_all(harmless, "spec.lease.landlord spec.lease.guarantor spec.lease.start spec.cluster"),
        **_all(harmless, "spec.siteKind spec.region spec.zone spec.powerMegawatts"),
    },
    f"kubernetes:{GROUP_VERSION}:StackSeal": {**_OBJECT, **_all(harmless, "spec")},
}
"""By type and path; `kubernetes:` kinds are the program's objects in hub and site."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One input that differs, and what that does."""

    path: str
    old: Any
    new: Any
    verdict: Verdict


def changes(kind: str, old: Object, new: Object) -> tuple[Changed, ...]:
    """Every input of a resource of this type that differs, in the order of their paths."""
    return tuple(_differences(INPUTS.get(kind, {}), "", _bare(old), _bare(new)))


def _differences(rows: Rows, path: str, old: Any, new: Any) -> Iterator[Changed]:
    if old == new:
        return
    blocks = [each for each in (old, new) if each is not None]
    if path in rows:
        yield Changed(path, old, new, _judged(rows[path], old, new))
    elif all(isinstance(each, Mapping) for each in blocks):
        for name in sorted({name for block in blocks for name in block}):
            below = f"{path}.{name}" if path else name
            yield from _differences(rows, below, (old or {}).get(name), (new or {}).get(name))
    else:
        yield Changed(path, old, new, Verdict.ASKS)


def _judged(judge: Judge, old: Any, new: Any) -> Verdict:
    """The judge's word; of a value that it cannot read (one that is not known yet, for one) the hub is asked."""
    try:
        return judge(old, new)
    except UNREADABLE:
        return Verdict.ASKS


def _bare(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _bare(each) for name, each in value.items() if name != _BOOKKEEPING}
    return [_bare(each) for each in value] if isinstance(value, list) else value
