"""The agent's turn, its reconcile: from what is observed and desired to what is written and reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.agent.caches import Agent
from holdfast.agent.desired import Closed, desired_for, needs_work
from holdfast.agent.handover import HandOver
from holdfast.agent.nodes_without_unit import close_nodes, leave_unknown, without_unit
from holdfast.agent.observed import ObservedUnit, PodsByNode, observed_units, tenant_pods_by_node
from holdfast.agent.obstacle import Obstacle, unit_subject
from holdfast.agent.queue_keeper import keep_queues
from holdfast.agent.report import Verified, write_report
from holdfast.agent.reserved_hosts import keep_hosts
from holdfast.agent.slice_report import Standing, known_slices
from holdfast.agent.slices import is_sliced, keep_slices, waits_for
from holdfast.agent.tenant_namespace import keep_namespaces
from holdfast.agent.tenant_pods import tenant_namespaces
from holdfast.api.ledger import EMPTY
from holdfast.api.pool import AcceleratorPool
from holdfast.cluster.core_objects import Node
from holdfast.hardware.names import POOL_LABEL


@dataclass(frozen=True, slots=True)
class ObservedPool:
    """One pool of the datacenter as the caches show it: its units, and its marked nodes that belong to none."""

    pool: AcceleratorPool
    units: Mapping[str, ObservedUnit]
    without_unit: list[Node]
    pods: PodsByNode

    @property
    def name(self) -> str:
        """The pool's name."""
        return self.pool.metadata.name


def turn(agent: Agent) -> bool:
    """One turn; whether it was done without a failure of a server. ClusterError: a server is away.

    Whatever a turn leaves undone, because the world moved or a call failed, the next one finds and does.
    """
    agent.log.begin()
    # 1. Nothing is done until every cache has been filled whole.
    if not agent.caches.synced:
        return False
    # 2. Tenants' namespaces, so that their pods may come as soon as a node opens.
    keep_namespaces(agent)
    # 3. Cubes joined into slices; units observed to be other than desired: nodes read, ledger read, nodes written.
    observed = _observe(agent)
    for seen in observed:
        keep_slices(agent, seen.pool, seen.units)
    verified = {seen.name: _hand_over(agent, seen.pool, seen.units) for seen in observed}
    # 4. Nodes with our marks that belong to no unit: closed, or told.
    for seen in observed:
        close_nodes(agent, seen.pool, seen.without_unit, seen.pods)
    leave_unknown(agent, agent.caches.nodes.objects(), (seen.name for seen in observed))
    # 5. What is observed now: to each unit's tenant, to Kueue, and with what is blocked into each pool's report.
    observed = _observe(agent)
    keep_hosts(agent, ((seen.pool, seen.units) for seen in observed))
    keep_queues(agent, [(seen.pool, seen.units) for seen in observed])
    for seen in observed:
        with agent.log.isolate(f"report {seen.name}"):
            told = verified.get(seen.name, {})
            write_report(agent, seen.pool, seen.units, told, len(seen.without_unit))
    return not agent.log.outages


def _observe(agent: Agent) -> list[ObservedPool]:
    """The pools of this datacenter, whatever the server's selection let through, and what is on their nodes."""
    caches = agent.caches
    by_pool: dict[str, list[Node]] = defaultdict(list)
    for node in caches.nodes.objects():
        by_pool[node.metadata.labels.get(POOL_LABEL, "")].append(node)
    pods = tenant_pods_by_node(caches.pods.objects(), tenant_namespaces(caches.namespaces.objects()))
    pools = (pool for pool in caches.pools.objects() if pool.spec.datacenter == agent.datacenter)
    return [_observed(pool, by_pool[pool.metadata.name], pods) for pool in pools]


def _observed(pool: AcceleratorPool, nodes: list[Node], pods: PodsByNode) -> ObservedPool:
    return ObservedPool(pool, observed_units(pool, nodes, pods), without_unit(pool, nodes), pods)


def _hand_over(agent: Agent, pool: AcceleratorPool, units: Mapping[str, ObservedUnit]) -> Verified:
    """Settle each unit worth fresh reads; returns the grants that were found undone, by unit."""
    name = pool.metadata.name
    handover = HandOver(agent, name, tenant_namespaces(agent.caches.namespaces.objects()))
    verified: dict[str, int] = {}
    slices = known_slices(agent) if is_sliced(pool) else None
    for unit, observed in units.items():
        if waits := _waits(pool, observed, slices):
            agent.log.blocked(unit_subject(name, unit), waits)
        elif _worth_a_look(agent, pool, observed):
            with agent.log.isolate(unit_subject(name, unit)):
                if grant := handover.settle(observed):
                    verified[unit] = grant
    return verified


def _waits(pool: AcceleratorPool, observed: ObservedUnit, slices: Standing) -> Obstacle | None:
    """What a cube waits for as far as the caches know, where that is all there is to do: no call is made for it."""
    if slices is None:
        return None
    desired = desired_for(pool.status or EMPTY, observed.unit, observed.nodes)
    if isinstance(desired, Closed) and needs_work(observed, desired, desired.grant, pool.spec.grace_seconds):
        return None
    return waits_for(pool, observed, desired, slices)


def _worth_a_look(agent: Agent, pool: AcceleratorPool, observed: ObservedUnit) -> bool:
    report = agent.caches.reports.get(pool.metadata.name)
    told = report.spec.units.get(observed.unit) if report is not None else None
    desired = desired_for(pool.status or EMPTY, observed.unit, observed.nodes)
    return needs_work(observed, desired, told.clean_grant if told else None, pool.spec.grace_seconds)
