"""What is wrong with a host, by everybody who may say so on its Node object: one adapter a source. Pure.

Each adapter reads what its source writes and nothing else, and says of each thing whether it may pass, or is lasting:
then somebody must repair the host, or it is gone. No adapter tells a time: how long is the planner's to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from holdfast.api.report import Source
from holdfast.cluster.core_objects import Node

PARTITION_PREFIX = "cloud.google.com/gke-tpu-partition-"
PARTITION_SUFFIX = "-state"
"""Label of a cube's hosts, with the partition's shape in between: HEALTHY, DEGRADED (usable), UNHEALTHY, …"""


class HostTrouble(NamedTuple):
    """One thing that is wrong with a host, in the word of whoever says so."""

    source: Source
    reason: str
    lasting: bool


def kubelet(node: Node) -> Iterator[HostTrouble]:
    """Not Ready, or not heard: a restart, a network, a machine; nobody knows which."""
    if not node.ready:
        yield HostTrouble("Kubelet", "NotReady", False)


def partition(node: Node) -> Iterator[HostTrouble]:
    """The partition of a cube: UNHEALTHY is repaired by Google, in days (docs.cloud.google.com, All Capacity mode)."""
    if "UNHEALTHY" in partition_states(node):
        yield HostTrouble("Partition", "Unhealthy", True)


NPD_LASTING = frozenset({"KernelDeadlock", "ReadonlyFilesystem", "XfsShutdown"})
NPD_PASSING = frozenset({
    "FrequentKubeletRestart", "FrequentContainerdRestart", "FrequentDockerRestart", "FrequentUnregisterNetDevice",
    "CorruptDockerOverlay2",
})  # fmt: skip
"""Conditions of Node Problem Detector that are true where something is wrong. Its permanent problems end with a reboot
at the earliest (github.com/kubernetes/node-problem-detector, config/*.json)."""


def node_problem_detector(node: Node) -> Iterator[HostTrouble]:
    """Problems that Node Problem Detector sees in a host's logs."""
    for one in node.status.conditions:
        if one.status == "True" and one.type in NPD_LASTING | NPD_PASSING:
            yield HostTrouble("NodeProblemDetector", one.type, one.type in NPD_LASTING)


ADAPTERS: tuple[Callable[[Node], Iterator[HostTrouble]], ...] = (kubelet, partition, node_problem_detector)


def troubles_of(node: Node) -> tuple[HostTrouble, ...]:
    """All that is wrong with a host."""
    return tuple(one for adapter in ADAPTERS for one in adapter(node))


def partition_states(node: Node) -> set[str]:
    """The states that GKE labels a cube's host with."""
    return {
        value
        for key, value in node.metadata.labels.items()
        if key.startswith(PARTITION_PREFIX) and key.endswith(PARTITION_SUFFIX)
    }
