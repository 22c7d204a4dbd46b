"""What the cluster must be for its accelerators, and how large one cluster and one stack may be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from holdfast_infra.declaration.declared import Datacenter
from holdfast_infra.declaration.mistakes import Mistake, shown
from holdfast_infra.declaration.site import GDC

MOST_NODES = 15_000
"""Nodes of one Standard cluster without a special agreement: cloud.google.com/kubernetes-engine/quotas."""
MOST_GDC_NODES = 500
"""Of one cluster: cloud.google.com/kubernetes-engine/distributed-cloud/bare-metal/docs/quotas-and-limits."""
MOST_NODE_POOLS = 1_000
"""Beyond it one program grows faster than its pools (measured with pulumi-gcp 10.2); odd.py warns much earlier."""


def _slices_need_the_rapid_channel(datacenter: Datacenter) -> Iterator[Mistake]:
    channel = datacenter.cluster.release_channel
    cubes = any(pool.accelerator.unit == "cube" for pool in datacenter.pools)
    if datacenter.site.is_google and cubes and channel not in ("", "RAPID"):
        yield Mistake(
            "cluster.releaseChannel",
            shown(channel),
            "has no slice controller, so cubes could not be joined",
            "write RAPID",
        )


def _version_runs_the_accelerators(datacenter: Datacenter) -> Iterator[Mistake]:
    version = datacenter.cluster.minimum_version
    for pool in datacenter.pools if version else ():
        needed = pool.accelerator.min_version
        if needed and comparable(version) < comparable(needed):
            yield Mistake(
                "cluster.minimumVersion",
                shown(version),
                f"is below {needed}, the first that runs {pool.accelerator.name} (pool {pool.block})",
                f'write "{needed}" or later',
            )


def _version_runs_the_network(datacenter: Datacenter) -> Iterator[Mistake]:
    """Some releases lack a fix that their predecessors' later patches have: a range of versions with holes."""
    version = datacenter.cluster.minimum_version
    for pool in datacenter.pools if version else ():
        patches = {comparable(each)[:2]: each for each in pool.accelerator.patches}
        needed = patches.get(comparable(version)[:2], "")
        if needed and comparable(version) < comparable(needed):
            yield Mistake(
                "cluster.minimumVersion",
                shown(version),
                f"lacks what {pool.accelerator.name} (pool {pool.block}) needs of its minor version: {needed} has it",
                f'write "{needed}" or a later minor version',
            )


def _cluster_holds_the_nodes(datacenter: Datacenter) -> Iterator[Mistake]:
    nodes = sum(pool.hosts for pool in datacenter.pools)
    most = MOST_GDC_NODES if datacenter.site.kind == GDC else MOST_NODES
    if nodes > most:
        yield Mistake(
            "pools",
            f"{nodes:,} nodes",
            f"is more than one cluster holds ({most:,})",
            "declare a second datacenter with its own stack",
        )


def _stack_holds_the_node_pools(datacenter: Datacenter) -> Iterator[Mistake]:
    node_pools = sum(len(pool.units) for pool in datacenter.pools)
    if datacenter.makes_units and node_pools > MOST_NODE_POOLS:
        yield Mistake(
            "pools",
            f"{node_pools:,} units",
            f"make more GKE node pools than one stack can hold ({MOST_NODE_POOLS:,})",
            "one block a stack: `holdfast stacks plan` divides it",
        )


def _key_is_in_the_region(datacenter: Datacenter) -> Iterator[Mistake]:
    if datacenter.site.is_google:
        yield from key_elsewhere("cluster.kmsKey", datacenter.cluster.kms_key, datacenter.site.region)


def key_elsewhere(field: str, key: str, region: str) -> Iterator[Mistake]:
    """A key of another place than the cluster that is to use it."""
    place = key.partition("/locations/")[2].partition("/")[0]
    if place and region and place != region:
        yield Mistake(
            field,
            shown(key),
            f"is a key of {place}, and GKE takes one of the cluster's region ({region}) only",
            "name a key of a key ring in that region",
        )


def comparable(version: str) -> tuple[int, ...]:
    """A GKE version as numbers: 1.35.2-gke.1842000 is (1, 35, 2, 1842000)."""
    return tuple(int(number) for number in re.findall(r"[0-9]+", version))


RULES: tuple[Callable[[Datacenter], Iterator[Mistake]], ...] = (
    _slices_need_the_rapid_channel,  # Google: the slice controller is in Rapid only
    _version_runs_the_accelerators,  # Google: each machine type has a first version
    _version_runs_the_network,  # Google: and some patches of later ones lack it
    _key_is_in_the_region,  # docs.cloud.google.com/kubernetes-engine/docs/how-to/encrypting-secrets
    _cluster_holds_the_nodes,  # Google: nodes of one cluster
    _stack_holds_the_node_pools,  # ours: a preview ends
)
