"""The floor: site, block, unit and hosts; who is ill stands out, who holds what is told to those who may know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from holdfast.api.ledger import UnitGrant
from holdfast.api.maintenance import MaintenanceWindow
from holdfast.api.pool import AcceleratorPool, DeclaredUnit
from holdfast.api.report import Blocked, PoolReport, UnitReport
from holdfast.console.views.in_view import InView, ledger_of
from holdfast.hardware.instants import text_of

ILL = ("Unhealthy", "Missing", "Degraded")
"""Healths that somebody has to look at, the worst first."""


@dataclass(frozen=True, slots=True)
class UnitCell:
    """One unit. `look` is how it is drawn: ill, degraded, quarantined, releasing, held, cordoned, out, due or free."""

    unit: str
    node_pool: str
    health: str
    hosts: int
    ready: int
    state: str
    holder: str = ""
    tenant: str = ""
    grant: int | None = None
    since: int | None = None
    note: str = ""
    work: str = ""
    look: str = "free"

    @property
    def ill(self) -> bool:
        """Whether somebody has to look at it."""
        return self.look in ("ill", "degraded")


@dataclass(frozen=True, slots=True)
class Block:
    """One pool with its units, by name, and how many there are of each look."""

    pool: str
    accelerator: str
    unit: str
    units: tuple[UnitCell, ...]

    @property
    def looks(self) -> Mapping[str, int]:
        """How many units look how."""
        return Counter(cell.look for cell in self.units)

    @property
    def hosts(self) -> int:
        """All hosts that should be there."""
        return sum(cell.hosts for cell in self.units)

    @property
    def missing(self) -> int:
        """Hosts that are not ready, of units that are delivered."""
        return sum(cell.hosts - cell.ready for cell in self.units if cell.look != "due")

    @property
    def ill(self) -> tuple[UnitCell, ...]:
        """The units somebody has to look at, the worst first."""
        found = [cell for cell in self.units if cell.ill]
        return tuple(
            sorted(found, key=lambda cell: (ILL.index(cell.health) if cell.health in ILL else 9, cell.unit))
        )


@dataclass(frozen=True, slots=True)
class SiteFloor:
    """One datacenter: whether its agent is heard, and its blocks."""

    name: str
    heard: bool
    blocks: tuple[Block, ...]

    @property
    def units(self) -> int:
        """Units of all blocks."""
        return sum(len(block.units) for block in self.blocks)

    @property
    def ill(self) -> int:
        """Units of all blocks that somebody has to look at."""
        return sum(len(block.ill) for block in self.blocks)


def floor(seen: InView) -> tuple[SiteFloor, ...]:
    """Every site with its blocks; nothing for a viewer who may not read pools."""
    silent = silent_sites(seen)
    return tuple(
        SiteFloor(site, site not in silent, tuple(block_of(seen, pool) for pool in pools))
        for site, pools in seen.sites().items()
    )


def silent_sites(seen: InView) -> frozenset[str]:
    """Datacenters of which the planner says that it does not hear their agent."""
    return frozenset(_unheard(seen))


def _unheard(seen: InView) -> Iterator[str]:
    for name, site in seen.datacenters.items():
        for said in site.status.conditions if site.status is not None else ():
            if said.type == "Ready" and said.status == "Unknown":
                yield name


def block_of(seen: InView, pool: AcceleratorPool) -> Block:
    """One pool, unit by unit: as declared, and those its ledger still lists."""
    name, spec = pool.metadata.name, pool.spec
    report, works = seen.reports.get(name), _work(seen, pool)
    cells = tuple(
        _cell(seen, pool, report, unit, works.get(unit, ""))
        for unit in sorted({*spec.units, *ledger_of(pool).units})
    )
    return Block(name, spec.accelerator_type, spec.unit_topology, cells)


def _cell(seen: InView, pool: AcceleratorPool, report: PoolReport | None, unit: str, work: str) -> UnitCell:
    declared, ledger = pool.spec.units.get(unit), ledger_of(pool)
    grant = ledger.units.get(unit)
    told = report.spec.units.get(unit) if report is not None else None
    blocked = report.spec.blocked.get(unit) if report is not None else None
    entry = ledger.promises.get(grant.promise or "") if grant is not None else None
    health = told.health if told is not None else "Missing"
    return UnitCell(
        unit=unit,
        node_pool=declared.node_pool if declared is not None else "",
        health=health,
        hosts=pool.spec.hosts_per_unit,
        ready=min(told.hosts_ready, pool.spec.hosts_per_unit) if told is not None else 0,
        state=_state(grant, declared, seen.now),
        holder=entry.reservation if entry is not None else "",
        tenant=entry.tenant if entry is not None else "",
        grant=grant.grant if grant is not None else None,
        since=grant.since if grant is not None else None,
        note="; ".join(_notes(told, grant, pool.metadata.recalled.get(unit, ""), blocked)),
        work=work,
        look=_look(told, grant, _due(declared, seen.now), work),
    )


def _look(told: UnitReport | None, grant: UnitGrant | None, due: bool, work: str) -> str:
    if due:
        return "due"
    health = told.health if told is not None else "Missing"
    if health != "Healthy":
        return "out" if work else "degraded" if health == "Degraded" else "ill"  # at work: it alarms nobody
    if grant is not None:
        return {"Active": "held", "Releasing": "releasing", "Quarantined": "quarantined"}[grant.state]
    return "out" if work else "cordoned" if told is not None and told.cordoned else "free"


def _state(grant: UnitGrant | None, declared: DeclaredUnit | None, now: int) -> str:
    if grant is not None:
        return grant.state
    if declared is None:
        return "Undeclared"
    if _due(declared, now):
        return "Due"
    return "Retiring" if declared.retiring else "Free"


def _due(declared: DeclaredUnit | None, now: int) -> bool:
    return declared is not None and declared.available_from is not None and declared.available_from > now


def _notes(
    told: UnitReport | None, grant: UnitGrant | None, recaller: str, blocked: Blocked | None
) -> Iterator[str]:
    """What is to be known of a unit besides its health, what somebody must act on first."""
    if blocked is not None:
        yield blocked.message
    if recaller:
        yield f"taken back for safety by {recaller}"
    if told is not None and told.trouble is not None:
        lasting = ", which does not heal by itself" if told.trouble.lasting else ""
        yield f"{told.trouble.source} says {told.trouble.reason}{lasting}"
    if told is not None and told.remediation is not None:
        ticket = told.remediation
        yield f"{ticket.by} repairs it, from {text_of(ticket.since)} until {text_of(ticket.until)}"
    if grant is not None and grant.replaces:
        yield f"stands in for {grant.replaces}"


def _work(seen: InView, pool: AcceleratorPool) -> dict[str, str]:
    """By unit, the accepted maintenance that is at it now, as its name and reason."""
    found: dict[str, str] = {}
    for outage in (ledger_of(pool).outages or {}).values():
        if outage.from_ <= seen.now < outage.until:
            window = seen.maintenance.get(outage.name)
            found |= dict.fromkeys(outage.units or pool.spec.units, _reason(outage.name, window))
    return found


def _reason(name: str, window: MaintenanceWindow | None) -> str:
    return f"{name}: {window.spec.reason}" if window is not None and window.spec.reason else name
