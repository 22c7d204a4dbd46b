"""From one document to one of the planner's records: the only place where the two shapes meet on the way in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import NamedTuple

from holdfast.api.datacenter import Datacenter
from holdfast.api.ledger import CapacityDocument, EntryDocument, LedgerDocument, OutageDocument, UnitGrant
from holdfast.api.maintenance import MaintenanceWindow
from holdfast.api.pool import TAKEN_BACK, AcceleratorPool, DeclaredUnit
from holdfast.api.promise import CapacityPromise
from holdfast.api.query import AvailabilityQuery
from holdfast.api.report import Blocked, PoolReport, PoolReportSpec
from holdfast.api.reservation import CapacityReservation
from holdfast.api.seal import StackSeal
from holdfast.api.tenant import Tenant as TenantDocument
from holdfast.hardware.names import TENANT_LABEL
from holdfast.planner.state.ledger import (
    FAR,
    Capacity,
    Entry,
    EntryState,
    Form,
    Grant,
    GrantState,
    Ledger,
    Outage,
    Promise,
    PromiseState,
)
from holdfast.planner.state.snapshot import (
    AnswerKind,
    Health,
    Maintenance,
    Pool,
    Query,
    Reservation,
    Site,
    Tenant,
    Unit,
    Window,
)

PASSING = frozenset({"NamespacePending", "NamespaceTerminating", "Unavailable"})
"""What an agent holds back for a moment only: no reason to tell a tenant more than that its units are being opened."""
NOTHING_REPORTED = PoolReportSpec(datacenter="none")


class PoolParts(NamedTuple):
    """What is known of one pool, by whom it is said."""

    pool: AcceleratorPool
    report: PoolReport | None = None
    site: Datacenter | None = None
    seal: StackSeal | None = None
    silent: bool = False


def pool_of(parts: PoolParts) -> Pool:
    """The pool with its ledger, its agent's report, its datacenter's lease and the state of its seal."""
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
        outages={uid: _outage(outage) for uid, outage in sorted((document.outages or {}).items())},
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


def _outage(document: OutageDocument) -> Outage:
    return Outage(document.name, document.from_, document.until, document.units or (), document.against or ())


def _grant(document: UnitGrant) -> Grant:
    return Grant(
        document.promise, document.grant, GrantState(document.state), document.since, document.replaces
    )


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
        max_percent_per_pool=placement.max_percent_per_pool if placement is not None else None,
        min_count=spec.min_count,
        status=document.status,
    )


def query_of(document: AvailabilityQuery, labels: Mapping[str, str]) -> Query:
    """A query with its tenant, who is known only by the namespace's immutable label."""
    spec, status = document.spec, document.status
    ask = CapacityReservation(metadata=document.metadata, spec=spec.reservation)
    return Query(
        ask=reservation_of(ask, labels),
        kind=AnswerKind(spec.answer),
        offers=spec.max_offers,
        keep=spec.ttl_seconds_after_answered,
        answered_at=status.answered_at if status is not None else None,
    )


def tenant_of(document: TenantDocument, namespaces: tuple[str, ...]) -> Tenant:
    """A tenant with its entitlement in chips per accelerator type, and the namespaces that carry its label."""
    spec = document.spec
    chips = {entitlement.accelerator_type: entitlement.chips for entitlement in spec.entitlements}
    generation = document.metadata.generation or 0
    return Tenant(
        document.metadata.name, chips, spec.horizon_seconds, generation, namespaces, document.status
    )


def site_of(document: Datacenter, silent: frozenset[str]) -> Site:
    """A datacenter as far as the planner speaks of it; `silent` names those whose agent is not heard."""
    name = document.metadata.name
    operational = document.spec.lifecycle == "Operational"
    return Site(name, document.metadata.generation or 0, operational, name in silent, document.status)


def maintenance_of(document: MaintenanceWindow) -> Maintenance:
    """A maintenance window as the planner reads it."""
    spec, meta = document.spec, document.metadata
    return Maintenance(
        uid=meta.uid or "",
        name=meta.name,
        generation=meta.generation or 0,
        created=meta.creation_timestamp or 0,
        pool=spec.pool,
        start=spec.start,
        end=spec.end,
        units=spec.units or (),
        against=frozenset(f"{one.namespace}/{one.name}" for one in spec.against_reservations),
        status=document.status,
    )
