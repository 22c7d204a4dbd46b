"""How hosts are, read from nodes: who says so, since when, and in which interconnect they stand. Pure.

label                                             says
cloud.google.com/gke-tpu-partition-<shape>-state  HEALTHY, DEGRADED (usable), UNHEALTHY, UNSET, INCOMPLETE
cloud.google.com/gke-tpu-partition-<shape>-id     the id of the cube, by which Slices name it
nvidia.com/gpu.clique                             <cluster uuid>.<clique>: the NVLink domain of an NVL72 host

Sources: docs.cloud.google.com/kubernetes-engine/docs/how-to/create-dynamic-slices; NVIDIA GPU feature discovery,
docs/gpu-feature-discovery in NVIDIA/k8s-device-plugin.
"""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.agent.host_health import PARTITION_PREFIX, PARTITION_SUFFIX, troubles_of, word_of
from holdfast.api.reserved_hosts import HostHealth, ReservedHost
from holdfast.cluster.core_objects import Node
from holdfast.hardware.instants import seconds_of

PARTITION_ID_SUFFIX = "-id"
"""Of a cube's hosts, with the partition's shape in between: the id by which a Slice names the cube."""
CLIQUE_LABEL = "nvidia.com/gpu.clique"
_SAID = ("True", "False", "Unknown")
"""What a condition may say; a kubelet that says anything else says nothing."""
_PARTITIONS: dict[str, HostHealth] = {"UNHEALTHY": "Unhealthy", "DEGRADED": "Degraded"}


def host_health(node: Node) -> ReservedHost:
    """One host: the worst that anybody says of it, or its kubelet's word that all is well."""
    for trouble in sorted(troubles_of(node), key=lambda one: (not one.lasting, one.source, one.reason)):
        if trouble.source not in ("Kubelet", "Partition"):
            return _by_condition(node, "Unhealthy", trouble.reason)
    for key, value in _partition(node, PARTITION_SUFFIX):
        if node.ready and value in _PARTITIONS:
            return ReservedHost(
                name=node.metadata.name, health=_PARTITIONS[value], source=f"label {key}", says=value
            )
    return _by_condition(node, "Healthy" if node.ready else "Unhealthy", "Ready")


def _by_condition(node: Node, health: HostHealth, name: str) -> ReservedHost:
    said = next((one for one in node.status.conditions if word_of(one.type) == name), None)
    return ReservedHost(
        name=node.metadata.name,
        health=health,
        source=f"condition {name}",
        says=said.status if said and said.status in _SAID else "",
        since=_instant(said.last_transition_time) if said else None,
    )


def domain_of(nodes: Iterable[Node]) -> str:
    """The id of the interconnect in which all these hosts stand; empty where they do not agree or none says."""
    ids = {_domain(node) for node in nodes}
    return next(iter(ids)) if len(ids) == 1 else ""


def _domain(node: Node) -> str:
    partitions = [value for _, value in _partition(node, PARTITION_ID_SUFFIX)]
    return partitions[0] if partitions else node.metadata.labels.get(CLIQUE_LABEL, "")


def _partition(node: Node, suffix: str) -> list[tuple[str, str]]:
    """The labels of the partitions a host is in, by what they end with."""
    labels = sorted(node.metadata.labels.items())
    return [
        (key, value) for key, value in labels if key.startswith(PARTITION_PREFIX) and key.endswith(suffix)
    ]


def _instant(text: str | None) -> int | None:
    try:
        return seconds_of(text or "")
    except ValueError:
        return None
