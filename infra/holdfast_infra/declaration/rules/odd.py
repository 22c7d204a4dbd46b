"""What is legal, and still not what one would write: said as warnings, never refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from ipaddress import IPv4Network

from holdfast.hardware.catalogue import ACCELERATORS
from holdfast_infra.declaration.address_needs import address_needs
from holdfast_infra.declaration.declared import Datacenter
from holdfast_infra.declaration.mistakes import Mistake, shown
from holdfast_infra.declaration.network import NO_ADDRESSES
from holdfast_infra.declaration.rules.versions import comparable
from holdfast_infra.declaration.site import OPERATIONAL

NEWEST_MINOR = (1, 36)
"""The newest minor version of GKE that we have read about (mid 2026); later ones may exist by now."""
MANY_NODE_POOLS = 200
"""More slow a cluster's API, and one stack's program (cluster-toolkit and xpk keep far below)."""
ROOM_TO_GROW = 2
_DOCKER = IPv4Network("172.17.0.0/16")


def _a_running_site_has_power(datacenter: Datacenter) -> Iterator[Mistake]:
    site = datacenter.site
    if site.lifecycle == OPERATIONAL and not site.power_megawatts:
        yield Mistake(
            "powerMegawatts",
            "0",
            "would run nothing, but the site is Operational",
            "write its power, or lifecycle UnderConstruction",
        )


def _fields_that_do_nothing(datacenter: Datacenter) -> Iterator[Mistake]:
    site = datacenter.site
    idle = {
        "project": site.project,
        "network": "" if datacenter.addresses.nodes == NO_ADDRESSES else str(datacenter.addresses.nodes),
        "systemPool": datacenter.system_pool.machine_type,
        "cluster.releaseChannel": datacenter.cluster.release_channel,
    }
    for name, value in idle.items() if not site.is_google else ():
        if value:
            yield Mistake(
                name, shown(value), f"does nothing at a {site.kind} site", "leave it out if you like"
            )


def _system_nodes_on_accelerators(datacenter: Datacenter) -> Iterator[Mistake]:
    machine = datacenter.system_pool.machine_type
    kinds = [kind.name for kind in ACCELERATORS.values() if machine in dict(kind.machines)]
    if kinds and datacenter.site.is_google:
        yield Mistake(
            "systemPool.machineType",
            shown(machine),
            f"has accelerators ({kinds[0]}) that nobody can be sold there",
            "write one such as n2-standard-8",
        )


def _a_version_we_have_not_heard_of(datacenter: Datacenter) -> Iterator[Mistake]:
    version = datacenter.cluster.minimum_version
    if version and comparable(version)[:2] > NEWEST_MINOR:
        yield Mistake(
            "cluster.minimumVersion",
            shown(version),
            f"is newer than any we know of ({NEWEST_MINOR[0]}.{NEWEST_MINOR[1]}), so Google may refuse the cluster",
            "look it up with `gcloud container get-server-config`",
        )


def _a_version_that_is_left_to_the_channel(datacenter: Datacenter) -> Iterator[Mistake]:
    """What a channel's default is, only Google knows, in RAPID too; and hosts of an older one do not come up."""
    cluster, needed = datacenter.cluster, [each for each in datacenter.pools if each.accelerator.min_version]
    asked = datacenter.site.is_google and datacenter.makes_site and cluster.release_channel
    if asked and needed and not cluster.minimum_version:
        last = max(needed, key=lambda pool: comparable(pool.accelerator.min_version))
        version = last.accelerator.min_version
        yield Mistake(
            "cluster.minimumVersion",
            "",
            f"is left to channel {cluster.release_channel}, whose default may be older than {version}, the first that "
            f"runs {last.accelerator.name} (pool {last.block})",
            f'write "{version}" or later',
        )


def _fabrics_nobody_needs(datacenter: Datacenter) -> Iterator[Mistake]:
    needed = {pool.accelerator.name for pool in datacenter.pools if pool.accelerator.fabric.subnets}
    for name, network in datacenter.addresses.fabrics if datacenter.makes_site else ():
        if name not in needed:
            yield Mistake(
                f"network.fabrics.{name}",
                shown(str(network)),
                "is used by no pool, so no network is made of it",
                "leave it out, unless such a pool is to come",
            )


