"""Hands one unit over: the only place that writes nodes and ends pods.

    1. the unit's nodes, of one instant          the targets, with their versions
    2. its pool, fresh from the hub               the authority, read after them; of cubes, the site's Slices too
    3. tenants' pods sent away, marks written     each on the version read in step 1
    4. where there was nothing left to do:        the pods on each node, of now; none left means undone

The other order is wrong: an agent paused between reading the ledger and reading a node would write what was true
before the pause on a version from after it, and open the node to a former holder.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

from holdfast.agent.caches import Agent, find
from holdfast.agent.compute_domains import is_daemon, left_behind
from holdfast.agent.desired import Closed, Desired, Frozen, Open, change_of, desired_for
from holdfast.agent.node_marks import open_for, shown_reservations
from holdfast.agent.observed import ObservedUnit, belongs, observed_unit
from holdfast.agent.obstacle import Obstacle, tenant_subject, unit_subject
from holdfast.agent.slices import NOT_READABLE, is_sliced, standing_now, waits_for
from holdfast.agent.tenant_namespace import admits
from holdfast.agent.tenant_pods import TENANT_PODS, TenantPod, is_tenant_pod, must_be_told
from holdfast.api.ledger import EMPTY
from holdfast.api.pool import AcceleratorPool
from holdfast.cluster.client import Api
from holdfast.cluster.core_objects import NODES, Node
from holdfast.cluster.holdfast_objects import POOLS
from holdfast.cluster.transport.errors import Gone, Stale, Unavailable, Unknown
from holdfast.cluster.transport.http import CALL_SECONDS
from holdfast.cluster.transport.objects import Selector, identify
from holdfast.hardware.names import POOL_LABEL, RESERVATION_LABEL, UNIT_LABEL


@dataclass(frozen=True, slots=True)
class HandOver:
    """One turn's hand-overs in one pool. `tenants` are the names of tenants' namespaces."""

    agent: Agent
    pool: str
    tenants: frozenset[str]

    def settle(self, seen: ObservedUnit) -> int | None:
        """Make a unit say what the ledger says. Returns the grant that was found undone, if one was.

        Of `seen`, the picture in the caches, only the pods are used: their versions guard their eviction.
        """
        claimed = self._nodes_of(seen.unit)
        pool = find(self.agent.hub, POOLS, self.pool)
        if pool is None or pool.spec.datacenter != self.agent.datacenter:
            self._leave(seen.unit, pool_unknown(self.pool))
            return None
        nodes = (node for node in claimed if belongs(node, pool, seen.unit))
        observed = observed_unit(pool, seen.unit, nodes, {})
        desired = desired_for(pool.status or EMPTY, seen.unit, observed.nodes)
        slices = self._slice_objection(pool, observed, desired)
        if obstacle := self._objection(observed, desired) or (slices if isinstance(desired, Open) else None):
            self._leave(seen.unit, obstacle, **_whose(observed, desired))
            return None
        strangers = self._strangers(seen, desired)
        send_away(self.agent, strangers, pool.spec.grace_seconds)
        undone = self._write(observed, desired, {pod.spec.node_name for pod in strangers})
        if undone and slices:
            self._leave(seen.unit, slices)
        return undone if slices is None else None

    def _slice_objection(
        self, pool: AcceleratorPool, observed: ObservedUnit, desired: Desired
    ) -> Obstacle | None:
        """Why a cube may not be opened, or called clean, on account of its slice; asked of the site's server."""
        if not is_sliced(pool) or isinstance(desired, Frozen):
            return None
        if self.agent.caches.slices.refused:
            return NOT_READABLE
        if not self.agent.caches.slices.served:
            return None
        return waits_for(pool, observed, desired, standing_now(self.agent))

    def _nodes_of(self, unit: str) -> list[Node]:
        """All nodes that claim to be this unit's, of one instant."""
        selector = Selector(labels=f"{POOL_LABEL}={self.pool},{UNIT_LABEL}={unit}")
        return [node for page in self.agent.site.list_pages(NODES, selector) for node in page.objects]

    def _leave(self, unit: str, obstacle: Obstacle, **words: Any) -> None:
        self.agent.log.blocked(unit_subject(self.pool, unit), obstacle, **words)

    def _strangers(self, seen: ObservedUnit, desired: Desired) -> list[TenantPod]:
        """The pods that have to go: all of a unit that is taken back, other tenants' from one that is in hands."""
        if isinstance(desired, Open):
            others = self.tenants - {desired.tenant}
            return [pod for pod in seen.pods if pod.metadata.namespace in others]
        return list(seen.pods) if isinstance(desired, Closed) and desired.grant is not None else []

    def _objection(self, observed: ObservedUnit, desired: Desired) -> Obstacle | None:
        """Why nothing may be written now, or None."""
        if isinstance(desired, Frozen):
            return desired.obstacle
        if isinstance(desired, Closed):
            return None
        if len(observed.nodes) > observed.hosts:
            return too_many(observed)
        namespace = self.agent.caches.namespaces.get(desired.tenant)
        if admits(namespace, desired.tenant, desired.reservation):
            return None
        waits = f"opens when namespace {desired.tenant} shows reservation {desired.reservation}"
        cause = self.agent.log.obstacles.get(tenant_subject(desired.tenant))
        return cause or Obstacle("NamespacePending", waits)

    def _write(self, observed: ObservedUnit, desired: Desired, occupied: set[str]) -> int | None:
        """Write what is due; `occupied` are nodes on which pods were seen that have to go. Returns the grant undone."""
        steps = [(node, next_step(node, desired, occupied)) for node in observed.nodes]
        for _, step in steps:
            if isinstance(step, Frozen):
                self._leave(observed.unit, step.obstacle)
        due = [(node, step, change) for node, step in steps if (change := change_of(node, step))]
        if not due:
            return self._undone(observed, desired)
        for node, _, change in due:
            write_node(self.agent, node, change)
        self.agent.log.did(
            "opened" if any(isinstance(step, Open) for _, step, _ in due) else "closed",
            f"{self.pool}/{observed.unit}",
            hosts=len(observed.nodes),
            **_whose(observed, desired),
        )
        return None

    def _undone(self, observed: ObservedUnit, desired: Desired) -> int | None:
        """The grant being undone, if every host is there, Ready, closed, written by it, with nothing of a tenant."""
        if not isinstance(desired, Closed) or desired.grant is None or not observed.whole:
            return None
        if observed.undone_grant != desired.grant or any(self._has_pods(node) for node in observed.nodes):
            return None
        if left := left_behind(observed.nodes):
            self._leave(observed.unit, left)
            return None
        return desired.grant

    def _has_pods(self, node: Node) -> bool:
        selector = Selector(fields=f"spec.nodeName={node.metadata.name}")
        pages = self.agent.site.list_pages(TENANT_PODS, selector)
        return any(page.broken or any(map(self._keeps, page.objects)) for page in pages)

    def _keeps(self, pod: TenantPod) -> bool:
        return is_tenant_pod(pod, self.tenants) or is_daemon(pod)


