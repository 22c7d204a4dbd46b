"""What Google refuses: one sound node pool per way to consume, and each change to it that breaks a rule."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast_lab.cloud import rules
from holdfast_lab.cloud.google import GoogleCloud
from holdfast_lab.cloud.project import LAB_PROJECT
from holdfast_lab.cloud.refusals import RULES, refuse
from holdfast_lab.cloud.request import RESERVATION_NAME_KEY, Request
from holdfast_lab.pulumi_protocol.errors import Refusal

CLUSTER = "gcp:container/cluster:Cluster"
NODE_POOL = "gcp:container/nodePool:NodePool"
SUBNETWORK = "gcp:compute/subnetwork:Subnetwork"
POLICY = "gcp:compute/resourcePolicy:ResourcePolicy"
PLACE = {"project": LAB_PROJECT, "location": "us-east4"}
BLOCK = f"projects/{LAB_PROJECT}/reservations/ironwood/reservationBlocks/block-a"


@pytest.fixture
def built(cloud: GoogleCloud) -> GoogleCloud:
    """A cloud with a cluster, one policy for cubes and one for domains."""
    cloud.create(CLUSTER, "urn:c", {**PLACE, "name": "dc", "datapathProvider": "ADVANCED_DATAPATH"})
    for name, policy in {
        "cube": {"acceleratorTopology": "4x4x4", "acceleratorTopologyMode": "PROVISION_ONLY"},
        "domain": {"acceleratorTopology": "1x72"},
        "one": {"acceleratorTopology": "2x2x1"},
    }.items():
        inputs = {"project": LAB_PROJECT, "region": "us-east4", "name": name, "workloadPolicy": policy}
        cloud.create(POLICY, f"urn:{name}", inputs)
    return cloud


def affinity(
    path: str = BLOCK, kind: str = "SPECIFIC_RESERVATION", key: str = RESERVATION_NAME_KEY
) -> dict[str, Any]:
    return {"consumeReservationType": kind, "key": key, "values": [path]}


NONE = {"consumeReservationType": "NO_RESERVATION"}
CUBE = {
    **PLACE,
    "name": "a-cube-000",
    "cluster": "dc",
    "nodeLocations": ["us-east4-b"],
    "nodeCount": 16,
    "placementPolicy": {"type": "COMPACT", "policyName": "cube"},
    "upgradeSettings": {"strategy": "SURGE", "maxSurge": 0, "maxUnavailable": 1},
    "nodeConfig": {"machineType": "tpu7x-standard-4t", "reservationAffinity": affinity()},
}
PLAIN = {
    **PLACE,
    "name": "plain",
    "cluster": "dc",
    "nodeCount": 1,
    "nodeConfig": {"machineType": "n2-standard-4"},
}
FLEX = {
    **PLACE,
    "name": "flex",
    "cluster": "dc",
    "autoscaling": {"minNodeCount": 0, "maxNodeCount": 4, "locationPolicy": "ANY"},
    "nodeConfig": {"machineType": "a3-highgpu-8g", "flexStart": True, "reservationAffinity": NONE},
}
QUEUED = {
    **FLEX,
    "queuedProvisioning": {"enabled": True},
    "nodeConfig": {"machineType": "a3-highgpu-8g", "reservationAffinity": NONE},
}


def changed(sound: dict[str, Any], node: dict[str, Any] | None = None, **inputs: Any) -> dict[str, Any]:
    return {**sound, **inputs, "nodeConfig": {**sound["nodeConfig"], **(node or {})}}


EXTRA = {"additionalNodeNetworkConfigs": [{"network": "n"}]}
GB300 = {"machineType": "a4x-maxgpu-4g-metal", "reservationAffinity": affinity("gb300")}
CASES = {
    "cluster-exists": changed(PLAIN, cluster="elsewhere"),
    "workload-policy-exists": changed(CUBE, placementPolicy={"type": "COMPACT", "policyName": "none"}),
    "name-length": changed(PLAIN, name="n" * 41),
    "prefix-length": changed(PLAIN, namePrefix="n" * 32),
    "one-way-to-consume": changed(CUBE, {"spot": True}),
    "no-reservation": changed(PLAIN, {"spot": True}),
    "one-reservation": changed(CUBE, {"reservationAffinity": affinity(key="other")}),
    "reservation-given": changed(PLAIN, {"reservationAffinity": affinity(kind="ANY_RESERVATION")}),
    "block-has-a-zone": changed(CUBE, nodeLocations=["us-east4-a", "us-east4-b"]),
    "reservation-exists": changed(CUBE, {"reservationAffinity": affinity("unknown")}),
    "block-exists": changed(CUBE, {"reservationAffinity": affinity(BLOCK.replace("block-a", "block-z"))}),
    "machine-of-the-reservation": changed(CUBE, {"reservationAffinity": affinity("h200")}),
    "flex-start-scales": changed(FLEX, nodeCount=2),
    "flex-start-ends": changed(FLEX, {"maxRunDuration": "60s"}),
    "queued-from-nothing": changed(QUEUED, autoscaling={"totalMinNodeCount": 1}),
    "location-policy": changed(FLEX, autoscaling={"maxNodeCount": 4, "locationPolicy": "BALANCED"}),
    "whole-slices": changed(CUBE, nodeCount=15),
    "one-domain": changed(CUBE, GB300, nodeCount=19, placementPolicy={"policyName": "domain"}),
    "single-host": changed(CUBE, nodeCount=1, placementPolicy={"type": "COMPACT", "policyName": "one"}),
    "compact-and-queued": changed(QUEUED, placementPolicy={"type": "COMPACT"}),
    "compact-in-one-zone": changed(CUBE, upgradeSettings={"strategy": "BLUE_GREEN"}),
    "provision-only": changed(CUBE, {"reservationAffinity": NONE}),
    "room-to-upgrade": changed(PLAIN, upgradeSettings={"maxSurge": 0, "maxUnavailable": 0}),
    "networks-or-profile": changed(PLAIN, networkConfig={**EXTRA, "acceleratorNetworkProfile": "auto"}),
    "one-local-disk": changed(PLAIN, {"ephemeralStorageLocalSsdConfig": {}, "localNvmeSsdBlockConfig": {}}),
    "boot-disk": changed(CUBE, {"diskType": "pd-ssd"}),
    "bare-metal": changed(
        PLAIN, {"machineType": "a4x-maxgpu-4g-metal", "shieldedInstanceConfig": {"enableSecureBoot": True}}
    ),
}


def first_broken(request: Request) -> str:
    return next((rule.name for rule in RULES if rule.refuses(request)), "none")


@pytest.mark.parametrize("rule", CASES)
def test_a_node_pool_that_breaks_a_rule_is_refused_by_that_rule(built: GoogleCloud, rule: str) -> None:
    assert first_broken(Request("create", NODE_POOL, CASES[rule], built.store)) == rule


@pytest.mark.parametrize("sound", [CUBE, PLAIN, FLEX, QUEUED], ids=["cube", "plain", "flex", "queued"])
def test_a_sound_node_pool_breaks_none(built: GoogleCloud, sound: dict[str, Any]) -> None:
    refuse(Request("create", NODE_POOL, sound, built.store))


def test_several_networks_need_dataplane_v2(cloud: GoogleCloud) -> None:
    cloud.create(CLUSTER, "urn:c", {**PLACE, "name": "dc"})
    request = Request("create", NODE_POOL, changed(PLAIN, networkConfig=EXTRA), cloud.store)
    assert first_broken(request) == "dataplane"


def test_dataplane_v2_excludes_calico(cloud: GoogleCloud) -> None:
    inputs = {
        **PLACE,
        "name": "dc",
        "datapathProvider": "ADVANCED_DATAPATH",
        "networkPolicy": {"enabled": True},
    }
    assert first_broken(Request("create", CLUSTER, inputs, cloud.store)) == "calico"


def test_a_policy_has_a_topology_or_a_distance(cloud: GoogleCloud) -> None:
    both = {"acceleratorTopology": "1x72", "maxTopologyDistance": "BLOCK"}
    request = Request("create", POLICY, {"name": "p", "workloadPolicy": both}, cloud.store)
    assert first_broken(request) == "topology-or-distance"


@pytest.mark.parametrize(
    ("kind", "inputs", "words"),
    [
        (CLUSTER, {}, "deletion_protection is set to true"),
        (CLUSTER, {"deletionProtection": False, "deletionPolicy": "PREVENT"}, "deletion_policy"),
        (CLUSTER, {"deletionProtection": False}, "in use by NodePool plain"),
    ],
)
def test_what_is_protected_or_in_use_stays(
    cloud: GoogleCloud, kind: str, inputs: dict[str, Any], words: str
) -> None:
    made = cloud.create(kind, "urn:c", {**PLACE, "name": "dc", **inputs})
    cloud.create(NODE_POOL, "urn:n", PLAIN)
    with pytest.raises(Refusal, match=words):
        cloud.delete(made.id)
    assert cloud.store.find(made.id)
    assert cloud.calls.read()[-1]["result"] == "refused"


RANGES = [
    {"rangeName": name, "ipCidrRange": cidr}
    for name, cidr in (("pods", "10.4.0.0/15"), ("free", "10.9.0.0/20"))
]


@pytest.mark.parametrize(
    ("name", "cidr", "rule"),
    [
        ("pods", "10.6.0.0/15", "range-in-use"),
        ("free", "10.9.16.0/20", "none"),
        ("pods", "10.4.0.0/15", "none"),
    ],
)
def test_a_range_in_which_a_cluster_has_its_addresses_stays(
    cloud: GoogleCloud, name: str, cidr: str, rule: str
) -> None:
    subnet = {
        **PLACE,
        "region": "us-east4",
        "name": "dc-nodes",
        "network": "net",
        "secondaryIpRanges": RANGES,
    }
    made = cloud.create(SUBNETWORK, "urn:s", subnet)
    ranges = {"clusterSecondaryRangeName": "pods"}
    cloud.create(
        CLUSTER, "urn:c", {**PLACE, "name": "dc", "subnetwork": made.id, "ipAllocationPolicy": ranges}
    )
    changed_ranges = [{**each, "ipCidrRange": cidr} if each["rangeName"] == name else each for each in RANGES]
    after = {**subnet, "secondaryIpRanges": changed_ranges}
    assert first_broken(Request("update", SUBNETWORK, after, cloud.store, made)) == rule


def test_every_rule_of_the_table_has_its_function_and_a_test() -> None:
    elsewhere = {
        "dataplane",
        "calico",
        "topology-or-distance",
        "deletion-protection",
        "deletion-policy",
        "nothing-uses-it",
        "range-in-use",
    }
    functions = {each for each in vars(rules).values() if getattr(each, "__module__", "") == rules.__name__}
    assert {rule.broken for rule in RULES} == functions
    assert {rule.name for rule in RULES} == set(CASES) | elsewhere


def test_a_refusal_reads_like_the_clouds_own(built: GoogleCloud) -> None:
    with pytest.raises(Refusal) as refused:
        refuse(Request("create", NODE_POOL, CASES["reservation-exists"], built.store))
    assert str(refused.value) == (
        "googleapi: Error 404: The reservation of node pool a-cube-000 was not found., notFound"
    )
