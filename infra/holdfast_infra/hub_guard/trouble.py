"""Whom a stricter rule of trouble would hit: units that tenants hold, as their agent last saw them. Pure.

    minHealthyHosts rises   a unit that works and would have too few hosts: it counts as failed, and where they are
                            lost for good no dwell is waited for (docs/repair.md)
    dwellSeconds falls      a unit in trouble: it has less time to get well
    askLimitSeconds falls   a unit in trouble: its holder has less time to answer

However many spares there are: the tenant's pods would move because of a declaration, and not because of what failed. A
unit of which nobody has reported could be any of these. What nobody holds is supply: promises.py counts on a unit that
would have too few hosts as on one that failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from holdfast.hardware.instants import text_of
from holdfast_infra.hub_guard.ledger import Object, Refusal, listed
from holdfast_infra.hub_guard.standing import WORKS, Standing, health_of
from holdfast_infra.hub_guard.supply import ASK_LIMIT, DWELL, ENOUGH, Taking


def cut_short(taken: Sequence[Taking], standing: Standing, later: Standing) -> Refusal | None:
    """None if no unit in somebody's hands would go sooner, else the first change by which one would, and whose it is.

    later: the same with units seen by the new rule.
    """
    for each in taken:
        if each.field in _HITS:
            hits, what = _HITS[each.field]
            units = [unit for unit in _in_hands(standing) if hits(unit, standing, later)]
            if units:
                return Refusal(
                    f"{each.field} from {each.old} to {each.new} would have {_named(units, standing)} {what}",
                    "mend its hosts first, or keep what is declared until its tenant has another unit or is done",
                )
    return None


def seen_by(taken: Sequence[Taking], new: Object, report: Object | None) -> Object | None:
    """The report as the pool's agent would write it by the new spec."""
    if report is None or not any(each.field == ENOUGH for each in taken):
        return report
    enough = int(new[ENOUGH])
    units = {name: _seen(each, enough) for name, each in report["spec"]["units"].items()}
    return {**report, "spec": {**report["spec"], "units": units}}


def _seen(unit: Object, enough: int) -> Object:
    hosts = unit.get("hostsHealthy", unit.get("hostsReady", 0))
    too_few = unit["health"] == "Degraded" and int(hosts) < enough
    return {**unit, "health": "Unhealthy"} if too_few else unit


def _fails(unit: str, standing: Standing, later: Standing) -> bool:
    return standing.health is None or (
        health_of(later, unit) not in WORKS and not _in_trouble(unit, standing, later)
    )


def _in_trouble(unit: str, standing: Standing, _later: Standing) -> bool:
    return standing.health is None or health_of(standing, unit) not in WORKS


_HITS: dict[str, tuple[Callable[[str, Standing, Standing], bool], str]] = {
    ENOUGH: (_fails, "count as failed"),
    DWELL: (_in_trouble, "count as failed sooner"),
    ASK_LIMIT: (_in_trouble, "leave sooner"),
}


def _in_hands(standing: Standing) -> Iterator[str]:
    return (unit for each in standing.promises for unit in each.hands)


def _named(units: Sequence[str], standing: Standing) -> str:
    return listed(
        [
            f"unit {unit}, which reservation {each.reservation} (tenant {each.tenant}) holds until {text_of(each.end)},"
            for each in standing.promises
            for unit in each.hands
            if unit in units
        ]
    )
