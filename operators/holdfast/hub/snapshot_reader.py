"""From the hub's documents to the planner's picture: the only place where the two shapes meet on the way in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from typing import NamedTuple

from holdfast.api.datacenter import Datacenter
from holdfast.api.ledger import CapacityDocument, EntryDocument, LedgerDocument, UnitGrant
from holdfast.api.pool import TAKEN_BACK, AcceleratorPool, DeclaredUnit
from holdfast.api.promise import CapacityPromise
from holdfast.api.query import AvailabilityQuery
from holdfast.api.report import Blocked, PoolReport, PoolReportSpec
from holdfast.api.reservation import CapacityReservation
from holdfast.api.seal import StackSeal
from holdfast.api.tenant import Tenant as TenantDocument
from holdfast.hardware.names import TENANT_LABEL
from holdfast.hub.remembered import Remembered
from holdfast.planner.state.ledger import (
    FAR,
    Capacity,
    Entry,
    EntryState,
    Form,
    Grant,
    GrantState,
    Ledger,
    Promise,
    PromiseState,
)
from holdfast.planner.state.snapshot import Health, Pool, Reservation, Site, Tenant, Unit, Window

PASSING = frozenset({"NamespacePending", "NamespaceTerminating", "Unavailable"})
"""What an agent holds back for a moment only: no reason to tell a tenant more than that its units are being opened."""
UNLABELLED: Mapping[str, str] = {}
NOTHING_REPORTED = PoolReportSpec(datacenter="none")


@dataclass(frozen=True, slots=True)
class HubDocuments:
    """Everything the planner reads, as documents. `silent` names the datacenters whose agent is not heard."""

    pools: Iterable[AcceleratorPool] = ()
    datacenters: Iterable[Datacenter] = ()
    reports: Iterable[PoolReport] = ()
    seals: Iterable[StackSeal] = ()
    tenants: Iterable[TenantDocument] = ()
    promises: Iterable[CapacityPromise] = ()
    reservations: Iterable[CapacityReservation] = ()
    queries: Iterable[AvailabilityQuery] = ()
    namespaces: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()


def pools_of(hub: HubDocuments, known: Remembered | None = None) -> dict[str, Pool]:
    """Each pool with its ledger, its agent's report, its datacenter's lease and the state of its seal."""
    known = known or Remembered()
    reports = {report.metadata.name: report for report in hub.reports}
    sites = {site.metadata.name: site for site in hub.datacenters}
    seals = {seal.metadata.name: seal for seal in hub.seals}
    found: dict[str, Pool] = {}
    for pool in hub.pools:
        name, spec = pool.metadata.name, pool.spec
        parts = _Parts(
            pool,
            reports.get(name),
            sites.get(spec.datacenter),
            seals.get(spec.seal),
            spec.datacenter in hub.silent,
        )
        found[name] = known.of((AcceleratorPool, name), parts, partial(_pool, parts))
    return found


class _Parts(NamedTuple):
    """What is known of one pool, by whom it is said."""

    pool: AcceleratorPool
    report: PoolReport | None
    site: Datacenter | None
    seal: StackSeal | None
    silent: bool


def _pool(parts: _Parts) -> Pool:
    document, report, site, seal, silent = parts
    spec, ledger = document.spec, ledger_of(document.status)
    sealed = seal is not None and seal.metadata.deletion_timestamp is None
    told = (
        report.spec if report is not None and report.spec.datacenter == spec.datacenter else NOTHING_REPORTED
    )
    return Pool(
        name=document.metadata.name,
        datacenter=spec.datacenter,
        accelerator=spec.accelerator_type,
        chips_per_unit=spec.chips_per_unit,
        topology=spec.unit_topology,
        guaranteed=spec.provisioning_model not in TAKEN_BACK,
        units={name: _unit(name, unit, told) for name, unit in sorted(spec.units.items())},
        ledger=ledger,
        spares=spec.spares.count,
        drain_lead=spec.drain_lead_seconds,
        grace=spec.grace_seconds,
        turn_around=spec.turn_around_seconds,
        repair=spec.repair_seconds,
        lease_end=site.spec.lease.end if site is not None and site.spec.lease is not None else FAR,
        selling=document.metadata.deletion_timestamp is None and (sealed or not ledger.sealed),
        reachable=not silent,
        sealed=sealed,
        refuses={tenant: why.message for tenant, why in told.blocked_tenants.items() if _lasts(why)},
        endpoint=site.spec.cluster.endpoint if site is not None and site.spec.cluster is not None else "",
        resource_version=document.metadata.resource_version or "",
    )


def _lasts(blocked: Blocked | None) -> bool:
    """Whether what an agent holds back stays until a person does something."""
    return blocked is not None and blocked.reason not in PASSING


def _unit(name: str, declared: DeclaredUnit, told: PoolReportSpec) -> Unit:
    seen, blocked = told.units.get(name), told.blocked.get(name)
    return Unit(
        name=name,
        available=declared.available_from or 0,
        retires=declared.retired_by or FAR,
        retiring=declared.retiring,
        health=Health(seen.health) if seen is not None else Health.MISSING,
        cordoned=seen.cordoned if seen is not None else False,
        open_grant=(seen.open_grant or 0) if seen is not None else 0,
        clean_grant=(seen.clean_grant or 0) if seen is not None else 0,
        blocked=blocked.message if blocked is not None and _lasts(blocked) else "",
    )


def ledger_of(document: LedgerDocument | None) -> Ledger:
    """A pool's status as the planner's ledger; a pool never planned has an empty one."""
    if document is None:
        return Ledger()
    capacity = document.capacity
    return Ledger(
        epoch=document.epoch,
        as_of=document.as_of,
        peak=document.peak,
        granted=document.granted,
        sealed=document.sealed,
        replaced=document.replaced,
        capacity=None if capacity is None else _capacity(capacity),
        entries={uid: _entry(entry) for uid, entry in sorted(document.promises.items())},
        grants={unit: _grant(grant) for unit, grant in sorted(document.units.items())},
    )


def _capacity(document: CapacityDocument) -> Capacity:
    return Capacity(**{each.name: getattr(document, each.name) for each in fields(Capacity)})


def _entry(document: EntryDocument) -> Entry:
    form, coming = document, document.next
    return Entry(
        reservation=document.reservation,
        tenant=document.tenant,
        form=Form(form.attempt, form.round, form.count, form.from_, form.until),
        state=EntryState(document.state),
        next=None
        if coming is None
        else Form(coming.attempt, coming.round, coming.count, coming.from_, coming.until),
        notice=bool(document.notice),
    )


def _grant(document: UnitGrant) -> Grant:
    return Grant(
        document.promise, document.grant, GrantState(document.state), document.since, document.replaces
    )


def promises_of(hub: HubDocuments, known: Remembered | None = None) -> dict[str, Promise]:
    """Each promise object, by the uid of its reservation."""
    known = known or Remembered()
    return {
        one.metadata.name: known.of((CapacityPromise, one.metadata.name), (one,), partial(promise_of, one))
        for one in hub.promises
    }


def promise_of(document: CapacityPromise) -> Promise:
    """A promise object as the planner reads it."""
    spec, meta = document.spec, document.metadata
    return Promise(
        uid=meta.name,
        state=PromiseState(spec.state),
        attempt=spec.attempt,
        round=spec.round,
        tenant=spec.tenant,
        namespace=spec.namespace,
        reservation=spec.reservation,
        generation=spec.generation,
        accelerator=spec.accelerator_type,
        topology=spec.topology,
        slices=spec.slices,
        requested_slices=spec.requested_slices,
        units_per_slice=spec.units_per_slice,
        pools=dict(sorted(spec.pools.items())),
        start=spec.window.start if spec.window is not None else 0,
        end=spec.window.end if spec.window is not None else 0,
        created=meta.creation_timestamp or 0,
        cause=spec.cause,
        ended_at=spec.ended_at,
        resource_version=meta.resource_version or "",
    )


def reservations_of(
    hub: HubDocuments, known: Remembered | None = None
) -> tuple[dict[str, Reservation], dict[str, Reservation]]:
    """By uid: the reservations that ask, and those that are deleted and kept by somebody's finalizer."""
    known = known or Remembered()
    asks: dict[str, Reservation] = {}
    leaving: dict[str, Reservation] = {}
    for one in hub.reservations:
        found = asks if one.metadata.deletion_timestamp is None else leaving
        labels = hub.namespaces.get(one.metadata.namespace or "", UNLABELLED)
        uid = one.metadata.uid or ""
        found[uid] = known.of((CapacityReservation, uid), (one, labels), partial(reservation_of, one, labels))
    return asks, leaving