def next_step(node: Node, desired: Desired, occupied: Container[str]) -> Desired:
    """What one node is made now: one that shows another reservation is closed first, and opened when its pods are gone.

    So it comes back where a host was away while its unit changed hands, with the marks and the pods of before.
    """
    if not isinstance(desired, Open) or open_for(node) == desired.reservation:
        return desired
    if shown_reservations(node) - {desired.reservation}:
        return Closed()
    if node.metadata.name in occupied:
        why = f"node {node.metadata.name} is opened when the pods of another tenant on it have ended"
        return Frozen(Obstacle("HostOccupied", why))
    return desired


def too_many(observed: ObservedUnit) -> Obstacle:
    """More nodes than hosts: to open them all would open one that only says it is of this unit."""
    names = ", ".join(node.metadata.name for node in observed.nodes)
    why = (
        f"{len(observed.nodes)} nodes say that they are hosts of {observed.unit}, which has {observed.hosts}: "
        f"{names:.600}. None is opened until those that are not of it have other labels, or are gone"
    )
    return Obstacle("MoreHostsThanDeclared", why)


def pool_unknown(pool: str) -> Obstacle:
    """A pool of which the hub knows nothing, or not here: that takes nothing from anybody."""
    return Obstacle("PoolUnknown", f"pool {pool} is gone from the hub; nodes stay as they are")


def write_node(agent: Agent, node: Node, change: dict[str, object]) -> None:
    """One node's marks; one that has moved since it was read is left to the next turn."""
    try:
        agent.caches.nodes.put(agent.site.patch(NODES, identify(node), change))
    except (Stale, Gone):
        return


def send_away(agent: Agent, pods: Iterable[TenantPod], grace_seconds: int) -> None:
    """Tell each pod to end that has not been told, or gave itself too long."""
    once = agent.site.single_try(CALL_SECONDS)
    for pod in pods:
        if must_be_told(pod, grace_seconds):
            _end(once, pod, grace_seconds)
            agent.log.did("sent a pod away", f"{pod.metadata.namespace}/{pod.metadata.name}")


def _end(site: Api, pod: TenantPod, grace_seconds: int) -> None:
    """Evict one pod. A disruption budget may ask for patience, but a unit is not held by it: then it is deleted.

    The pod ends in its own time then; once it is ending no budget counts, and the next eviction shortens that.
    """
    try:
        site.evict(identify(pod), grace_seconds)
    except (Unavailable, Unknown):
        _delete(site, pod)
    except (Stale, Gone):
        return


def _delete(site: Api, pod: TenantPod) -> None:
    try:
        site.delete(TENANT_PODS, identify(pod))
    except (Stale, Gone):
        return


def _whose(observed: ObservedUnit, desired: Desired) -> dict[str, Any]:
    """The reservation that a unit is opened for, or taken from, and by which grant: as far as it is known."""
    if isinstance(desired, Open):
        return {"reservation_uid": desired.reservation, "grant": desired.grant}
    before = {node.metadata.labels.get(RESERVATION_LABEL, "") for node in observed.nodes} - {""}
    grant = desired.grant if isinstance(desired, Closed) else None
    words = {"reservation_uid": min(before, default=""), "grant": grant}
    return {key: value for key, value in words.items() if value}
