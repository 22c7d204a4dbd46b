"""Units that a stack declares without hardware, and a report that knows it before the pool's agent does. Pure.

    up 1 deletes the node pool of unit a (delivered: false)    its agent says Healthy until it has looked again, and
                                                               where it is down for as long as it is
    up 2 is asked for unit b                                   with a counted as there, b would not be missed

So each question is put twice: by the report as it is, and by one that says nothing of units without hardware. Both must
be a yes. Not by the second alone: while the hardware of such a unit still stands it would be taken for missed by
nobody, and so let go with whatever date is declared for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from holdfast_infra.declaration import Datacenter
from holdfast_infra.hub_guard.ledger import Object

Undelivered = Mapping[str, Collection[str]]
"""By pool, units of which the declaration says that their hosts do not exist."""

_WELL = {"health": "Healthy"}


def undelivered(datacenter: Datacenter) -> dict[str, frozenset[str]]:
    """Those of a datacenter."""
    return {
        pool.name: frozenset(unit.name for unit in pool.units if not unit.delivered)
        for pool in datacenter.pools
    }


def without(report: Object | None, pool: Object, gone: Collection[str]) -> Object:
    """A pool's report as it will be once these units are seen to be gone: a unit that it does not list is missing.

    report: None where no agent ever reported, and so every declared unit counts as there.
    """
    declared = (pool.get("spec") or {}).get("units") or {}
    seen = report["spec"]["units"] if report is not None else dict.fromkeys(declared, _WELL)
    return {"spec": {"units": {unit: each for unit, each in seen.items() if unit not in gone}}}
