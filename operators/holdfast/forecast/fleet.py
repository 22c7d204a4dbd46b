"""A fleet to begin with: generated, or what a saved hub holds."""

from __future__ import annotations

from dataclasses import replace

from holdfast.forecast.terms import FleetTerms
from holdfast.frozen.records import Records
from holdfast.planner.state.ledger import Ledger
from holdfast.planner.state.snapshot import Health, Pool, Site, Snapshot, Tenant, Unit

CHIPS = 10**9
"""Of each tenant's contract: never what an ask waits for."""


def fleet_of(terms: FleetTerms, now: int) -> Snapshot:
    """Pools that have been delivered and promised to nobody."""
    sites = [f"datacenter-{n + 1}" for n in range(terms.datacenters)]
    pools = [_pool(terms, sites[n % len(sites)], n) for n in range(terms.pools)]
    return Snapshot(
        now=now,
        epoch=1,
        attempt="f0",
        pools={pool.name: pool for pool in pools},
        reservations=Records.of({}),
        promises=Records.of({}),
        tenants={},
        sites={name: Site(name) for name in sites},
    )


def with_tenants(seen: Snapshot, count: int) -> Snapshot:
    """The fleet with tenants who are entitled to more than they ask for, of every accelerator type."""
    chips = {pool.accelerator: CHIPS for pool in seen.pools.values()}
    names = [tenant_name(n) for n in range(count)]
    return replace(
        seen, tenants={**seen.tenants, **{name: Tenant(name, chips, namespaces=(name,)) for name in names}}
    )


def tenant_name(number: int) -> str:
    """Of the n-th generated tenant, and of its namespace."""
    return f"forecast-{number:02d}"


def _pool(terms: FleetTerms, site: str, number: int) -> Pool:
    names = [f"unit-{n:04d}" for n in range(terms.units)]
    return Pool(
        name=f"{site}.pool-{number:02d}",
        datacenter=site,
        accelerator=terms.accelerator,
        chips_per_unit=terms.chips_per_unit,
        units={name: Unit(name, health=Health.HEALTHY) for name in names},
        ledger=Ledger(epoch=1, sealed=True),
        spares=terms.spares,
        sealed=True,
    )