def _one_reservation_for_several_pools(datacenter: Datacenter) -> Iterator[Mistake]:
    pools: dict[str, list[str]] = defaultdict(list)
    for pool in datacenter.pools:
        if pool.google_reservation and "/reservationBlocks/" not in pool.google_reservation:
            pools[pool.google_reservation].append(pool.block)
    for path, blocks in pools.items():
        if len(blocks) > 1:
            yield Mistake(
                f"pools.{blocks[1]}.googleReservation",
                shown(path),
                f"is whole, and pools {', '.join(blocks)} share it: together they must not be larger than it is",
                "name a block for each",
            )


def _more_node_pools_than_are_quick(datacenter: Datacenter) -> Iterator[Mistake]:
    node_pools = sum(len(pool.units) for pool in datacenter.pools)
    if datacenter.site.is_google and datacenter.makes_units and node_pools > MANY_NODE_POOLS:
        yield Mistake(
            "pools",
            f"{node_pools} units",
            f"make more GKE node pools than are quick in one stack ({MANY_NODE_POOLS})",
            "divide it: `holdfast stacks plan` writes a stack of at most 144 for each block",
        )


def _capacity_that_backs_no_promise(datacenter: Datacenter) -> Iterator[Mistake]:
    for pool in datacenter.pools:
        if pool.may_be_taken_back:
            yield Mistake(
                f"pools.{pool.block}.capacity",
                shown(pool.capacity),
                "may be taken back by Google while it is in use, so it is published and backs no promise",
                "write capacity: reservation where it is to be promised",
            )


def _no_room_to_grow(datacenter: Datacenter) -> Iterator[Mistake]:
    """Ranges of a cluster cannot be widened in place, and the next pool would need them."""
    ranges = datacenter.addresses.ranges
    needs = address_needs(datacenter.pools, datacenter.system_pool.nodes)
    for name, needed in {"nodes": needs.nodes, "pods": needs.pods}.items():
        if name in ranges and ranges[name].num_addresses < ROOM_TO_GROW * needed:
            yield Mistake(
                f"network.{name}",
                shown(str(ranges[name])),
                f"holds these pools ({needed:,} addresses) and not as many again, and cannot be widened later",
                "write a larger range before the cluster is made",
            )


def _nothing_left_to_sell(datacenter: Datacenter) -> Iterator[Mistake]:
    for pool in datacenter.pools:
        staying = [unit for unit in pool.units if not unit.retiring]
        if len(staying) <= pool.spares.count:
            yield Mistake(
                f"pools.{pool.block}.units",
                f"{len(staying)} of {len(pool.units)}",
                f"stay and {pool.spares.shown} are spares, so nothing more is promised of this pool",
                "as it should be while a pool is taken down",
            )


def _addresses_that_containers_use(datacenter: Datacenter) -> Iterator[Mistake]:
    """docs.cloud.google.com/vpc/docs/subnets#additional-ipv4-considerations."""
    for name, network in datacenter.addresses.ranges.items():
        if network.overlaps(_DOCKER):
            yield Mistake(
                f"network.{name}",
                shown(str(network)),
                f"overlaps {_DOCKER}, which container runtimes use inside a host",
                "write another range if you can",
            )


def _slices_of_one_host(datacenter: Datacenter) -> Iterator[Mistake]:
    for pool in datacenter.pools:
        if (
            pool.accelerator.unit == "slice"
            and not pool.accelerator.unit_topology
            and pool.hosts_per_unit == 1
        ):
            yield Mistake(
                f"pools.{pool.block}.topology",
                shown(pool.topology),
                f"is a slice of one host, {pool.machine_type}",
                "write a larger topology if its slices are to span hosts",
            )


RULES: tuple[Callable[[Datacenter], Iterator[Mistake]], ...] = (
    _a_running_site_has_power,
    _fields_that_do_nothing,
    _system_nodes_on_accelerators,
    _a_version_we_have_not_heard_of,
    _a_version_that_is_left_to_the_channel,
    _fabrics_nobody_needs,
    _one_reservation_for_several_pools,
    _more_node_pools_than_are_quick,
    _capacity_that_backs_no_promise,
    _no_room_to_grow,
    _slices_of_one_host,
    _nothing_left_to_sell,
    _addresses_that_containers_use,
)
