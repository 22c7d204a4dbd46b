"""The hub's own cluster, where its stack makes it: `holdfast:hub.cluster`. Fields and the rules across them; pure.

It is regional: the control plane stands in three zones, and so do its nodes. All promises are stored in it, so what
cannot be changed later is decided once, as for a datacenter: its ranges, private nodes, Dataplane V2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from holdfast_infra.declaration.address_needs import GOOGLES_OWN, PODS_OF_A_SYSTEM_NODE
from holdfast_infra.declaration.cluster import CHANNELS, ClusterPlan, SystemPool
from holdfast_infra.declaration.fields import Fields
from holdfast_infra.declaration.mistakes import Mistake, shown
from holdfast_infra.declaration.network import NO_ADDRESSES, AddressPlan
from holdfast_infra.declaration.rules.addresses import overlapping, too_small, wrong_sizes
from holdfast_infra.declaration.rules.versions import comparable, key_elsewhere
from holdfast_infra.declaration.shapes import (
    ACCOUNT,
    ANY_TEXT,
    DATACENTER,
    KMS_KEY,
    MACHINE,
    NETWORK,
    PROJECT,
    REGION,
    VERSION,
)
from holdfast_infra.declaration.site import GKE, OPERATIONAL, Site

ZONES = 3
"""Of a regional cluster's nodes: docs.cloud.google.com/kubernetes-engine/docs/concepts/regional-clusters."""
OLDEST = "1.34.0-gke.0"
"""What the hub's guards need: docs/install.md."""
_MOST_NODES = 10
_IN_AN_UPGRADE = 1
"""GKE adds one node while it upgrades: upgradeSettings.maxSurge, by default 1."""


@dataclass(frozen=True, slots=True)
class HubClusterPlan:
    """The declared cluster; what could not be read is blank. `nodes` are those of each zone."""

    site: Site
    addresses: AddressPlan
    plan: ClusterPlan
    nodes: SystemPool


def parse_hub_cluster(fields: Fields) -> HubClusterPlan:
    """The cluster, blank where a field could not be read."""
    where = {
        name: fields.text(name, shape)
        for name, shape in (("name", DATACENTER), ("project", PROJECT), ("region", REGION))
    }
    found = HubClusterPlan(
        site=Site(**where, kind=GKE, zone="", power_megawatts=0, lifecycle=OPERATIONAL),
        addresses=_addresses(fields.section("network")),
        plan=_plan(fields),
        nodes=SystemPool(
            fields.text("machineType", MACHINE), fields.whole("nodesPerZone", 1, _MOST_NODES, 1)
        ),
    )
    fields.nothing_else()
    return found


def breaches(hub: HubClusterPlan) -> Iterator[Mistake]:
    """Every mistake that RULES find, by its path below holdfast:hub."""
    for rule in RULES:
        for each in rule(hub):
            yield Mistake(f"cluster.{each.field}", each.value, each.consequence, each.remedy)


def _plan(fields: Fields) -> ClusterPlan:
    return ClusterPlan(
        release_channel=fields.choice("releaseChannel", CHANNELS, default="REGULAR"),
        minimum_version=fields.text("minimumVersion", VERSION, default=""),
        deletion_protection=fields.flag("deletionProtection", default=True),
        node_account=fields.text("nodeAccount", ACCOUNT, default=""),
        exclusions=(),
        authorized_networks=fields.networks("authorizedNetworks"),
        kms_key=fields.text("kmsKey", KMS_KEY, default=""),
        kubeconfig=fields.text("kubeconfig", ANY_TEXT, default=""),
        context=fields.text("context", ANY_TEXT, default=""),
    )


def _addresses(fields: Fields) -> AddressPlan:
    plan = AddressPlan(
        nodes=fields.addresses("nodes") or NO_ADDRESSES,
        pods=fields.addresses("pods") or NO_ADDRESSES,
        services=fields.addresses("services") or NO_ADDRESSES,
        existing=fields.text("existing", NETWORK, default=""),
    )
    fields.nothing_else()
    return plan


def _region_is_no_zone(hub: HubClusterPlan) -> Iterator[Mistake]:
    region = hub.site.region
    if re.search(r"[0-9]-", region):
        yield Mistake(
            "region",
            shown(region),
            "is a zone, and a hub in one zone is gone with it",
            f"write {region.rpartition('-')[0]}",
        )


def _version_runs_the_hub(hub: HubClusterPlan) -> Iterator[Mistake]:
    version = hub.plan.minimum_version
    if version and comparable(version) < comparable(OLDEST):
        yield Mistake(
            "minimumVersion",
            shown(version),
            "is older than Kubernetes 1.34, so the hub's guards would not all hold",
            "write a later one, or leave it to the channel",
        )


def _key_is_in_the_region(hub: HubClusterPlan) -> Iterator[Mistake]:
    yield from key_elsewhere("kmsKey", hub.plan.kms_key, hub.site.region)


def _ranges_do_not_overlap(hub: HubClusterPlan) -> Iterator[Mistake]:
    yield from overlapping(hub.addresses)


def _ranges_have_a_size_gke_takes(hub: HubClusterPlan) -> Iterator[Mistake]:
    yield from wrong_sizes(hub.addresses)


def _addresses_suffice(hub: HubClusterPlan) -> Iterator[Mistake]:
    nodes = ZONES * (hub.nodes.nodes + _IN_AN_UPGRADE)
    yield from too_small(hub.addresses, {"nodes": nodes + GOOGLES_OWN, "pods": nodes * PODS_OF_A_SYSTEM_NODE})


RULES: tuple[Callable[[HubClusterPlan], Iterator[Mistake]], ...] = (
    _region_is_no_zone,  # ours: promises outlive a zone
    _version_runs_the_hub,  # ours: what its guards need
    _key_is_in_the_region,  # Google: a cluster's key is of its region
    _ranges_do_not_overlap,  # Google: ranges of one network
    _ranges_have_a_size_gke_takes,  # GKE: bounds of its ranges
    _addresses_suffice,  # Google: a node without an address or a pod range is not created
)
