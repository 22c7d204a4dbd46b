"""GPU hosts: each one GKE node pool of one machine with 8 GPUs, joined to its neighbours by RoCE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_gcp import container

from holdfast_infra.fabric_network import Attachment
from holdfast_infra.unit_node_pool import PublishedPool, UnitHome, unit_node_pool


@dataclass(frozen=True, slots=True)
class GpuHostsArgs:
    """All pools of GPU hosts of a datacenter."""

    home: UnitHome
    pools: tuple[PublishedPool, ...]
    attachments: Mapping[str, Sequence[Attachment]]
    """Further networks of a host, by accelerator type."""


class GpuHosts(pulumi.ComponentResource):
    """The hosts by the names of their node pools. One machine needs no placement policy: its block is enough."""

    def __init__(self, name: str, args: GpuHostsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("holdfast:infra:GpuHosts", name, None, opts)
        self._args = args
        self.node_pools = {
            node_pool: host
            for published in args.pools
            for node_pool, host in self._make_hosts(published).items()
        }
        self.hardware: tuple[pulumi.Resource, ...] = tuple(self.node_pools.values())
        self.register_outputs({})

    def _make_hosts(self, published: PublishedPool) -> dict[str, container.NodePool]:
        home, pool = self._args.home, published.pool
        options = home.guarded.options(self, [published.published])
        networks = self._args.attachments.get(pool.accelerator.name, ())
        return {
            pool.node_pool(unit): container.NodePool(
                pool.node_pool(unit), unit_node_pool(home, pool, unit, None, networks), options
            )
            for unit in pool.delivered
        }
