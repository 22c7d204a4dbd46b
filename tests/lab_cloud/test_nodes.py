"""A node pool as Nodes: names, labels, taints and capacity as GKE gives them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from holdfast_lab.cloud.google import GoogleCloud
from holdfast_lab.cloud.machines import machine
from holdfast_lab.cloud.nodes import node_names, nodes
from holdfast_lab.cloud.project import LAB_PROJECT
from holdfast_lab.cloud.request import Request
from holdfast_lab.installation import MANIFESTS

NODE_POOL = "gcp:container/nodePool:NodePool"
POLICY = "gcp:compute/resourcePolicy:ResourcePolicy"
CUBE = {
    "project": LAB_PROJECT,
    "location": "us-east4",
    "nodeLocations": ["us-east4-b"],
    "name": "tpu7x-a-cube-000",
    "nodeCount": 16,
    "maxPodsPerNode": 15,
    "placementPolicy": {"type": "COMPACT", "policyName": "cubes"},
    "nodeConfig": {
        "machineType": "tpu7x-standard-4t",
        "labels": {"holdfast.dev/unit": "cube-000"},
        "taints": [{"key": "holdfast.dev/reservation", "value": "none", "effect": "NO_EXECUTE"}],
    },
}


@pytest.fixture
def cube(cloud: GoogleCloud) -> list[dict[str, Any]]:
    policy = {"acceleratorTopology": "4x4x4", "acceleratorTopologyMode": "PROVISION_ONLY"}
    place = {"project": LAB_PROJECT, "region": "us-east4"}
    cloud.create(POLICY, "urn", {**place, "name": "cubes", "workloadPolicy": policy})
    return nodes(Request("create", NODE_POOL, CUBE, cloud.store))


def test_a_cube_is_sixteen_nodes_named_by_ordinal(cube: list[dict[str, Any]]) -> None:
    names = [node["metadata"]["name"] for node in cube]
    assert (len(names), names[0], names[15]) == (16, "gke-tpu7x-a-cube-000-00", "gke-tpu7x-a-cube-000-15")


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("cloud.google.com/gke-nodepool", "tpu7x-a-cube-000"),
        ("cloud.google.com/gke-tpu-accelerator", "tpu7x"),
        ("cloud.google.com/gke-tpu-topology", "4x4x4"),
        ("cloud.google.com/gke-tpu-partition-4x4x4-state", "HEALTHY"),
        ("topology.kubernetes.io/zone", "us-east4-b"),
        ("node.kubernetes.io/instance-type", "tpu7x-standard-4t"),
        ("kubernetes.io/hostname", "gke-tpu7x-a-cube-000-03"),
        ("kubernetes.io/arch", "amd64"),
        ("holdfast.dev/unit", "cube-000"),
    ],
)
def test_a_host_carries_gkes_labels_and_the_pools_own(
    cube: list[dict[str, Any]], label: str, value: str
) -> None:
    assert cube[3]["metadata"]["labels"][label] == value


def test_a_host_is_born_closed_and_with_gkes_own_taint(cube: list[dict[str, Any]]) -> None:
    assert cube[0]["spec"]["taints"] == [
        {"key": "holdfast.dev/reservation", "value": "none", "effect": "NoExecute"},
        {"key": "google.com/tpu", "value": "present", "effect": "NoSchedule"},
    ]


def test_simulated_kubelets_take_care_of_it(cube: list[dict[str, Any]]) -> None:
    assert cube[0]["metadata"]["annotations"] == {"kwok.x-k8s.io/node": "fake"}


@pytest.mark.parametrize(
    ("kind", "chips", "architecture"),
    [
        ("tpu7x-standard-4t", {"google.com/tpu": "4"}, "amd64"),
        ("a4x-maxgpu-4g-metal", {"nvidia.com/gpu": "4"}, "arm64"),
        ("a3-ultragpu-8g", {"nvidia.com/gpu": "8"}, "amd64"),
        ("e2-standard-4", {}, "amd64"),
    ],
)
def test_a_machine_type_has_its_chips(kind: str, chips: dict[str, str], architecture: str) -> None:
    capacity = machine(kind).capacity(pods=15)
    assert {key: value for key, value in capacity.items() if "/" in key} == chips
    assert (capacity["pods"], machine(kind).architecture) == ("15", architecture)


def test_an_unlisted_machine_type_gets_the_cpus_of_its_name() -> None:
    assert machine("n2-standard-8").capacity() == {"cpu": "8", "memory": "32Gi", "pods": "110"}


def test_the_count_is_per_zone(cloud: GoogleCloud) -> None:
    two = {**CUBE, "nodeLocations": ["us-east4-a", "us-east4-b"], "nodeCount": 2}
    assert len(node_names(Request("create", NODE_POOL, two, cloud.store))) == 4


def test_memory_kept_in_huge_pages_is_there_for_the_daemon_that_asks_for_it(cloud: GoogleCloud) -> None:
    kept = {"linuxNodeConfig": {"hugepagesConfig": {"hugepageSize2m": 4096}}}
    inputs = {**CUBE, "nodeCount": 1, "nodeConfig": {"machineType": "a4x-maxgpu-4g-metal", **kept}}
    (host,) = nodes(Request("create", NODE_POOL, inputs, cloud.store))
    (daemon,) = yaml.safe_load_all((MANIFESTS / "drivers" / "asapd-lite.yaml").read_text())
    (container,) = daemon["spec"]["template"]["spec"]["containers"]
    asked = container["resources"]["limits"]["hugepages-2Mi"]
    assert [host["status"][part]["hugepages-2Mi"] for part in ("capacity", "allocatable")] == [asked, asked]
