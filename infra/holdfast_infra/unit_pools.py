"""The units of a datacenter, each one GKE node pool: one component for each shape of unit, told apart by a table.

    cube     16 TPU hosts; its optical links stay dark until a slice is formed, so the policy only provisions:
             the site agent forms slices with Slice objects
    domain   18 GPU hosts that share one NVLink domain of 72 GPUs
    slice    TPU hosts joined for good in the shape their pool states, which is their placement
    host     one machine with 8 GPUs, joined to its neighbours by RoCE; its block is placement enough

Cubes and domains of one topology share a workload policy, since Google accepts one for each project, region and
topology; the stack that makes it is named to the others (workloadPolicies).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_gcp import compute, container

from holdfast_infra.declaration import Datacenter, Site
from holdfast_infra.guarded import Guarded
from holdfast_infra.unit_node_pool import PublishedPool, UnitHome, unit_node_pool


@dataclass(frozen=True, slots=True)
class Shape:
    """What differs between units: the component's type and name, whether one policy places a unit's hosts together.

    `mode` is the policy's accelerator_topology_mode, where it has one.
    """

    component: str
    name: str
    placed: bool = True
    mode: str | None = None


SHAPES = {
    "cube": Shape("holdfast:infra:TpuCubes", "cubes", mode="PROVISION_ONLY"),
    "domain": Shape("holdfast:infra:NvlDomains", "domains"),
    "slice": Shape("holdfast:infra:TpuSlices", "slices", placed=False),
    "host": Shape("holdfast:infra:GpuHosts", "hosts", placed=False),
}
"""By the unit's kind in the catalogue. Types and names stand in stacks that exist: a changed one replaces hardware."""


@dataclass(frozen=True, slots=True)
class UnitPoolsArgs:
    """All pools of a datacenter whose units have one shape."""

    home: UnitHome
    pools: tuple[PublishedPool, ...]


class UnitPools(pulumi.ComponentResource):
    """The units of one shape by the names of their node pools, and the workload policies that place them."""

    def __init__(
        self, shape: Shape, stack: str, args: UnitPoolsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(shape.component, f"{stack}-{shape.name}", None, opts)
        self._args = args
        self.policies = self._make_policies(shape) if shape.placed else {}
        self._placed_by = _names(args.home.shared.policies, self.policies) if shape.placed else {}
        self.node_pools = {
            name: unit for published in args.pools for name, unit in self._make_units(published).items()
        }
        self.hardware: tuple[pulumi.Resource, ...] = (*self.policies.values(), *self.node_pools.values())
        self.register_outputs({})

    def _make_policies(self, shape: Shape) -> dict[str, compute.ResourcePolicy]:
        """One for each topology that no other stack has made, as ground of the pools that have it."""
        home, made = self._args.home, dict[str, compute.ResourcePolicy]()
        pools: dict[str, list[PublishedPool]] = defaultdict(list)
        for each in self._args.pools:
            pools[each.pool.topology].append(each)
        for topology, on_it in pools.items():
            if topology in home.shared.policies:
                continue
            options = home.guarded.options(self, [each.published for each in on_it])
            made[topology] = _policy(home.site, topology, shape, home.guarded, options)
            home.guarded.ground.bears([made[topology]], [each.pool.name for each in on_it])
        return made

    def _make_units(self, published: PublishedPool) -> dict[str, container.NodePool]:
        home, pool = self._args.home, published.pool
        options = home.guarded.options(self, [published.published])
        networks = home.shared.attachments.get(pool.accelerator.name, ())
        policy = self._placed_by.get(pool.topology)
        return {
            pool.node_pool(unit): container.NodePool(
                pool.node_pool(unit), unit_node_pool(home, pool, unit, policy, networks), options
            )
            for unit in pool.delivered
        }


class WorkloadPolicies(pulumi.ComponentResource):
    """The policies of a shared stack: every unit of its datacenter's blocks is placed by one of them.

    `names` are theirs by topology, with those that yet another stack of the project and region has made.
    """

    def __init__(
        self, datacenter: Datacenter, guarded: Guarded, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("holdfast:infra:WorkloadPolicies", datacenter.site.name, None, opts)
        elsewhere, options = dict(datacenter.policies), guarded.options(self)
        kinds = [(pool.topology, SHAPES[pool.accelerator.unit]) for pool in datacenter.pools]
        made = {
            topology: _policy(datacenter.site, topology, shape, guarded, options)
            for topology, shape in {topology: shape for topology, shape in kinds if shape.placed}.items()
            if topology not in elsewhere
        }
        self.hardware: tuple[pulumi.Resource, ...] = tuple(made.values())
        guarded.ground.bears(self.hardware)
        self.names = _names(elsewhere, made)
        self.register_outputs({})


def _names(
    elsewhere: Mapping[str, pulumi.Input[str]], made: Mapping[str, compute.ResourcePolicy]
) -> dict[str, pulumi.Input[str]]:
    """Names of policies by topology, whoever makes them."""
    return {**elsewhere, **{topology: policy.name for topology, policy in made.items()}}


def _policy(
    site: Site, topology: str, shape: Shape, guarded: Guarded, options: pulumi.ResourceOptions
) -> compute.ResourcePolicy:
    name = f"{site.name}-{topology}"
    return compute.ResourcePolicy(
        name,
        compute.ResourcePolicyArgs(
            name=name,
            project=site.project,
            region=site.region,
            workload_policy=compute.ResourcePolicyWorkloadPolicyArgs(
                type="HIGH_THROUGHPUT",
                accelerator_topology=topology,
                accelerator_topology_mode=shape.mode,
            ),
            deletion_policy=guarded.deletion_policy,
        ),
        options,
    )
