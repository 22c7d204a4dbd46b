"""Room for every host, and no address twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

from holdfast_infra.declaration.address_needs import address_needs, prefix_for
from holdfast_infra.declaration.declared import Datacenter
from holdfast_infra.declaration.mistakes import Mistake, shown
from holdfast_infra.declaration.network import AddressPlan

SMALLEST = {"nodes": 29, "services": 28}
LARGEST = {"services": 16}
"""GKE's bounds, as numbers after the slash: docs.cloud.google.com/kubernetes-engine/docs/concepts/alias-ips."""
SMALLEST_FABRIC = 25
"""A sixteenth of it is a /29, Google's smallest subnet: cloud.google.com/vpc/docs/subnets."""


def overlapping(addresses: AddressPlan) -> Iterator[Mistake]:
    """Ranges of one network that have addresses in common."""
    ranges = addresses.ranges
    for one, other in combinations(ranges, 2):
        if ranges[one].overlaps(ranges[other]):
            yield Mistake(
                f"network.{other}",
                shown(str(ranges[other])),
                f"overlaps {one} ({ranges[one]}), so packets would go astray",
                "give each its own range",
            )


def wrong_sizes(addresses: AddressPlan) -> Iterator[Mistake]:
    """Ranges that Google does not take for what they are."""
    for name, network in addresses.ranges.items():
        smallest = SMALLEST_FABRIC if name.startswith("fabrics.") else SMALLEST.get(name, 32)
        if not LARGEST.get(name, 0) <= network.prefixlen <= smallest:
            yield Mistake(
                f"network.{name}",
                shown(str(network)),
                "is of a size that Google refuses",
                f"write a number from {LARGEST.get(name, 4)} to {smallest} after the slash",
            )


def too_small(
    addresses: AddressPlan, needs: Mapping[str, int], whose: str = "these nodes"
) -> Iterator[Mistake]:
    """Ranges with fewer addresses than are needed of them."""
    ranges = addresses.ranges
    for name, needed in needs.items():
        if name in ranges and ranges[name].num_addresses < needed:
            yield Mistake(
                f"network.{name}",
                f"{ranges[name].num_addresses:,} addresses",
                f"is too few for {whose}, which need {needed:,}",
                f"write a larger range, at least a /{prefix_for(needed)}",
            )


def _ranges_do_not_overlap(datacenter: Datacenter) -> Iterator[Mistake]:
    yield from overlapping(datacenter.addresses)


def _ranges_have_a_size_gke_takes(datacenter: Datacenter) -> Iterator[Mistake]:
    yield from wrong_sizes(datacenter.addresses)


def _fabrics_have_addresses(datacenter: Datacenter) -> Iterator[Mistake]:
    for pool in datacenter.pools if datacenter.site.is_google else ():
        fabric, name = pool.accelerator.fabric, pool.accelerator.name
        if fabric.needs_addresses and not datacenter.addresses.fabric(name):
            yield Mistake(
                f"network.fabrics.{name}",
                "",
                f"is missing, but the hosts of pool {pool.block} need {fabric.subnets} networks of their own",
                "write a range for them, such as 192.168.0.0/17",
            )


def _addresses_suffice(datacenter: Datacenter) -> Iterator[Mistake]:
    needs = address_needs(datacenter.pools, datacenter.system_pool.nodes).by_field
    yield from too_small(datacenter.addresses, needs, "these pools")


RULES: tuple[Callable[[Datacenter], Iterator[Mistake]], ...] = (
    _ranges_do_not_overlap,  # Google: ranges of one network
    _ranges_have_a_size_gke_takes,  # GKE: bounds of its ranges
    _fabrics_have_addresses,  # Google: machine types with RDMA do not boot without their networks
    _addresses_suffice,  # Google: a node without an address or a pod range is not created
)
