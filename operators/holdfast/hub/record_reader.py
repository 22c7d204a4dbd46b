"""From one document to one of the planner's records: the only place where the two shapes meet on the way in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from holdfast.api.datacenter import Datacenter
from holdfast.api.kind import ObjectMeta
from holdfast.api.maintenance import MaintenanceWindow
from holdfast.api.pool import TAKEN_BACK, AcceleratorPool, DeclaredUnit
from holdfast.api.promise import CapacityPromise, MovingSlice
from holdfast.api.query import AvailabilityQuery
from holdfast.api.repair import RepairTerms
from holdfast.api.report import Blocked, PoolReport, PoolReportSpec, UnitReport
from holdfast.api.reservation import CapacityReservation, ReservationSpec
from holdfast.api.reservation_status import ReservationStatus
from holdfast.api.seal import StackSeal
from holdfast.api.tenant import Tenant as TenantDocument
from holdfast.hardware.names import TENANT_LABEL
from holdfast.hub.ledger_reader import ledger_of
from holdfast.hub.window_reader import window_of
from holdfast.planner.state.ledger import FAR, Part, Promise, PromiseState
from holdfast.planner.state.moving import Moving
from holdfast.planner.state.snapshot import (
    AnswerKind,
    Health,
    Maintenance,
    Pool,
    Query,
    Repair,
    Reservation,
    Site,
    Tenant,
    Unit,
)

PASSING = frozenset({"NamespacePending", "NamespaceTerminating", "SlicePending", "Unavailable"})
"""What an agent holds back for a moment only: no reason to tell a tenant more than that its units are being opened."""
UNSAID = Repair()
"""What a tenant says of repairs that says nothing."""
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
        units={
            name: _unit(name, unit, told, spec.hosts_per_unit) for name, unit in sorted(spec.units.items())
        },
        ledger=ledger,
        spares=spec.kept_back,
        drain_lead=spec.drain_lead_seconds,
        grace=spec.grace_seconds,
        turn_around=spec.turn_around_seconds,
        repair=spec.repair_seconds,
        dwell=spec.dwell_seconds,
        ask_limit=spec.ask_limit_seconds,
        hosts=spec.hosts_per_unit,
        lease_end=site.spec.lease.end if site is not None and site.spec.lease is not None else FAR,
        selling=document.metadata.deletion_timestamp is None and (sealed or not ledger.sealed),
        reachable=not silent,
        sealed=sealed,
        recalled=document.metadata.recalled,
        restored=bool(document.metadata.restored),
        refuses={tenant: why.message for tenant, why in told.blocked_tenants.items() if _lasts(why)},
        endpoint=site.spec.cluster.endpoint if site is not None and site.spec.cluster is not None else "",
        resource_version=document.metadata.resource_version or "",
    )


def _lasts(blocked: Blocked | None) -> bool:
    """Whether what an agent holds back stays until a person does something."""
    return blocked is not None and blocked.reason not in PASSING


def _unit(name: str, declared: DeclaredUnit, told: PoolReportSpec, hosts: int) -> Unit:
    seen, blocked = told.units.get(name), told.blocked.get(name)
    unit = Unit(
        name=name,
        available=declared.available_from or 0,
        retires=declared.retired_by or FAR,
        retiring=declared.retiring,
        health=Health(seen.health) if seen is not None else Health.MISSING,
        cordoned=seen.cordoned if seen is not None else False,
        open_grant=(seen.open_grant or 0) if seen is not None else 0,
        clean_grant=(seen.clean_grant or 0) if seen is not None else 0,
        occupied=seen is None or seen.occupied is not False,
        blocked=blocked.message if blocked is not None and _lasts(blocked) else "",
        slice=seen.slice.name if seen is not None and seen.slice is not None else "",
    )
    if seen is None:
        return replace(unit, heals=True)  # nobody has said that it is lost
    return unit if seen.health == "Healthy" else replace(unit, **_trouble(seen, hosts))


def _trouble(seen: UnitReport, hosts: int) -> dict[str, Any]:
    """What is wrong with a unit; an agent that does not say is taken to mean what spares its tenant most."""
    working = seen.hosts_ready if seen.hosts_healthy is None else seen.hosts_healthy
    said = seen.trouble
    return {
        "lacking": max(hosts - working, 0),
        "heals": said is None or not said.lasting,
        "repaired_until": seen.remediation.until if seen.remediation is not None else 0,
        "source": said.source if said is not None else "",
        "reason": said.reason if said is not None else "",
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
        pools=spec.pools if len(spec.pools) == 1 else dict(sorted(spec.pools.items())),  # one is in order
        start=spec.window.start if spec.window is not None else 0,
        end=spec.window.end if spec.window is not None else 0,
        created=meta.creation_timestamp or 0,
        cause=spec.cause,
        ended_at=spec.ended_at,
        intervals=tuple(Part(one.start, one.end, one.slices) for one in spec.intervals or ()),
        atomic=bool(spec.atomic),
        moving=None if spec.moving is None else _moving(spec.moving),
        resource_version=meta.resource_version or "",
    )


def _moving(document: MovingSlice) -> Moving:
    return Moving(document.from_, document.to, frozenset(document.grants))


def reservation_of(document: CapacityReservation, labels: Mapping[str, str]) -> Reservation:
    """A reservation with its tenant, who is known only by the namespace's immutable label."""
    return _ask_of(document.spec, document.metadata, labels, document.first_uid, document.status)


def _ask_of(
    spec: ReservationSpec,
    meta: ObjectMeta,
    labels: Mapping[str, str],
    uid: str,
    status: ReservationStatus | None = None,
) -> Reservation:
    placement = spec.placement
    window = window_of(spec.window, spec.count, meta.creation_timestamp or 0)
    return Reservation(
        uid=uid,
        namespace=meta.namespace or "",
        name=meta.name,
        generation=meta.generation or 0,
        created=meta.creation_timestamp or 0,
        tenant=labels.get(TENANT_LABEL),
        accelerator=spec.accelerator_type,
        topology=spec.topology,
        count=max((part.count for part in window.parts), default=spec.count),
        window=window,
        datacenters=placement.datacenters if placement is not None else (),
        across_datacenters=placement is not None and placement.across_datacenters != "Forbid",
        atomic=placement is not None and placement.across_datacenters == "Atomic",
        max_percent_per_pool=placement.max_percent_per_pool if placement is not None else None,
        min_count=spec.min_count,
        repair=_repair(spec.repair) if spec.repair is not None else UNSAID,
        status=status,
    )


def _repair(terms: RepairTerms) -> Repair:
    agreed = frozenset((one.pool, one.unit, one.grant) for one in terms.consents)
    return Repair(terms.policy, terms.minimum_notice_seconds, agreed)


def query_of(document: AvailabilityQuery, labels: Mapping[str, str]) -> Query:
    """A query with its tenant, who is known only by the namespace's immutable label."""
    spec, status = document.spec, document.status
    return Query(
        ask=_ask_of(spec.reservation, document.metadata, labels, document.metadata.uid or ""),
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
