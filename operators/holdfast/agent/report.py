"""What the agent tells the hub of a pool: the report made of what is observed (pure), and the one write of it.

health…        how many of its hosts work, and the worst that is said of them (`unit_health`): states, never a time
openGrant n    every host carries the label, taint and annotation of grant n, and of a cube the slice is ACTIVE
cleanGrant n   every host is closed and written by n, and with that so, no tenant's pod was found on any (`handover`);
               once true it stays true, since the ledger never gives n again: it is kept until other marks are seen
restored       the pool's mark said back: this was written by an agent that saw the ledger as it was restored
unaccounted    marks of a grant that the ledger does not know: after a restore, to whom the unit was given meanwhile;
               one host that is open by it is enough, for others may be away, or not reached yet
blocked…       what the log tells as held back, word for word: by unit, by node without a unit, by tenant
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from holdfast.agent.caches import Agent, find
from holdfast.agent.desired import newest_of
from holdfast.agent.node_marks import open_for, written_grant
from holdfast.agent.observed import ObservedUnit
from holdfast.agent.obstacle import Obstacles, about, first, node_subject, tenant_subject, unit_subject
from holdfast.agent.slice_report import known_slices, slices_seen, with_slices
from holdfast.agent.slices import unread
from holdfast.agent.unit_health import health_of, healthy_hosts, occupied, remediation_of, trouble_of
from holdfast.api.kind import ObjectMeta
from holdfast.api.ledger import EMPTY, LedgerDocument
from holdfast.api.pool import AcceleratorPool
from holdfast.api.report import (
    MAX_BLOCKED_NODES,
    MAX_BLOCKED_TENANTS,
    PoolReport,
    PoolReportSpec,
    Queues,
    Unaccounted,
    UnitReport,
)
from holdfast.cluster.holdfast_objects import REPORTS
from holdfast.frozen.once import once

Verified = Mapping[str, int]
"""Of a pool's units: the grant that was just found undone, with no tenant's pod left."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What stands in the agent's way: all that is blocked in the turn, and how many nodes of the pool have no unit.

    `queues` says whether there are any.
    """

    obstacles: Obstacles = field(default_factory=dict)
    without_unit: int = 0
    queues: Queues = "NotServed"


NOTHING = Hindrance()


def write_report(
    agent: Agent,
    pool: AcceleratorPool,
    units: Mapping[str, ObservedUnit],
    verified: Verified,
    without_unit: int = 0,
) -> None:
    """Write the pool's report unless the one in force says the same, as it did when the same was looked at before."""
    hindrance = Hindrance(agent.log.obstacles, without_unit, agent.queues)
    known = agent.caches.reports.get(pool.metadata.name)
    place, looked = f"report {pool.metadata.name}", (pool, units, known, slices_seen(agent))
    words = (verified, hindrance)
    if agent.settled.still(place, *looked, words=words):
        return
    slices, partly = known_slices(agent), unread(agent) is not None

    def spec_after(before: PoolReportSpec | None) -> PoolReportSpec:
        told = report_of(pool, units, before, verified, hindrance)
        kept = before.units if before is not None and partly else {}
        return with_slices(told, pool, units, slices, kept)

    if known is not None and known.spec == spec_after(known.spec):
        agent.settled.settle(place, *looked, words=words)
        return
    found = find(agent.hub, REPORTS, pool.metadata.name)
    spec = spec_after(found.spec if found else None)
    if found is None:
        written = agent.hub.create(
            REPORTS, PoolReport(metadata=ObjectMeta(name=pool.metadata.name), spec=spec)
        )
    elif found.spec == spec:
        written = found
    else:
        written = agent.hub.replace(REPORTS, found.model_copy(update={"spec": spec}))
    agent.caches.reports.put(written)


def report_of(
    pool: AcceleratorPool,
    observed_now: Mapping[str, ObservedUnit],
    before: PoolReportSpec | None,
    verified: Verified,
    hindrance: Hindrance = NOTHING,
) -> PoolReportSpec:
    """The report of a pool; `before` is the one in force. A unit that was never seen is not listed."""
    told = before.units if before is not None else {}
    name, obstacles, ledger = pool.metadata.name, hindrance.obstacles, pool.status or EMPTY
    blocked = about(obstacles, unit_subject(name, ""))
    return PoolReportSpec(
        datacenter=pool.spec.datacenter,
        restored=pool.metadata.said_back,
        queues=hindrance.queues,
        units={
            unit: unit_report(observed, told.get(unit), verified.get(unit), beyond(ledger, observed))
            for unit, observed in observed_now.items()
            if observed.nodes or unit in told
        },
        blocked={unit: why for unit, why in blocked.items() if unit in pool.spec.units},
        blocked_nodes=first(about(obstacles, node_subject(name, "")), MAX_BLOCKED_NODES),
        nodes_without_unit=hindrance.without_unit,
        blocked_tenants=first(about(obstacles, tenant_subject("")), MAX_BLOCKED_TENANTS),
    )


def unit_report(
    observed: ObservedUnit,
    before: UnitReport | None,
    verified: int | None,
    unaccounted: Unaccounted | None = None,
) -> UnitReport:
    """One unit as it is seen now."""
    undone = observed.undone_grant
    known = {verified, before.clean_grant if before is not None else None}
    clean_grant = undone if undone in known else None
    seen = _as_seen(observed)
    if clean_grant is None and unaccounted is None:
        return seen
    return seen.model_copy(update={"clean_grant": clean_grant, "unaccounted": unaccounted})


@once
def _as_seen(observed: ObservedUnit) -> UnitReport:
    """What its hosts say of a unit, whatever was reported before and the ledger knows."""
    ready, healthy = sum(node.ready for node in observed.nodes), healthy_hosts(observed)
    return UnitReport(
        health=health_of(observed),
        hosts=len(observed.nodes),
        hosts_ready=ready,
        hosts_healthy=healthy if healthy != ready else None,
        trouble=trouble_of(observed),
        occupied=occupied(observed),
        remediation=remediation_of(observed),
        cordoned=any(node.cordoned for node in observed.nodes),
        open_grant=observed.open_grant,
    )


def beyond(ledger: LedgerDocument, observed: ObservedUnit) -> Unaccounted | None:
    """What a unit's hosts say beyond the ledger; None where it knows all of it."""
    highest = observed.newest_grant
    if highest <= newest_of(ledger, observed.unit):
        return None
    written = (node for node in observed.nodes if written_grant(node) == highest)
    holders = sorted({open_for(node) for node in written} - {""})
    several = True if len(holders) > 1 else None
    return Unaccounted(grant=highest, reservation=holders[0] if holders else None, several=several)
