"""The agent's turn, its reconcile: from what is observed and desired to what is written and reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from holdfast.agent.caches import Agent
from holdfast.agent.desired import desired_for, needs_work
from holdfast.agent.handover import HandOver
from holdfast.agent.observed import ObservedUnit, observed_units, tenant_pods_by_node
from holdfast.agent.report import Verified, write_report
from holdfast.agent.tenant_namespace import keep_namespaces
from holdfast.agent.tenant_pods import tenant_namespaces
from holdfast.api.ledger import EMPTY
from holdfast.api.pool import AcceleratorPool
from holdfast.cluster.core_objects import Node
from holdfast.hardware.names import POOL_LABEL

ObservedPools = list[tuple[AcceleratorPool, Mapping[str, ObservedUnit]]]
"""Each pool of the datacenter with its units as the caches show them."""


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
    # 3. Units observed to be other than desired: nodes read, ledger read, nodes written.
    verified = {pool.metadata.name: _hand_over(agent, pool, units) for pool, units in _observe(agent)}
    # 4. What is observed now, into each pool's report.
    for pool, units in _observe(agent):
        with agent.log.isolate(f"report {pool.metadata.name}"):
            write_report(agent, pool, units, verified.get(pool.metadata.name, {}))
    return not agent.log.outages


def _observe(agent: Agent) -> ObservedPools:
    """The pools of this datacenter, whatever the server's selection let through, and what is on their nodes."""
    caches = agent.caches
    by_pool: dict[str, list[Node]] = defaultdict(list)
    for node in caches.nodes.objects():
        by_pool[node.metadata.labels.get(POOL_LABEL, "")].append(node)
    pods = tenant_pods_by_node(caches.pods.objects(), tenant_namespaces(caches.namespaces.objects()))
    pools = (pool for pool in caches.pools.objects() if pool.spec.datacenter == agent.datacenter)
    return [(pool, observed_units(pool, by_pool[pool.metadata.name], pods)) for pool in pools]


def _hand_over(agent: Agent, pool: AcceleratorPool, units: Mapping[str, ObservedUnit]) -> Verified:
    """Settle each unit worth fresh reads; returns the grants that were found undone, by unit."""
    name = pool.metadata.name
    handover = HandOver(agent, name, tenant_namespaces(agent.caches.namespaces.objects()))
    verified: dict[str, int] = {}
    for unit, observed in units.items():
        if _worth_a_look(agent, pool, observed):
            with agent.log.isolate(f"{name}/{unit}"):
                if grant := handover.settle(observed):
                    verified[unit] = grant
    return verified


def _worth_a_look(agent: Agent, pool: AcceleratorPool, observed: ObservedUnit) -> bool:
    report = agent.caches.reports.get(pool.metadata.name)
    told = report.spec.units.get(observed.unit) if report is not None else None
    desired = desired_for(pool.status or EMPTY, observed.unit, observed.nodes)
    return needs_work(observed, desired, told.clean_grant if told else None, pool.spec.grace_seconds)
