"""The observed state of a pool's units: which nodes are theirs, and which tenants' pods are on them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from holdfast.agent.node_marks import is_closed, open_for, written_grant
from holdfast.agent.tenant_pods import TenantPod, is_tenant_pod
from holdfast.api.pool import AcceleratorPool
from holdfast.cluster.core_objects import Node
from holdfast.hardware.names import POOL_LABEL, UNIT_LABEL

NODE_POOL_LABEL = "cloud.google.com/gke-nodepool"
"""Set by GKE alone; where it is there, it must name the unit's declared node pool."""


@dataclass(frozen=True, slots=True)
class ObservedUnit:
    """One declared unit: how many hosts it should have, its nodes by name, the tenants' pods on them.

    `least` are the hosts with which it still is one; 0 is all of them. `retiring` says that it is declared to leave.
    """

    unit: str
    hosts: int
    nodes: tuple[Node, ...]
    pods: tuple[TenantPod, ...] = ()
    least: int = 0
    retiring: bool = False

    @property
    def enough(self) -> int:
        """So many hosts are enough to run on it."""
        return self.least or self.hosts

    @property
    def whole(self) -> bool:
        """Whether every declared host is there and Ready, and no other claims to be one."""
        return len(self.nodes) == self.hosts and all(node.ready for node in self.nodes)

    @property
    def open_grant(self) -> int | None:
        """The grant by which every host that is there, and enough are, is open for one and the same reservation."""
        marks = {(open_for(node), written_grant(node)) for node in self.nodes}
        holder, grant = next(iter(marks)) if len(marks) == 1 else ("", 0)
        return grant or None if holder and self.enough <= len(self.nodes) <= self.hosts else None

    @property
    def undone_grant(self) -> int | None:
        """The grant that wrote every host last, all of them closed."""
        grants = {written_grant(node) if is_closed(node) else 0 for node in self.nodes}
        if len(self.nodes) != self.hosts or len(grants) != 1:
            return None
        return next(iter(grants)) or None


PodsByNode = Mapping[str, tuple[TenantPod, ...]]


def observed_units(pool: AcceleratorPool, nodes: Iterable[Node], pods: PodsByNode) -> dict[str, ObservedUnit]:
    """Every declared unit of a pool as it is seen; a node that only claims to be part of one adds nothing."""
    theirs: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        unit = node.metadata.labels.get(UNIT_LABEL, "")
        if belongs(node, pool, unit):
            theirs[unit].append(node)
    return {unit: observed_unit(pool, unit, theirs[unit], pods) for unit in sorted(pool.spec.units)}


def observed_unit(pool: AcceleratorPool, unit: str, nodes: Iterable[Node], pods: PodsByNode) -> ObservedUnit:
    """One unit, given the nodes that belong to it."""
    ordered = tuple(sorted(nodes, key=lambda node: node.metadata.name))
    here = tuple(pod for node in ordered for pod in pods.get(node.metadata.name, ()))
    spec = pool.spec
    return ObservedUnit(
        unit, spec.hosts_per_unit, ordered, here, spec.enough_hosts, spec.units[unit].retiring
    )


def belongs(node: Node, pool: AcceleratorPool, unit: str) -> bool:
    """Whether a node is one of a unit's hosts: born with its labels, and in the declared node pool."""
    labels, declared = node.metadata.labels, pool.spec.units.get(unit)
    if declared is None or labels.get(POOL_LABEL) != pool.metadata.name or labels.get(UNIT_LABEL) != unit:
        return False
    return labels.get(NODE_POOL_LABEL, declared.node_pool) == declared.node_pool


def has_unit(node: Node, pool: AcceleratorPool) -> bool:
    """Whether a node belongs to the declared unit it names."""
    return belongs(node, pool, node.metadata.labels.get(UNIT_LABEL, ""))


def tenant_pods_by_node(pods: Iterable[TenantPod], tenants: frozenset[str]) -> PodsByNode:
    """Those of these pods that must go with their tenant, by the name of the node they are on."""
    by_node: dict[str, tuple[TenantPod, ...]] = defaultdict(tuple)
    for pod in pods:
        if pod.spec.node_name and is_tenant_pod(pod, tenants):
            by_node[pod.spec.node_name] += (pod,)
    return by_node
