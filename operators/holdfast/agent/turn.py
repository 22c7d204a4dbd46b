"""The agent's turn, from what is known to what is told. Everything it needs is in its workplace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from holdfast.agent.caches import Workplace
from holdfast.agent.desired import needs_work, wanted_of
from holdfast.agent.handover import HandOver
from holdfast.agent.homes import keep_homes
from holdfast.agent.observed import UnitSight, guests_by_node, sights_of
from holdfast.agent.report import Verified
from holdfast.agent.reporting import tell
from holdfast.agent.tenant_pods import tenant_namespaces
from holdfast.api.ledger import EMPTY
from holdfast.api.pool import AcceleratorPool
from holdfast.cluster.core_objects import Node
from holdfast.hardware.names import POOL_LABEL

Picture = list[tuple[AcceleratorPool, Mapping[str, UnitSight]]]
"""Each pool of the datacenter with its units as the caches show them."""


def turn(place: Workplace) -> bool:
    """One turn; whether it was done without a failure of a server. ClusterError: a server is away.

    Whatever a turn leaves undone, because the world moved or a call failed, the next one finds and does.
    """
    place.chronicle.begin()
    # 1. Nothing is done until every source has been read whole.
    if not place.sources.synced:
        return False
    # 2. Tenants' homes, so that their pods may come as soon as a node opens.
    keep_homes(place)
    # 3. Units that look other than their ledger wants: nodes read, ledger read, nodes written.
    verified = {pool.metadata.name: _hand_over(place, pool, sights) for pool, sights in _look(place)}
    # 4. What is seen now, into each pool's report.
    for pool, sights in _look(place):
        with place.chronicle.chapter(f"report {pool.metadata.name}"):
            tell(place, pool, sights, verified.get(pool.metadata.name, {}))
    return not place.chronicle.outages


def _look(place: Workplace) -> Picture:
    """The pools of this datacenter, whatever the server's selection let through, and what is on their nodes."""
    sources = place.sources
    by_pool: dict[str, list[Node]] = defaultdict(list)
    for node in sources.nodes.objects():
        by_pool[node.metadata.labels.get(POOL_LABEL, "")].append(node)
    guests = guests_by_node(sources.pods.objects(), tenant_namespaces(sources.namespaces.objects()))
    pools = (pool for pool in sources.pools.objects() if pool.spec.datacenter == place.datacenter)
    return [(pool, sights_of(pool, by_pool[pool.metadata.name], guests)) for pool in pools]


def _hand_over(place: Workplace, pool: AcceleratorPool, sights: Mapping[str, UnitSight]) -> Verified:
    """Settle each unit worth fresh reads; returns the grants that were found undone, by unit."""
    name = pool.metadata.name
    crew = HandOver(place, name, tenant_namespaces(place.sources.namespaces.objects()))
    verified: dict[str, int] = {}
    for unit, sight in sights.items():
        if _worth_a_look(place, pool, sight):
            with place.chronicle.chapter(f"{name}/{unit}"):
                if grant := crew.settle(sight):
                    verified[unit] = grant
    return verified


def _worth_a_look(place: Workplace, pool: AcceleratorPool, sight: UnitSight) -> bool:
    report = place.sources.reports.get(pool.metadata.name)
    told = report.spec.units.get(sight.unit) if report is not None else None
    wanted = wanted_of(pool.status or EMPTY, sight.unit, sight.nodes)
    return needs_work(sight, wanted, told.clean_grant if told else None, pool.spec.grace_seconds)
