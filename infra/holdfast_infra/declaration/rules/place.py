"""Where the datacenter is, and whether its power carries what stands there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from holdfast_infra.declaration.declared import Datacenter
from holdfast_infra.declaration.mistakes import Mistake, shown

WATTS_PER_MEGAWATT = 1_000_000


def _zone_lies_in_region(datacenter: Datacenter) -> Iterator[Mistake]:
    site = datacenter.site
    inside = site.zone.startswith(f"{site.region}-")
    if site.is_google and site.zone and site.region not in {"", site.zone} and not inside:
        yield Mistake(
            "zone",
            shown(site.zone),
            f"is not in region {site.region}, where the cluster would be",
            "write a zone of that region: its name and a suffix, such as us-central1-b or us-central1-ai1a",
        )


def _region_is_no_zone(datacenter: Datacenter) -> Iterator[Mistake]:
    region = datacenter.site.region
    if datacenter.site.is_google and region and region == datacenter.site.zone:
        yield Mistake(
            "region",
            shown(region),
            "is no region but the zone itself, so the cluster would have nowhere to be",
            f"write {region.rpartition('-')[0] or 'the region the zone lies in'}",
        )


def _power_carries_the_chips(datacenter: Datacenter) -> Iterator[Mistake]:
    """Rated power of the chips alone, without hosts, network and cooling: less is not possible."""
    site = datacenter.site
    watts = sum(
        len(pool.units) * pool.chips_per_unit * pool.accelerator.watts_per_chip for pool in datacenter.pools
    )
    if site.power_megawatts and watts > site.power_megawatts * WATTS_PER_MEGAWATT:
        yield Mistake(
            "powerMegawatts",
            str(site.power_megawatts),
            f"is less than the declared chips alone draw at their rated power ({watts / WATTS_PER_MEGAWATT:,.1f} MW)",
            "correct it, or declare fewer units",
        )


RULES: tuple[Callable[[Datacenter], Iterator[Mistake]], ...] = (
    _zone_lies_in_region,  # Google: node locations must be in the cluster's region
    _region_is_no_zone,  # Google: a regional cluster
    _power_carries_the_chips,  # makers' rated power, catalogue.toml
)
