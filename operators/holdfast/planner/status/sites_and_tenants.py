"""What is said of datacenters and tenants: whether a site is heard, how much a tenant holds. Derived, as all words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from holdfast.api.conditions import Condition
from holdfast.api.datacenter import DatacenterStatus
from holdfast.api.reasons import Reason
from holdfast.api.tenant import TenantStatus, Usage
from holdfast.hardware.names import datacenter_of
from holdfast.planner.state.deletions import HeldDeletions
from holdfast.planner.state.holdings import Holder, Holdings, holdings_of
from holdfast.planner.state.snapshot import Site, Snapshot, Tenant
from holdfast.planner.state.steps import Told
from holdfast.planner.status.conditions import Answer, conditions
from holdfast.planner.status.facts import PoolCount, counts_of
from holdfast.planner.status.held_deletions import held_answers, news_of
from holdfast.planner.status.readiness import Readiness
from holdfast.planner.status.untold import Untold, worded

HEARD = Readiness("True", Reason.REACHABLE, "the site's agent is heard")
SILENT = Readiness("Unknown", Reason.DATACENTER_UNREACHABLE, "the site's agent is not heard; promises stand")
COMING = Readiness("False", Reason.SUPPLY_NOT_YET_DELIVERED, "under construction; its supply has dates")
MOST_NAMESPACES = 256
"""As many as a status can list."""
MOST_POOLS = 4
"""As many as one message names: 1,024 characters hold their names and why."""
KNOWN = Readiness("True", Reason.ACCEPTED, "")
NOTHING_HELD = HeldDeletions()


@dataclass(frozen=True, slots=True)
class SiteStatusWrite:
    """A datacenter's status to write."""

    site: Site
    status: DatacenterStatus
    events: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class TenantStatusWrite:
    """A tenant's status to write, and the events to tell: of the Tenant, and by namespace for its people."""

    tenant: Tenant
    status: TenantStatus
    events: tuple[Told, ...] = ()
    namespaces: tuple[str, ...] = ()


def site_statuses(
    snapshot: Snapshot, counts: Mapping[str, PoolCount] | None = None, untold: Untold | None = None
) -> Iterator[SiteStatusWrite]:
    """A status for every datacenter whose present one says something else, by name; `counts` are the pools counted.

    Into `untold` goes of which nothing can be said.
    """
    pools = counts_of(snapshot) if counts is None else counts
    for name in sorted(snapshot.sites):
        found = worded(untold, name, partial(_of_site, snapshot, snapshot.sites[name], pools))
        if found is not None and found.status != found.site.status:
            yield found


def _of_site(snapshot: Snapshot, site: Site, pools: Mapping[str, PoolCount]) -> SiteStatusWrite:
    before = site.status.conditions if site.status else ()
    answer = COMING if not site.operational else (SILENT if site.silent else HEARD)
    answers: list[Answer] = [("Ready", answer), *_frozen(site.name, pools)]
    said = conditions(snapshot.now, site.generation, before, answers)
    status = DatacenterStatus(observed_generation=site.generation, conditions=said)
    return SiteStatusWrite(site, status, tuple(_stopped(before, said)))


def _frozen(site: str, pools: Mapping[str, PoolCount]) -> list[Answer]:
    """Said only while it is so: nothing is taken from anybody in these pools, on these words."""
    open_ones = sorted(
        (name, count.breaker)
        for name, count in pools.items()
        if datacenter_of(name) == site and count.breaker.open
    )
    if not open_ones:
        return []
    words = [f"{name}: {one.why}" for name, one in open_ones[:MOST_POOLS]]
    others = len(open_ones) - len(words)
    more = [f"and in {others} pools more: holdfast status names them"] if others else []
    return [("RepairsFrozen", Readiness("True", Reason.REPAIRS_FROZEN, "; ".join([*words, *more])))]


def _stopped(before: Iterable[Condition], now: Iterable[Condition]) -> Iterator[Told]:
    """An event where repairs have just been stopped."""
    known = {one.type for one in before}
    yield from (
        Told(Reason.REPAIRS_FROZEN, one.message)
        for one in now
        if one.type == "RepairsFrozen" and one.type not in known
    )


def tenant_statuses(
    snapshot: Snapshot,
    counts: Mapping[str, PoolCount] | None = None,
    held: Holdings | None = None,
    untold: Untold | None = None,
) -> Iterator[TenantStatusWrite]:
    """A status for every tenant whose present one says something else, by name.

    `counts` are the pools counted, `held` what tenants hold; without them both are worked out. Into `untold` goes of
    whom nothing can be said.
    """
    used = _used(snapshot, counts_of(snapshot) if counts is None else counts)
    holdings = holdings_of(snapshot.promises, snapshot.pools) if held is None else held
    for name in sorted(snapshot.tenants):
        gone, tenant = snapshot.held.get(name, NOTHING_HELD), snapshot.tenants[name]
        found = worded(untold, name, partial(_of_tenant, snapshot.now, tenant, gone, (used, holdings)))
        if found is not None and found.status != found.tenant.status:
            yield found


def _of_tenant(
    now: int, tenant: Tenant, gone: HeldDeletions, chips: tuple[Mapping[Holder, int], Holdings]
) -> TenantStatusWrite:
    before = tenant.status.conditions if tenant.status else ()
    answers: list[Answer] = [("Accepted", KNOWN), *held_answers(gone, before, now)]
    status = TenantStatus(
        observed_generation=tenant.generation,
        conditions=conditions(now, tenant.generation, before, answers),
        namespaces=tenant.namespaces[:MOST_NAMESPACES],
        usage=tuple(_usage(tenant.name, kind, *chips, now) for kind in sorted(tenant.chips)),
    )
    return TenantStatusWrite(tenant, status, tuple(news_of(before, status.conditions)), gone.namespaces)


def _usage(tenant: str, accelerator: str, used: Mapping[Holder, int], held: Holdings, now: int) -> Usage:
    """Chips of one type in a tenant's hands now, and the most promised to it at any instant from now."""
    return Usage(
        accelerator_type=accelerator,
        used=used.get((tenant, accelerator), 0),
        promised=held.of(tenant, accelerator).most(now),
    )


def _used(snapshot: Snapshot, counts: Mapping[str, PoolCount]) -> dict[Holder, int]:
    """Chips in the hands of each tenant, by accelerator type."""
    used: dict[Holder, int] = {}
    for name, pool in snapshot.pools.items():
        for uid, units in counts[name].held.items():
            promise = snapshot.promises.get(uid)
            if promise is not None:
                holder = (promise.tenant, promise.accelerator)
                used[holder] = used.get(holder, 0) + len(units) * pool.chips_per_unit
    return used
