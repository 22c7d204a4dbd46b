"""How many addresses the declared pools need, and the smallest range that has them.

    nodes     one address a host                    fabrics.X  sixteen subnets, each with one for each host of X
    pods      GKE gives a node twice its most pods, rounded up to a power of two: 15 pods a TPU host, 32 a GPU
              host, 110 a system node (docs.cloud.google.com/kubernetes-engine/docs/how-to/flexible-pod-cidr)

Google keeps four addresses of every subnet for itself (cloud.google.com/vpc/docs/subnets#unusable-ip-addresses).
"""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.hardware.rows import MOST_SUBNETS
from holdfast_infra.declaration.pool import Pool

MOST_PODS = {"tpu": 15, "nvidia": 32, "amd": 32}
"""Pods a host: few, because every node takes twice as many addresses."""
_PER_HOST = {"tpu": 32, "nvidia": 64, "amd": 64}
PODS_OF_A_SYSTEM_NODE = 256
"""Addresses of the pods of one."""
GOOGLES_OWN = 4
FABRIC_SUBNETS = MOST_SUBNETS
"""Parts of a fabric's range, one a subnet; no machine type has more than 9 subnets of ours."""
_LONGEST = 32


@dataclass(frozen=True, slots=True)
class Needs:
    """Addresses that each range needs."""

    nodes: int
    pods: int
    fabrics: dict[str, int]

    @property
    def by_field(self) -> dict[str, int]:
        """The same by the fields of `network`."""
        fabrics = {f"fabrics.{name}": needed for name, needed in self.fabrics.items()}
        return {"nodes": self.nodes, "pods": self.pods, **fabrics}


def address_needs(pools: tuple[Pool, ...], system_nodes: int) -> Needs:
    """What these pools and system nodes need."""
    hosts: dict[str, int] = {}
    for pool in pools:
        if pool.accelerator.fabric.subnets:
            hosts[pool.accelerator.name] = hosts.get(pool.accelerator.name, 0) + pool.hosts
    return Needs(
        nodes=sum(pool.hosts for pool in pools) + system_nodes + GOOGLES_OWN,
        pods=sum(pool.hosts * _PER_HOST[pool.accelerator.family] for pool in pools)
        + system_nodes * PODS_OF_A_SYSTEM_NODE,
        fabrics={name: FABRIC_SUBNETS * power_of_two(count + GOOGLES_OWN) for name, count in hosts.items()},
    )


def power_of_two(count: int) -> int:
    """The smallest power of two that is not less."""
    return 1 << max(0, count - 1).bit_length()


def prefix_for(addresses: int) -> int:
    """The number after the slash of the smallest range with so many addresses."""
    return _LONGEST - max(0, addresses - 1).bit_length()
