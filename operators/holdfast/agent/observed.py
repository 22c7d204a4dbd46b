"""The observed state of a pool's units: which nodes are theirs, and which tenants' pods are on them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from holdfast.agent.node_marks import is_closed, open_for, written_grant
from holdfast.agent.tenant_pods import TenantPod
from holdfast.api.pool import AcceleratorPool
from holdfast.cluster.core_objects import Node
from holdfast.frozen.once import once
from holdfast.hardware.names import POOL_LABEL, UNIT_LABEL

NODE_POOL_LABEL = "cloud.google.com/gke-nodepool"
"""Set by GKE alone; where it is there, it must name the unit's declared node pool."""


@dataclass(frozen=True)
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
    @once
    def whole(self) -> bool:
        """Whether every declared host is there and Ready, and no other claims to be one."""
        return len(self.nodes) == self.hosts and all(node.ready for node in self.nodes)

    @property
    @once
    def open_grant(self) -> int | None:
        """The grant by which every host that is there, and enough are, is open for one and the same reservation."""
        marks = {(open_for(node), written_grant(node)) for node in self.nodes}
        holder, grant = next(iter(marks)) if len(marks) == 1 else ("", 0)
        return grant or None if holder and self.enough <= len(self.nodes) <= self.hosts else None

    @property
    @once
    def undone_grant(self) -> int | None:
        """The grant that wrote every host last, all of them closed."""
        grants = {written_grant(node) if is_closed(node) else 0 for node in self.nodes}
        if len(self.nodes) != self.hosts or len(grants) != 1:
            return None
        return next(iter(grants)) or None

    @property
    @once
    def newest_grant(self) -> int:
        """The newest grant that wrote any of its hosts; 0 where none has."""
        return max((written_grant(node) for node in self.nodes), default=0)

    @property
    @once
    def holders(self) -> frozenset[str]:
        """uids of the reservations for which a host is open."""
        return frozenset(open_for(node) for node in self.nodes) - {""}


PodsByNode = Mapping[str, tuple[TenantPod, ...]]


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
