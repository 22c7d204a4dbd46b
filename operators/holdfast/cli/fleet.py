"""What `holdfast status` shows, before anybody draws it: pools, units, promises and more, as one reading of the hub."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from holdfast.api.datacenter import Datacenter
from holdfast.api.ledger import EMPTY, LedgerDocument, UnitGrant
from holdfast.api.maintenance import MaintenanceStatus, MaintenanceWindow
from holdfast.api.pool import AcceleratorPool, DeclaredUnit
from holdfast.api.promise import CapacityPromise
from holdfast.api.reasons import Reason
from holdfast.api.report import PoolReport, UnitReport
from holdfast.api.tenant import Tenant
from holdfast.audit.collect import read_all
from holdfast.cli.tables import ABSENT
from holdfast.cluster.client import Api
from holdfast.cluster.holdfast_objects import (
    DATACENTERS,
    MAINTENANCE,
    POOLS,
    PROMISES,
    REPORTS,
    TENANTS,
)
from holdfast.hardware.instants import text_of

HELD_REASONS = frozenset({
    Reason.DELETIONS_QUESTIONED, Reason.DELETIONS_FROZEN, Reason.DELETIONS_RELEASED, Reason.RELEASE_REFUSED,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit: what is declared, reported and granted. Units that nobody holds have the state Free."""

    pool: str
    unit: str
    health: str
    hosts: str
    holder: str
    grant: int | None
    state: str

    @property
    def notable(self) -> bool:
        """Whether there is more to say of it than that it is there."""
        return (self.state, self.health) != ("Free", "Healthy")


@dataclass(frozen=True, slots=True)
class HeldLine:
    """What is held back of one tenant's deletions, in the words of its Tenant: reason, since when, message."""

    tenant: str
    reason: str
    since: int
    message: str


@dataclass(frozen=True, slots=True)
class MaintenanceLine:
    """One maintenance window: what it takes out, and how it stands. No units named is the whole pool."""

    name: str
    pool: str
    units: tuple[str, ...]
    start: int
    end: int
    accepted: str
    reason: str
    deficit: int
    touched: tuple[str, ...]
    next_starts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Hub:
    """What the command shows, as read; `now` is epoch seconds by the hub's clock."""

    now: int
    pools: tuple[AcceleratorPool, ...] = ()
    reports: Mapping[str, PoolReport] = field(default_factory=dict)
    promises: tuple[CapacityPromise, ...] = ()
    tenants: tuple[Tenant, ...] = ()
    maintenance: tuple[MaintenanceWindow, ...] = ()
    sites: tuple[Datacenter, ...] = ()
    unread: tuple[str, ...] = ()


def read_hub(api: Api, only: str | None) -> Hub:
    """The hub, or the one pool named; raises ClusterError, Gone for a pool that does not exist."""
    promises, reports, tenants = read_all(api, PROMISES), read_all(api, REPORTS), read_all(api, TENANTS)
    windows, sites = read_all(api, MAINTENANCE), read_all(api, DATACENTERS)
    if only is None:
        every = read_all(api, POOLS)
        pools, unread = every.objects, every.unread
    else:
        pools, unread = (api.get(POOLS, only),), ()
    return Hub(
        now=int(api.clock.now()),
        pools=tuple(sorted(pools, key=lambda one: one.metadata.name)),
        reports={one.metadata.name: one for one in reports.objects},
        promises=tuple(one for one in promises.objects if only is None or only in one.spec.pools),
        tenants=tuple(sorted(tenants.objects, key=lambda one: one.metadata.name)),
        maintenance=tuple(
            sorted(
                (one for one in windows.objects if only in (None, one.spec.pool)),
                key=lambda one: (one.spec.start, one.metadata.name),
            )
        ),
        sites=tuple(sorted(sites.objects, key=lambda one: one.metadata.name)),
        unread=(*unread, *promises.unread, *reports.unread, *tenants.unread, *windows.unread),
    )


def units(hub: Hub) -> Iterator[UnitLine]:
    """Every unit of the pools read, declared or only listed in a ledger."""
    for pool in hub.pools:
        ledger = pool.status or EMPTY
        for unit in sorted({*pool.spec.units, *ledger.units}):
            yield _unit(hub, pool, ledger, unit)


def held_deletions(hub: Hub) -> Iterator[HeldLine]:
    """Tenants of which reservations are gone while their promises are kept, and releases that are not obeyed."""
    for tenant in hub.tenants:
        for said in tenant.status.conditions if tenant.status is not None else ():
            if said.reason in HELD_REASONS:
                yield HeldLine(tenant.metadata.name, said.reason, said.last_transition_time, said.message)


