"""TPU7x cubes: each one GKE node pool of 16 hosts, its optical links dark until a slice is formed.

All cubes of a project and region share one workload policy: Google accepts one for each topology, so this
stack owns it. PROVISION_ONLY keeps Google from forming slices: the site agent does that with Slice objects.
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_gcp import compute, container

from holdfast_infra.unit_node_pool import PublishedPool, UnitHome, unit_node_pool


@dataclass(frozen=True, slots=True)
class TpuCubesArgs:
    """All pools of cubes of a datacenter."""

    home: UnitHome
    pools: tuple[PublishedPool, ...]


class TpuCubes(pulumi.ComponentResource):
    """The workload policy and the cubes, by the names of their node pools."""

    def __init__(self, name: str, args: TpuCubesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("holdfast:infra:TpuCubes", name, None, opts)
        self._args = args
        self.policy = self._make_policy(args.pools[0].pool.accelerator.unit_topology)
        self.node_pools = {
            node_pool: cube
            for published in args.pools
            for node_pool, cube in self._make_cubes(published).items()
        }
        self.hardware: tuple[pulumi.Resource, ...] = (self.policy, *self.node_pools.values())
        self.register_outputs({})

    def _make_policy(self, topology: str) -> compute.ResourcePolicy:
        home = self._args.home
        name = f"{home.site.name}-{topology}"
        return compute.ResourcePolicy(
            name,
            compute.ResourcePolicyArgs(
                name=name,
                project=home.site.project,
                region=home.site.region,
                workload_policy=compute.ResourcePolicyWorkloadPolicyArgs(
                    type="HIGH_THROUGHPUT",
                    accelerator_topology=topology,
                    accelerator_topology_mode="PROVISION_ONLY",
                ),
                deletion_policy=home.guarded.deletion_policy,
            ),
            home.guarded.options(self, [published.published for published in self._args.pools]),
        )

    def _make_cubes(self, published: PublishedPool) -> dict[str, container.NodePool]:
        home, pool = self._args.home, published.pool
        options = home.guarded.options(self, [published.published])
        return {
            pool.node_pool(unit): container.NodePool(
                pool.node_pool(unit), unit_node_pool(home, pool, unit, self.policy.name), options
            )
            for unit in pool.delivered
        }
