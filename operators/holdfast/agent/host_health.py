"""What is wrong with a host, by everybody who may say so on its Node object: one adapter a source. Pure.

Each adapter reads what its source writes and nothing else, and says of each thing whether it may pass, or is lasting:
then somebody must repair the host, or it is gone. No adapter tells a time: how long is the planner's to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from holdfast.api.bounds import MAX_WORD
from holdfast.api.report import Remediation, Source
from holdfast.cluster.core_objects import Node
from holdfast.hardware.instants import seconds_of
from holdfast.hardware.names import REMEDIATION_ANNOTATION

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


NVSENTINEL_PASSING = frozenset({"GpuThermalWatch", "GpuPowerWatch", "GpuDcgmConnectivityFailure"})
"""Of NVSentinel's checks those that end without a repair: heat, power, and a monitor that does not hear DCGM."""


def nvsentinel(node: Node) -> Iterator[HostTrouble]:
    """NVSentinel's checks, a condition each, True where it is bad: what DCGM watches, and what the system log says.

    Names: docs.nvidia.com/nvsentinel, components gpu-health-monitor and syslog-health-monitor.
    """
    for one in node.status.conditions:
        watched = one.type.startswith("Gpu") and one.type.endswith(("Watch", "Failure"))
        if one.status == "True" and (watched or one.type.startswith("SysLogs")):
            source: Source = "DCGM" if watched else "NVSentinel"
            yield HostTrouble(source, word_of(one.type), one.type not in NVSENTINEL_PASSING)


def word_of(condition: str) -> str:
    """The type of a condition as a report may hold it: whoever writes a node's conditions is held to nothing."""
    return "".join(sign for sign in condition if sign.isascii() and sign.isalpha())[:MAX_WORD]


NOTICE_TAINT = "cloud.google.com/impending-node-termination"
MAINTENANCE_LABEL = "cloud.google.com/active-node-maintenance"
SHUT_DOWN_TAINT = "node.cloudprovider.kubernetes.io/shutdown"
OUT_OF_SERVICE_TAINT = "node.kubernetes.io/out-of-service"


def provider(node: Node) -> Iterator[HostTrouble]:
    """What the cloud says of the machine: it goes, it is being maintained, it is shut down, it is out of service.

    Taints: docs.cloud.google.com, "Manage GKE node disruption for GPUs and TPUs"; kubernetes.io, "Well-Known Labels".
    """
    taints = {taint.key for taint in node.spec.taints}
    if NOTICE_TAINT in taints:
        yield HostTrouble("Notice", "ImpendingNodeTermination", True)
    if node.metadata.labels.get(MAINTENANCE_LABEL) == "ONGOING":
        yield HostTrouble("Notice", "ActiveNodeMaintenance", False)
    if OUT_OF_SERVICE_TAINT in taints:
        yield HostTrouble("Cloud", "OutOfService", True)
    elif SHUT_DOWN_TAINT in taints:
        yield HostTrouble("Cloud", "ShutDown", False)


def remediation(node: Node) -> Remediation | None:
    """Who else repairs this host; an annotation that does not say who, since and until is nobody's."""
    try:
        who, since, until = node.metadata.annotations.get(REMEDIATION_ANNOTATION, "").split(" ")
        return Remediation(by=who, since=seconds_of(since), until=seconds_of(until))
    except ValueError:
        return None


def remediator(node: Node) -> Iterator[HostTrouble]:
    """A host that somebody else repairs is not to be counted on, and nobody else's to decide about."""
    if remediation(node) is not None:
        yield HostTrouble("Remediator", "Remediation", False)


ADAPTERS: tuple[Callable[[Node], Iterator[HostTrouble]], ...] = (
    kubelet,
    partition,
    provider,
    node_problem_detector,
    nvsentinel,
    remediator,
)


class _This:
    """One Node object, by itself: a cache gives the same one for as long as nothing has changed of it."""

    __slots__ = ("node",)

    def __init__(self, node: Node) -> None:
        self.node = node

    def __hash__(self) -> int:
        return id(self.node)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _This) and self.node is other.node


def troubles_of(node: Node) -> tuple[HostTrouble, ...]:
    """All that is wrong with a host: asked some seven times of each in a turn, worked out once while it is as it is."""
    return _troubles_of(_This(node))


@lru_cache(maxsize=16_384)
def _troubles_of(this: _This) -> tuple[HostTrouble, ...]:
    return tuple(one for adapter in ADAPTERS for one in adapter(this.node))


def partition_states(node: Node) -> set[str]:
    """The states that GKE labels a cube's host with."""
    return {
        value
        for key, value in node.metadata.labels.items()
        if key.startswith(PARTITION_PREFIX) and key.endswith(PARTITION_SUFFIX)
    }
