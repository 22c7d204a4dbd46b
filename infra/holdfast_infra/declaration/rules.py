"""What only shows across sections: legal alone, refused together, most of it by Google and late.

Every rule reads what parsed soundly and stays silent about the rest, which has its own mistakes already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from holdfast_infra.declaration.draft import Draft
from holdfast_infra.declaration.mistakes import Mistake, shown
from holdfast_infra.declaration.times import TIME_RULES

OPERATIONAL = "Operational"
UNDER_CONSTRUCTION = "UnderConstruction"
MOST_NODES = 15_000
"""Nodes of one Standard cluster without a special agreement."""
MOST_NODE_POOLS = 200
"""More slow a cluster's API, and one stack's program."""
ADDRESSES_PER_HOST = {"tpu": 32, "nvidia": 64}
"""GKE gives a node twice its most pods, rounded up to a power of two: 15 pods a TPU host, 32 a GPU host."""
ADDRESSES_PER_SYSTEM_NODE = 256


def breaches(draft: Draft) -> Iterator[Mistake]:
    """Every mistake that RULES and TIME_RULES find."""
    for rule in (*RULES, *TIME_RULES):
        yield from rule(draft)


def _site_kind_is_provisioned(draft: Draft) -> Iterator[Mistake]:
    if draft.site_kind not in {"", "gke"}:
        yield Mistake(
            "siteKind",
            shown(draft.site_kind),
            "has no components here yet, so nothing would be built",
            "declare gke, or publish the site's pools by hand",
        )


def _zone_lies_in_region(draft: Draft) -> Iterator[Mistake]:
    if draft.zone and draft.region not in {"", draft.zone} and not draft.zone.startswith(f"{draft.region}-"):
        yield Mistake(
            "zone",
            shown(draft.zone),
            f"is not in region {draft.region}, where the cluster would be",
            "write a zone of that region: its name and a suffix, such as us-central1-b or us-central1-ai1a",
        )


def _region_is_no_zone(draft: Draft) -> Iterator[Mistake]:
    if draft.region and draft.region == draft.zone:
        yield Mistake(
            "region",
            shown(draft.region),
            "is no region but the zone itself, so the cluster would have nowhere to be",
            f"write {draft.region.rpartition('-')[0] or 'the region the zone lies in'}",
        )


def _hardware_has_a_reservation(draft: Draft) -> Iterator[Mistake]:
    for pool in draft.pools:
        if draft.lifecycle == OPERATIONAL and not pool.google_reservation:
            yield Mistake(
                f"pools.{pool.block}.googleReservation",
                "",
                "is missing, so Google would place nothing",
                "write the path Google gave, such as projects/P/reservations/R/reservationBlocks/B",
            )


def _cubes_come_from_one_block(draft: Draft) -> Iterator[Mistake]:
    for pool in draft.pools:
        if (
            pool.accelerator.unit == "cube"
            and pool.google_reservation
            and "/reservationBlocks/" not in pool.google_reservation
        ):
            yield Mistake(
                f"pools.{pool.block}.googleReservation",
                shown(pool.google_reservation),
                "names no block, so cubes could lie on different optical switches and never form a slice",
                "append /reservationBlocks/B",
            )


def _future_supply_has_a_date(draft: Draft) -> Iterator[Mistake]:
    all_are_future = draft.lifecycle == UNDER_CONSTRUCTION
    for pool in draft.pools:
        future = [unit for unit in pool.units if all_are_future or not unit.delivered]
        undated = [unit.name for unit in future if not unit.available_from]
        if undated:
            yield Mistake(
                f"pools.{pool.block}.units",
                shown(undated[0]),
                "is not there yet and has no date, so it would be sold as if it were",
                "give their range an availableFrom",
            )


def _slices_need_the_rapid_channel(draft: Draft) -> Iterator[Mistake]:
    cubes = any(pool.accelerator.unit == "cube" for pool in draft.pools)
    if draft.cluster and cubes and draft.cluster.release_channel != "RAPID":
        yield Mistake(
            "cluster.releaseChannel",
            shown(draft.cluster.release_channel),
            "has no slice controller, so cubes could not be joined",
            "write RAPID",
        )


def _version_runs_the_accelerators(draft: Draft) -> Iterator[Mistake]:
    version = draft.cluster.minimum_version if draft.cluster else ""
    for pool in draft.pools if version else ():
        needed = pool.accelerator.min_version
        if needed and _comparable(version) < _comparable(needed):
            yield Mistake(
                "cluster.minimumVersion",
                shown(version),
                f"is below {needed}, the first that runs {pool.accelerator.name} (pool {pool.block})",
                f'write "{needed}" or later',
            )


def _cluster_holds_the_nodes(draft: Draft) -> Iterator[Mistake]:
    nodes = sum(pool.hosts for pool in draft.pools)
    if nodes > MOST_NODES:
        yield Mistake(
            "pools",
            f"{nodes:,} nodes",
            f"is more than one cluster holds ({MOST_NODES:,})",
            "declare a second datacenter with its own stack",
        )


def _stack_holds_the_node_pools(draft: Draft) -> Iterator[Mistake]:
    node_pools = sum(len(pool.units) for pool in draft.pools)
    if node_pools > MOST_NODE_POOLS:
        yield Mistake(
            "pools",
            f"{node_pools} units",
            f"make more GKE node pools than one stack should hold ({MOST_NODE_POOLS})",
            "one block a stack: declare a second datacenter with its own stack",
        )


def _fabrics_have_addresses(draft: Draft) -> Iterator[Mistake]:
    for pool in draft.pools:
        fabric, name = pool.accelerator.fabric, pool.accelerator.name
        if draft.addresses and fabric.subnets and not draft.addresses.fabric(name):
            yield Mistake(
                f"network.fabrics.{name}",
                "",
                f"is missing, but the hosts of pool {pool.block} need {fabric.subnets} networks of their own",
                "write a range for them, such as 192.168.0.0/17",
            )


def _addresses_suffice(draft: Draft) -> Iterator[Mistake]:
    if not draft.addresses or not draft.system_pool:
        return
    hosts, system = sum(pool.hosts for pool in draft.pools), draft.system_pool.nodes
    pods = sum(pool.hosts * ADDRESSES_PER_HOST[pool.accelerator.family] for pool in draft.pools)
    needs = {
        "nodes": (draft.addresses.nodes.num_addresses, hosts + system + 4),
        "pods": (draft.addresses.pods.num_addresses, pods + system * ADDRESSES_PER_SYSTEM_NODE),
    }
    for name, (there, needed) in needs.items():
        if there < needed:
            yield Mistake(
                f"network.{name}",
                f"{there:,} addresses",
                f"is too few for these pools, which need {needed:,}",
                "write a larger range (a smaller number after the slash)",
            )


def _comparable(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"[0-9]+", version))


RULES: tuple[Callable[[Draft], Iterator[Mistake]], ...] = (
    _site_kind_is_provisioned,  # we have components for GKE only
    _zone_lies_in_region,  # Google: node locations must be in the cluster's region
    _region_is_no_zone,  # Google: a regional cluster
    _hardware_has_a_reservation,  # Google: SPECIFIC_RESERVATION takes exactly one reservation
    _cubes_come_from_one_block,  # one optical circuit switch a pool
    _future_supply_has_a_date,  # undated units count as delivered
    _slices_need_the_rapid_channel,  # Google: the slice controller is in Rapid only
    _version_runs_the_accelerators,  # Google: each machine type has a first version
    _cluster_holds_the_nodes,  # Google: nodes of one cluster
    _stack_holds_the_node_pools,  # ours: previews stay fast, the API stays quick
    _fabrics_have_addresses,  # Google: machine types with RDMA do not boot without their networks
    _addresses_suffice,  # Google: a node without a pod range is not created
)
"""Checked in this order; messages are sorted by field."""
