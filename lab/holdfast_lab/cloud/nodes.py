"""A GKE node pool as the Nodes that its cluster sees. Pure: inputs in, manifests out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast_lab.cloud.machines import Machine, machine
from holdfast_lab.cloud.request import Request

KWOK_ANNOTATION = "kwok.x-k8s.io/node"
_EFFECTS = {"NO_SCHEDULE": "NoSchedule", "PREFER_NO_SCHEDULE": "PreferNoSchedule", "NO_EXECUTE": "NoExecute"}
_CUBE = "4x4x4"


def node_names(request: Request) -> list[str]:
    """Names of the hosts of a node pool, `gke-<node pool>-<ordinal>`, in order."""
    return [f"gke-{request.name}-{ordinal:02d}" for ordinal in range(node_count(request))]


def node_count(request: Request) -> int:
    """How many hosts a node pool has: the count is per zone."""
    stated = (
        request.at("nodeCount") or request.at("initialNodeCount") or request.at("autoscaling.minNodeCount")
    )
    return int(stated or 0) * max(1, len(_zones(request)))


def nodes(request: Request) -> list[dict[str, Any]]:
    """The Node of every host, as GKE would have them join."""
    return [
        _node(request, name, zone)
        for name, zone in zip(node_names(request), _each_zone(request), strict=False)
    ]


def _zones(request: Request) -> list[str]:
    return [str(zone) for zone in request.listed("nodeLocations")]


def _each_zone(request: Request) -> Iterator[str]:
    location = str(request.at("location") or "")
    zones = _zones(request) or [location if location.count("-") > 1 else f"{location}-a"]
    while True:
        yield from zones


def _node(request: Request, name: str, zone: str) -> dict[str, Any]:
    host = machine(request.machine_type)
    pods = int(request.at("maxPodsPerNode") or 0)
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": _labels(request, host, name, zone),
            "annotations": {KWOK_ANNOTATION: "fake"},
        },
        "spec": {
            "providerID": f"gce://{request.at('project')}/{zone}/{name}",
            "taints": _taints(request, host),
        },
        "status": {
            "capacity": host.capacity(pods) | _huge_pages(request),
            "allocatable": host.allocatable(pods) | _huge_pages(request),
        },
    }


def _huge_pages(request: Request) -> dict[str, str]:
    """Memory in pages of 2 MiB that the node pool keeps for pods which ask for it by this name."""
    pages = request.at("nodeConfig.linuxNodeConfig.hugepagesConfig.hugepageSize2m")
    return {"hugepages-2Mi": f"{2 * int(pages)}Mi"} if pages else {}


def _labels(request: Request, host: Machine, name: str, zone: str) -> dict[str, str]:
    labels = {
        "cloud.google.com/gke-nodepool": request.name,
        "kubernetes.io/arch": host.architecture,
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": host.type,
        "topology.kubernetes.io/region": zone.rpartition("-")[0],
        "topology.kubernetes.io/zone": zone,
        **_accelerator_labels(request, host),
    }
    return labels | {key: str(value) for key, value in (request.at("nodeConfig.labels") or {}).items()}


def _accelerator_labels(request: Request, host: Machine) -> dict[str, str]:
    if host.accelerator is None:
        return {}
    labels = {host.accelerator.node_label_key: host.accelerator.node_label}
    if host.accelerator.family == "tpu" and request.topology:
        labels["cloud.google.com/gke-tpu-topology"] = request.topology
    if request.policy.get("acceleratorTopologyMode") == "PROVISION_ONLY":
        partition = f"cloud.google.com/gke-tpu-partition-{_CUBE}"
        labels |= {f"{partition}-id": request.name, f"{partition}-state": "HEALTHY"}
    return labels


def _taints(request: Request, host: Machine) -> list[dict[str, str]]:
    asked = [
        {"key": taint["key"], "value": taint.get("value", ""), "effect": _EFFECTS[taint["effect"]]}
        for taint in request.listed("nodeConfig.taints")
    ]
    if host.accelerator is None:
        return asked
    own = {"key": host.accelerator.chip_resource, "value": "present", "effect": "NoSchedule"}
    return asked if any(taint["key"] == own["key"] for taint in asked) else [*asked, own]
