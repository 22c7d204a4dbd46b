"""Names that would meet: of GKE node pools, and of what the stack makes beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from holdfast.hardware.catalogue import ACCELERATORS
from holdfast.hardware.names import pool_name
from holdfast_infra.declaration.declared import Datacenter
from holdfast_infra.declaration.mistakes import Mistake, shown
from holdfast_infra.declaration.pool import Pool

LONGEST_NODE_POOL_NAME = 40
"""GKE's bound; the provider leaves 31 of it to a name prefix and appends the rest (NodePool.name_prefix)."""
LONGEST_POOL_NAME = 63
"""The hub's bound, and that of a label value: every node carries its pool's name."""
LONGEST_NETWORK_NAME = 63
"""cloud.google.com/compute/docs/naming-resources."""
RESERVED = ("system", "default-pool")
"""The system node pool, and the one that GKE makes with a cluster and the provider removes."""


def _node_pools_have_names_of_their_own(datacenter: Datacenter) -> Iterator[Mistake]:
    """`a` with unit `b-c` and `a-b` with unit `c` are both node pool a-b-c."""
    owners: dict[str, list[Pool]] = defaultdict(list)
    for pool in datacenter.pools:
        for unit in pool.units:
            owners[pool.node_pool(unit)].append(pool)
    clashes: dict[tuple[str, str], str] = {}
    for name, pools in owners.items():
        if len({pool.block for pool in pools}) > 1:
            clashes.setdefault((pools[0].block, pools[1].block), name)
    for (first, second), name in clashes.items():
        yield Mistake(
            f"pools.{second}",
            shown(name),
            f"is the GKE node pool of a unit of {second} and of one of {first}, so one would be refused or replaced",
            "rename the pool or its units",
        )


def _node_pools_keep_off_reserved_names(datacenter: Datacenter) -> Iterator[Mistake]:
    reserved = {*RESERVED, f"{datacenter.site.name}-system"}
    for pool in datacenter.pools:
        for unit in pool.units:
            if pool.node_pool(unit) in reserved:
                yield Mistake(
                    f"pools.{pool.block}",
                    shown(pool.node_pool(unit)),
                    f"is the node pool of unit {unit.name}, and a name of one that is no unit: they would be confused",
                    "rename the pool or the unit",
                )


def _node_pool_names_fit(datacenter: Datacenter) -> Iterator[Mistake]:
    for pool in datacenter.pools:
        longest = max((pool.node_pool(unit) for unit in pool.units), key=len, default="")
        if len(longest) > LONGEST_NODE_POOL_NAME:
            yield Mistake(
                f"pools.{pool.block}",
                shown(longest),
                f"as a GKE node pool's name has more than {LONGEST_NODE_POOL_NAME} characters",
                "shorten the pool's name or the unit ids",
            )


def _pool_names_fit(datacenter: Datacenter) -> Iterator[Mistake]:
    for pool in datacenter.pools:
        name = pool_name(datacenter.site.name, pool.block)
        if len(name) > LONGEST_POOL_NAME:
            yield Mistake(
                f"pools.{pool.block}",
                shown(name),
                f"as the pool's name in the hub has more than {LONGEST_POOL_NAME} characters",
                "shorten the pool's name or the datacenter's",
            )


def _network_names_fit(datacenter: Datacenter) -> Iterator[Mistake]:
    for kind, _ in datacenter.addresses.fabrics:
        name = f"{datacenter.site.name}-{kind}-{_longest_suffix(kind)}"
        if len(name) > LONGEST_NETWORK_NAME:
            yield Mistake(
                f"network.fabrics.{kind}",
                shown(name),
                f"as a firewall's name has more than {LONGEST_NETWORK_NAME} characters",
                "shorten the datacenter's name",
            )


def _longest_suffix(kind: str) -> str:
    """The longest that fabric_network.py puts behind the name of this accelerator's networks: a firewall's."""
    plain = ACCELERATORS[kind].fabric.extra_vpcs if kind in ACCELERATORS else 0
    return f"net-{plain - 1}-inside" if plain else "host-inside"


RULES: tuple[Callable[[Datacenter], Iterator[Mistake]], ...] = (
    _node_pools_have_names_of_their_own,  # GKE: a name is a cluster's only once
    _node_pools_keep_off_reserved_names,  # ours: what is no unit is not taken for one
    _node_pool_names_fit,  # GKE: 40 characters
    _pool_names_fit,  # the hub: 63 characters
    _network_names_fit,  # Google: 63 characters
)
