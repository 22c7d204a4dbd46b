"""NVL72 racks: each one GKE node pool of 18 hosts that share one NVLink domain of 72 GPUs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_gcp import compute, container

from holdfast_infra.fabric_network import Attachment
from holdfast_infra.unit_node_pool import PublishedPool, UnitHome, unit_node_pool


@dataclass(frozen=True, slots=True)
class NvlDomainsArgs:
    """All pools of NVLink domains of a datacenter."""

    home: UnitHome
    pools: tuple[PublishedPool, ...]
    attachments: Mapping[str, Sequence[Attachment]]
    """Further networks of a host, by accelerator type."""


class NvlDomains(pulumi.ComponentResource):
    """The workload policy `1x72`, which all domains share, and the domains by the names of their node pools."""

    def __init__(self, name: str, args: NvlDomainsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("holdfast:infra:NvlDomains", name, None, opts)
        self._args = args
        self.policy = self._make_policy(args.pools[0].pool.accelerator.unit_topology)
        self.node_pools = {
            node_pool: domain
            for published in args.pools
            for node_pool, domain in self._make_domains(published).items()
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
                    type="HIGH_THROUGHPUT", accelerator_topology=topology
                ),
                deletion_policy=home.guarded.deletion_policy,
            ),
            home.guarded.options(self, [published.published for published in self._args.pools]),
        )

    def _make_domains(self, published: PublishedPool) -> dict[str, container.NodePool]:
        home, pool = self._args.home, published.pool
        options = home.guarded.options(self, [published.published])
        networks = self._args.attachments.get(pool.accelerator.name, ())
        return {
            pool.node_pool(unit): container.NodePool(
                pool.node_pool(unit), unit_node_pool(home, pool, unit, self.policy.name, networks), options
            )
            for unit in pool.delivered
        }
