"""What the agent tells the hub of a pool, made of what is seen. Pure.

openGrant n    every host carries the label, taint and annotation of grant n
cleanGrant n   every host is closed and written by n, and with that so, no guest was found on any (`handover`);
               once true it stays true, since the ledger never gives n again: it is kept until other marks are seen
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from holdfast.agent.observed import UnitSight
from holdfast.api.pool import AcceleratorPool
from holdfast.api.report import Health, PoolReportSpec, UnitReport

PARTITION_PREFIX: Final = "cloud.google.com/gke-tpu-partition-"
PARTITION_SUFFIX: Final = "-state"
"""Label of a cube's hosts, with the partition's shape in between: HEALTHY, DEGRADED (usable), UNHEALTHY, …"""

Verified = Mapping[str, int]
"""Of a pool's units: the grant that was just found undone, with no guest left."""


def report_of(
    pool: AcceleratorPool,
    sights: Mapping[str, UnitSight],
    before: PoolReportSpec | None,
    verified: Verified,
) -> PoolReportSpec:
    """The report of a pool; `before` is the one in force. A unit that was never seen is not listed."""
    told = before.units if before is not None else {}
    units = {
        unit: unit_report(sight, told.get(unit), verified.get(unit))
        for unit, sight in sights.items()
        if sight.nodes or unit in told
    }
    return PoolReportSpec(datacenter=pool.spec.datacenter, units=units)


def unit_report(sight: UnitSight, before: UnitReport | None, verified: int | None) -> UnitReport:
    """One unit as it is seen now."""
    undone = sight.undone_grant
    known = {verified, before.clean_grant if before is not None else None}
    return UnitReport(
        health=health_of(sight),
        hosts=len(sight.nodes),
        hosts_ready=sum(node.ready for node in sight.nodes),
        cordoned=any(node.cordoned for node in sight.nodes),
        open_grant=sight.open_grant,
        clean_grant=undone if undone in known else None,
    )


def health_of(sight: UnitSight) -> Health:
    """Missing: fewer hosts than declared. Unhealthy: one is not Ready, or more claim to be hosts than there are."""
    if len(sight.nodes) < sight.hosts:
        return "Missing"
    partitions = _partition_states(sight)
    if not sight.whole or "UNHEALTHY" in partitions:
        return "Unhealthy"
    return "Degraded" if "DEGRADED" in partitions else "Healthy"


def _partition_states(sight: UnitSight) -> set[str]:
    return {
        value
        for node in sight.nodes
        for key, value in node.metadata.labels.items()
        if key.startswith(PARTITION_PREFIX) and key.endswith(PARTITION_SUFFIX)
    }
