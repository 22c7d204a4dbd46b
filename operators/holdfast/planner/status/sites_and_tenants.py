"""What is said of datacenters and tenants: whether a site is heard, how much a tenant holds. Derived, as all words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.api.datacenter import DatacenterStatus
from holdfast.api.reasons import Reason
from holdfast.api.tenant import TenantStatus, Usage
from holdfast.planner.state.calendar import Span, highest
from holdfast.planner.state.deletions import HeldDeletions
from holdfast.planner.state.ledger import GrantState, Promise, PromiseState
from holdfast.planner.state.snapshot import Site, Snapshot, Tenant
from holdfast.planner.state.steps import Told
from holdfast.planner.status.conditions import Answer, conditions
from holdfast.planner.status.held_deletions import held_answers, news_of
from holdfast.planner.status.readiness import Readiness

HEARD = Readiness("True", Reason.REACHABLE, "the site's agent is heard")
SILENT = Readiness("Unknown", Reason.DATACENTER_UNREACHABLE, "the site's agent is not heard; promises stand")
COMING = Readiness("False", Reason.SUPPLY_NOT_YET_DELIVERED, "under construction; its supply has dates")
MOST_NAMESPACES = 256
"""As many as a status can list."""
KNOWN = Readiness("True", Reason.ACCEPTED, "")
NOTHING_HELD = HeldDeletions()


@dataclass(frozen=True, slots=True)
class SiteStatusWrite:
    """A datacenter's status to write."""

    site: Site
    status: DatacenterStatus


@dataclass(frozen=True, slots=True)
class TenantStatusWrite:
    """A tenant's status to write, and the events to tell: of the Tenant, and by namespace for its people."""

    tenant: Tenant
    status: TenantStatus
    events: tuple[Told, ...] = ()
    namespaces: tuple[str, ...] = ()


def site_statuses(snapshot: Snapshot) -> Iterator[SiteStatusWrite]:
    """A status for every datacenter whose present one says something else, by name."""
    for name in sorted(snapshot.sites):
        site = snapshot.sites[name]
        before = site.status.conditions if site.status else ()
        answer = COMING if not site.operational else (SILENT if site.silent else HEARD)
        said = conditions(snapshot.now, site.generation, before, [("Ready", answer)])
        status = DatacenterStatus(observed_generation=site.generation, conditions=said)
        if status != site.status:
            yield SiteStatusWrite(site, status)


def tenant_statuses(snapshot: Snapshot) -> Iterator[TenantStatusWrite]:
    """A status for every tenant whose present one says something else, by name."""
    for name in sorted(snapshot.tenants):
        tenant = snapshot.tenants[name]
        before = tenant.status.conditions if tenant.status else ()
        held = snapshot.held.get(name, NOTHING_HELD)
        answers: list[Answer] = [("Accepted", KNOWN), *held_answers(held, before, snapshot.now)]
        status = TenantStatus(
            observed_generation=tenant.generation,
            conditions=conditions(snapshot.now, tenant.generation, before, answers),
            namespaces=tenant.namespaces[:MOST_NAMESPACES],
            usage=tuple(_usage(snapshot, tenant, kind) for kind in sorted(tenant.chips)),
        )
        if status != tenant.status:
            yield TenantStatusWrite(
                tenant, status, tuple(news_of(before, status.conditions)), held.namespaces
            )


def _usage(snapshot: Snapshot, tenant: Tenant, accelerator: str) -> Usage:
    """Chips of one type in a tenant's hands now, and the most promised to it at any instant from now."""
    promises = [
        promise
        for promise in snapshot.promises.values()
        if promise.tenant == tenant.name and promise.accelerator == accelerator
    ]
    kept = [
        Span(promise.start, promise.end, _promised_chips(snapshot, promise))
        for promise in promises
        if promise.state is PromiseState.COMMITTED
    ]
    used = sum(_held_chips(snapshot, promise) for promise in promises)
    return Usage(accelerator_type=accelerator, used=used, promised=highest(kept, snapshot.now))


def _promised_chips(snapshot: Snapshot, promise: Promise) -> int:
    pools = snapshot.pools
    return sum(count * pools[name].chips_per_unit for name, count in promise.pools.items() if name in pools)


def _held_chips(snapshot: Snapshot, promise: Promise) -> int:
    return sum(
        pool.chips_per_unit
        for pool in snapshot.pools.values()
        for grant in pool.ledger.grants.values()
        if grant.promise == promise.uid and grant.state is GrantState.ACTIVE
    )
