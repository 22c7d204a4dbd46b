"""The door through which a declaration comes in."""

from __future__ import annotations

from dataclasses import replace

from holdfast.hardware.catalogue import ACCELERATORS
from holdfast.hardware.obligations import SiteLease
from holdfast_infra.declaration.cluster import parse_cluster, parse_system_pool
from holdfast_infra.declaration.declared import Datacenter
from holdfast_infra.declaration.fields import Fields
from holdfast_infra.declaration.hand_over import parse_hand_over
from holdfast_infra.declaration.mistakes import DeclarationError, Mistake, shown
from holdfast_infra.declaration.network import parse_addresses
from holdfast_infra.declaration.parts import PARTS, WHOLE
from holdfast_infra.declaration.pool import Pool, parse_pool
from holdfast_infra.declaration.rules import breaches, oddities
from holdfast_infra.declaration.shapes import DATACENTER, PARTY, POLICY, PROJECT, REGION, ZONE
from holdfast_infra.declaration.site import GKE, LIFECYCLES, SITE_KINDS, Site
from holdfast_infra.declaration.units import leaves_a_window


def parse(given: object) -> Datacenter:
    """The datacenter declared by the configuration object `holdfast:datacenter`, with its warnings.

    Raises DeclarationError with every mistake in it.
    """
    if not isinstance(given, dict):
        raise DeclarationError(
            [Mistake("holdfast:datacenter", shown(given), "is no section", "write fields under it")]
        )
    mistakes: list[Mistake] = []
    datacenter = _read(Fields("", given, mistakes))
    read_wrong = {mistake.field for mistake in mistakes}
    mistakes.extend(breach for breach in breaches(datacenter) if breach.field not in read_wrong)
    if mistakes:
        raise DeclarationError(mistakes)
    return replace(datacenter, warnings=tuple(oddities(datacenter)))


def _read(fields: Fields) -> Datacenter:
    """Every field, blank where it could not be read."""
    site = _parse_site(fields)
    datacenter = Datacenter(
        site=site,
        lease=_parse_lease(fields.section("lease")),
        addresses=parse_addresses(fields.section("network", required=site.is_google)),
        cluster=parse_cluster(site, fields.section("cluster", required=site.is_google)),
        system_pool=parse_system_pool(fields.section("systemPool", required=site.is_google)),
        hand_over=parse_hand_over(fields),
        pools=_parse_pools(site, fields.section("pools")),
        protect=fields.flag("protect", default=False),
        policies=_parse_policies(fields.section("workloadPolicies", required=False)),
        part=fields.choice("part", PARTS, default=WHOLE),
    )
    fields.nothing_else()
    return datacenter


def _parse_site(fields: Fields) -> Site:
    kind = fields.choice("siteKind", SITE_KINDS)
    return Site(
        name=fields.text("name", DATACENTER),
        kind=kind,
        project=fields.text("project", PROJECT, default=None if kind in ("", GKE) else ""),
        region=fields.text("region", REGION),
        zone=fields.text("zone", ZONE),
        power_megawatts=fields.whole("powerMegawatts", 0, 100_000),
        lifecycle=fields.choice("lifecycle", LIFECYCLES),
    )


def _parse_lease(fields: Fields) -> SiteLease:
    """The lease; without dates if they contradict each other, so that no other date is compared with them."""
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
        return replace(lease, start="", end="")
    return lease


def _parse_policies(fields: Fields) -> tuple[tuple[str, str], ...]:
    """Google accepts one workload policy for each project, region and topology: the first stack makes it."""
    placed = sorted({kind.unit_topology for kind in ACCELERATORS.values() if kind.unit in ("cube", "domain")})
    found = tuple((topology, fields.text(topology, POLICY, default="")) for topology in placed)
    fields.nothing_else()
    return tuple((topology, name) for topology, name in found if name)


def _parse_pools(site: Site, fields: Fields) -> tuple[Pool, ...]:
    if fields.sound and not fields.names():
        fields.refuse("", None, "is empty, so the datacenter would sell nothing", "declare a pool")
    return tuple(parse_pool(site, block, fields.section(block)) for block in fields.names())