def reservation_of(document: CapacityReservation, labels: Mapping[str, str]) -> Reservation:
    """A reservation with its tenant, who is known only by the namespace's immutable label."""
    spec, meta, window = document.spec, document.metadata, document.spec.window
    placement = spec.placement
    return Reservation(
        uid=meta.uid or "",
        namespace=meta.namespace or "",
        name=meta.name,
        generation=meta.generation or 0,
        created=meta.creation_timestamp or 0,
        tenant=labels.get(TENANT_LABEL),
        accelerator=spec.accelerator_type,
        topology=spec.topology,
        count=spec.count,
        window=Window(
            window.start, window.end, window.duration_seconds, window.earliest_start, window.latest_end
        ),
        datacenters=placement.datacenters if placement is not None else (),
        across_datacenters=placement is not None and placement.across_datacenters == "Allow",
        min_count=spec.min_count,
        status=document.status,
    )


def tenants_of(hub: HubDocuments) -> dict[str, Tenant]:
    """Each tenant with its entitlement in chips per accelerator type, and the namespaces that carry its label."""
    homes: dict[str, list[str]] = {}
    for namespace, labels in sorted(hub.namespaces.items()):
        homes.setdefault(labels.get(TENANT_LABEL, ""), []).append(namespace)
    return {
        tenant.metadata.name: _tenant(tenant, tuple(homes.get(tenant.metadata.name, ())))
        for tenant in hub.tenants
    }


def _tenant(document: TenantDocument, namespaces: tuple[str, ...]) -> Tenant:
    spec = document.spec
    chips = {entitlement.accelerator_type: entitlement.chips for entitlement in spec.entitlements}
    generation = document.metadata.generation or 0
    return Tenant(
        document.metadata.name, chips, spec.horizon_seconds, generation, namespaces, document.status
    )


def sites_of(hub: HubDocuments) -> dict[str, Site]:
    """Each datacenter as far as the planner speaks of it."""
    return {
        site.metadata.name: Site(
            site.metadata.name,
            site.metadata.generation or 0,
            site.spec.lifecycle == "Operational",
            site.metadata.name in hub.silent,
            site.status,
        )
        for site in hub.datacenters
    }