def frozen_repairs(hub: Hub) -> Iterator[tuple[str, str, str]]:
    """Datacenters in which more is reported as failed than is believed: name, since when, what."""
    for site in hub.sites:
        for said in site.status.conditions if site.status is not None else ():
            if said.type == "RepairsFrozen":
                yield site.metadata.name, text_of(said.last_transition_time), said.message


def maintenance(hub: Hub) -> Iterator[MaintenanceLine]:
    """Every maintenance window, the earliest first; one that nobody has answered is Unknown."""
    for window in hub.maintenance:
        spec, status = window.spec, window.status or MaintenanceStatus()
        said = next((one for one in status.conditions if one.type == "Accepted"), None)
        yield MaintenanceLine(
            name=window.metadata.name,
            pool=spec.pool,
            units=spec.units or (),
            start=spec.start,
            end=spec.end,
            accepted=said.status if said is not None else "Unknown",
            reason=said.reason if said is not None else ABSENT,
            deficit=status.deficit,
            touched=tuple(one.reservation for one in status.touched),
            next_starts=status.next_starts,
        )


def _unit(hub: Hub, pool: AcceleratorPool, ledger: LedgerDocument, unit: str) -> UnitLine:
    name, grant = pool.metadata.name, ledger.units.get(unit)
    report = hub.reports.get(name)
    seen = report.spec.units.get(unit) if report is not None else None
    return UnitLine(
        pool=name,
        unit=unit,
        health=_health(seen),
        hosts=f"{seen.hosts_ready if seen is not None else 0}/{pool.spec.hosts_per_unit}",
        holder=_holder(hub, ledger, grant.promise) if grant is not None and grant.promise else ABSENT,
        grant=grant.grant if grant is not None else None,
        state=_held(grant) if grant is not None else _unheld(pool.spec.units[unit], hub.now),
    )


def _health(seen: UnitReport | None) -> str:
    """The agent's word; a unit it has never seen is Missing."""
    if seen is None:
        return "Missing"
    return f"{seen.health}, cordoned" if seen.cordoned else seen.health


def _holder(hub: Hub, ledger: LedgerDocument, uid: str) -> str:
    """namespace/name behind a uid: from the ledger itself, else from the promise object, else the uid."""
    if uid in ledger.promises:
        return ledger.promises[uid].reservation
    named = (f"{p.spec.namespace}/{p.spec.reservation}" for p in hub.promises if p.metadata.name == uid)
    return next(named, uid)


def _held(grant: UnitGrant) -> str:
    """The state of a grant, with what was judged of the unit's health."""
    trouble = grant.trouble
    if grant.state != "Active" or trouble is None or trouble.ended is not None:
        return grant.state
    judged = "in trouble" if trouble.failed is None else "failed" if trouble.swap is None else "to be swapped"
    return f"{grant.state}, {judged}"


def _unheld(unit: DeclaredUnit, now: int) -> str:
    if unit.available_from is not None and unit.available_from > now:
        return f"Due {text_of(unit.available_from)}"
    return "Retiring" if unit.retiring else "Free"


def document(hub: Hub) -> dict[str, Any]:
    """The hub for programs: every unit and every promise, numbers as numbers, times as RFC 3339."""
    return {
        "now": text_of(hub.now),
        "pools": [
            {
                "name": pool.metadata.name,
                "accelerator": pool.spec.accelerator_type,
                "capacity": pool.status.capacity.model_dump() if pool.status and pool.status.capacity else None,
            }
            for pool in hub.pools
        ],
        "units": [
            {"pool": u.pool, "unit": u.unit, "health": u.health, "hosts": u.hosts, "holder": u.holder, "grant": u.grant,
             "state": u.state}
            for u in units(hub)
        ],
        "promises": [_promise_document(promise) for promise in hub.promises],
        "heldDeletions": [
            {"tenant": line.tenant, "reason": line.reason, "since": text_of(line.since), "message": line.message}
            for line in held_deletions(hub)
        ],
        "maintenance": [
            {"name": line.name, "pool": line.pool, "units": list(line.units), "start": text_of(line.start),
             "end": text_of(line.end), "accepted": line.accepted, "reason": line.reason, "deficit": line.deficit,
             "touched": list(line.touched), "nextStarts": [text_of(start) for start in line.next_starts]}
            for line in maintenance(hub)
        ],
        "unread": list(hub.unread),
    }  # fmt: skip


def _promise_document(promise: CapacityPromise) -> dict[str, Any]:
    spec = promise.spec
    return {
        "uid": promise.metadata.name,
        "reservation": f"{spec.namespace}/{spec.reservation}",
        "tenant": spec.tenant,
        "state": spec.state,
        "start": text_of(spec.window.start) if spec.window is not None else None,
        "end": text_of(spec.window.end) if spec.window is not None else None,
        "pools": dict(spec.pools),
    }
