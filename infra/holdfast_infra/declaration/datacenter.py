"""A datacenter as a platform engineer declares it, and the door through which the declaration comes in."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.hardware.obligations import SiteLease
from holdfast_infra.declaration.cluster import ClusterPlan, SystemPool, parse_cluster, parse_system_pool
from holdfast_infra.declaration.draft import Draft
from holdfast_infra.declaration.fields import Fields
from holdfast_infra.declaration.hand_over import HandOver, parse_hand_over
from holdfast_infra.declaration.mistakes import DeclarationError, Mistake, shown
from holdfast_infra.declaration.network import AddressPlan, parse_addresses
from holdfast_infra.declaration.pool import Pool, parse_pool
from holdfast_infra.declaration.rules import OPERATIONAL, UNDER_CONSTRUCTION, breaches
from holdfast_infra.declaration.shapes import DATACENTER, PARTY, PROJECT, REGION, ZONE
from holdfast_infra.declaration.units import leaves_a_window

SITE_KINDS = ("gke", "gdc-bare-metal", "kubernetes")
LIFECYCLES = (UNDER_CONSTRUCTION, OPERATIONAL)


@dataclass(frozen=True, slots=True)
class Site:
    """Where the datacenter is, and who runs its machines."""

    name: str
    kind: str
    project: str
    region: str
    zone: str
    power_megawatts: int
    lifecycle: str


@dataclass(frozen=True, slots=True)
class Datacenter:
    """A sound declaration."""

    site: Site
    lease: SiteLease
    addresses: AddressPlan
    cluster: ClusterPlan
    system_pool: SystemPool
    hand_over: HandOver
    pools: tuple[Pool, ...]
    protect: bool
    """Whether hardware is also locked in Pulumi's state and at Google; retiring then takes two ups."""

    @property
    def is_built(self) -> bool:
        """Whether there is hardware: while a site is under construction only its supply is published."""
        return self.site.lifecycle == OPERATIONAL


def parse(given: object) -> Datacenter:
    """The datacenter declared by the configuration object `holdfast:datacenter`.

    Raises DeclarationError with every mistake in it.
    """
    if not isinstance(given, dict):
        raise DeclarationError(
            [Mistake("holdfast:datacenter", shown(given), "is no section", "write fields under it")]
        )
    mistakes: list[Mistake] = []
    fields = Fields("", given, mistakes)
    site = _parse_site(fields)
    draft = Draft(
        site_kind=site.kind,
        region=site.region,
        zone=site.zone,
        lifecycle=site.lifecycle,
        lease=_parse_lease(fields.section("lease")),
        addresses=parse_addresses(fields.section("network")),
        cluster=parse_cluster(fields.section("cluster")),
        system_pool=parse_system_pool(fields.section("systemPool")),
        hand_over=parse_hand_over(fields),
        pools=_parse_pools(site, fields.section("pools")),
    )
    protect = fields.flag("protect", default=False)
    fields.nothing_else()
    mistakes.extend(breaches(draft))
    lease, addresses, cluster, system_pool = draft.lease, draft.addresses, draft.cluster, draft.system_pool
    if mistakes or not (lease and addresses and cluster and system_pool):
        raise DeclarationError(mistakes)
    return Datacenter(site, lease, addresses, cluster, system_pool, draft.hand_over, draft.pools, protect)


def _parse_site(fields: Fields) -> Site:
    return Site(
        name=fields.text("name", DATACENTER),
        kind=fields.choice("siteKind", SITE_KINDS),
        project=fields.text("project", PROJECT),
        region=fields.text("region", REGION),
        zone=fields.text("zone", ZONE),
        power_megawatts=fields.whole("powerMegawatts", 0, 100_000),
        lifecycle=fields.choice("lifecycle", LIFECYCLES),
    )


def _parse_lease(fields: Fields) -> SiteLease | None:
    lease = SiteLease(
        landlord=fields.text("landlord", PARTY),
        guarantor=fields.text("guarantor", PARTY, default=""),
        start=fields.instant("start"),
        end=fields.instant("end", up=True),
    )
    fields.nothing_else()
    if lease.start and lease.end and not leaves_a_window(lease.start, lease.end):
        fields.refuse(
            "end", lease.end, "is not after start, so the site could never be used", "write a later instant"
        )
    return lease if fields.sound else None


def _parse_pools(site: Site, fields: Fields) -> tuple[Pool, ...]:
    if fields.sound and not fields.names():
        fields.refuse("", None, "is empty, so the datacenter would sell nothing", "declare a pool")
    parsed = [parse_pool(site.name, site.project, block, fields.section(block)) for block in fields.names()]
    return tuple(pool for pool in parsed if pool is not None)
