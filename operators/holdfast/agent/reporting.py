"""Tells the hub what is seen of a pool, when that has changed. A report whose pool has left is left as it is."""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.agent.caches import Workplace, find
from holdfast.agent.observed import UnitSight
from holdfast.agent.report import Verified, report_of
from holdfast.api.kind import ObjectMeta
from holdfast.api.pool import AcceleratorPool
from holdfast.api.report import PoolReport
from holdfast.cluster.holdfast_objects import REPORTS


def tell(
    place: Workplace, pool: AcceleratorPool, sights: Mapping[str, UnitSight], verified: Verified
) -> None:
    """Write the pool's report unless the one in force says the same."""
    known = place.sources.reports.get(pool.metadata.name)
    if known is not None and known.spec == report_of(pool, sights, known.spec, verified):
        return
    found = find(place.hub, REPORTS, pool.metadata.name)
    spec = report_of(pool, sights, found.spec if found else None, verified)
    if found is None:
        written = place.hub.create(
            REPORTS, PoolReport(metadata=ObjectMeta(name=pool.metadata.name), spec=spec)
        )
    elif found.spec == spec:
        written = found
    else:
        written = place.hub.replace(REPORTS, found.model_copy(update={"spec": spec}))
    place.sources.reports.put(written)
