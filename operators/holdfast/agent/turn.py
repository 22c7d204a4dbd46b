"""The agent's turn, its reconcile: from what is observed and desired to what is written and reported."""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.agent.caches import Agent
from holdfast.agent.desired import Closed, desired_for, needs_work
from holdfast.agent.handover import HandOver
from holdfast.agent.nodes_without_unit import close_nodes, leave_unknown
from holdfast.agent.observed import ObservedUnit
from holdfast.agent.observing import ObservedSite, SeenSite
from holdfast.agent.obstacle import Obstacle, unit_subject
from holdfast.agent.queue_keeper import keep_queues
from holdfast.agent.report import Verified, write_report
from holdfast.agent.reserved_hosts import keep_hosts
from holdfast.agent.slice_report import known_slices, slices_seen
from holdfast.agent.slices import AllSlices, is_sliced, keep_slices, unread, waits_for
from holdfast.agent.tenant_namespace import keep_namespaces
from holdfast.agent.tenant_pods import tenant_namespaces
from holdfast.api.ledger import EMPTY
from holdfast.api.pool import AcceleratorPool


def turn(agent: Agent) -> bool:
    """One turn; whether it was done without a failure of a server. ClusterError: a server is away.

    Whatever a turn leaves undone, because the world moved or a call failed, the next one finds and does.
    """
    agent.log.begin()
    # 1. Nothing is done until every cache has been filled whole.
    if not agent.caches.synced:
        return False
    # 2. Tenants' namespaces, so that their pods may come as soon as a node opens.
    keep_namespaces(agent, _observe(agent))
    # 3. Cubes joined into slices; units observed to be other than desired: nodes read, ledger read, nodes written.
    site = _observe(agent)
    for seen in site.pools.values():
        keep_slices(agent, seen.pool, seen.units)
    verified = {seen.name: _hand_over(agent, seen.pool, seen.units) for seen in site.pools.values()}
    # 4. Nodes with our marks that belong to no unit: closed, or told.
    for seen in site.pools.values():
        close_nodes(agent, seen.pool, seen.without_unit, site.pods)
    leave_unknown(agent, site.unknown.values())
    # 5. What is observed now: to each unit's tenant, to Kueue, and with what is blocked into each pool's report.
    site = _observe(agent)
    keep_hosts(agent, ((seen.pool, seen.units) for seen in site.pools.values()))
    keep_queues(agent, [(seen.pool, seen.units) for seen in site.pools.values()])
    for seen in site.pools.values():
        with agent.log.isolate(f"report {seen.name}"):
            told = verified.get(seen.name, {})
            write_report(agent, seen.pool, seen.units, told, len(seen.without_unit))
    return not agent.log.outages


def _observe(agent: Agent) -> ObservedSite:
    """The pools of this datacenter, whatever the server's selection let through, and what is on their nodes."""
    caches = agent.caches
    tenants = tenant_namespaces(caches.namespaces.objects())
    records = caches.pools.records, caches.nodes.records, caches.pods.records
    return agent.observer.look(SeenSite(*records, tenants, agent.datacenter))


def _hand_over(agent: Agent, pool: AcceleratorPool, units: Mapping[str, ObservedUnit]) -> Verified:
    """Settle each unit worth fresh reads; returns the grants that were found undone, by unit."""
    name = pool.metadata.name
    place, looked = f"hand over {name}", (pool, units, agent.caches.reports.get(name), slices_seen(agent))
    if agent.settled.still(place, *looked):
        return {}
    handover = HandOver(agent, name, tenant_namespaces(agent.caches.namespaces.objects()))
    verified: dict[str, int] = {}
    slices, idle = (unread(agent) or known_slices(agent)) if is_sliced(pool) else None, True
    for unit, observed in units.items():
        if waits := _waits(pool, observed, slices):
            idle = False
            agent.log.blocked(unit_subject(name, unit), waits)
        elif _worth_a_look(agent, pool, observed):
            idle = False
            with agent.log.isolate(unit_subject(name, unit)):
                if grant := handover.settle(observed):
                    verified[unit] = grant
    if idle:
        agent.settled.settle(place, *looked)
    return verified


def _waits(pool: AcceleratorPool, observed: ObservedUnit, slices: AllSlices | None) -> Obstacle | None:
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
