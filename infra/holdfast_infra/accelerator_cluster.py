"""The datacenter's GKE cluster and its system nodes.

What cannot be changed later is decided once, for the pools to come too: network policy and further networks
(Dataplane V2, multi-networking), private nodes, its ranges. The control plane is reached by its DNS name, guarded by
IAM; by its address only from the networks that are declared.

One regional cluster whose nodes all stand in one zone: the zone of the reservation. Minor versions and nodes are
upgraded in declared windows only, because upgrading a unit means taking it from its tenant (declaration/upgrades.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_gcp import container

from holdfast_infra.cluster_settings import (
    MONITORING,
    WINDOW,
    address_of,
    authorized,
    encryption,
    endpoints,
    system_nodes,
)
from holdfast_infra.cost_labels import cost_labels
from holdfast_infra.declaration import ClusterPlan, Site, SystemPool
from holdfast_infra.guarded import Guarded

_FOR_THE_SYSTEM = container.NodePoolNodeConfigTaintArgs(
    # The taint that GKE's own components tolerate and nobody else's pods do by themselves; Holdfast's agent tolerates
    # it, and tenants' pods may not (manifests/site/policies/pods.yaml). GKE's documentation names it for such pools:
    # docs.cloud.google.com/kubernetes-engine/docs/how-to/workload-separation#create_a_cluster_with_node_taints
    key="components.gke.io/gke-managed-components",
    value="true",
    effect="NO_SCHEDULE",
)


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the accelerators of the datacenter ask of their cluster."""

    slices: bool
    """Cubes are joined at run time by GKE's slice controller."""
    shielded: bool
    """False if any accelerator's nodes cannot be shielded (bare metal)."""


@dataclass(frozen=True, slots=True)
class AcceleratorClusterArgs:
    """What a cluster is made of; network and ranges come from the site's network."""

    site: Site
    plan: ClusterPlan
    system_pool: SystemPool
    abilities: Abilities
    network: pulumi.Input[str]
    subnetwork: pulumi.Input[str]
    pods_range: str
    services_range: str
    around: tuple[pulumi.Resource, ...]
    """What nodes need from their first minute to their last: a way out of the network, rights of their account."""
    node_account: pulumi.Input[str]
    """E-mail of the service account of its nodes."""
    guarded: Guarded


class AcceleratorCluster(pulumi.ComponentResource):
    """The cluster, named after the datacenter, and its node pool `system`."""

    def __init__(
        self, name: str, args: AcceleratorClusterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("holdfast:infra:AcceleratorCluster", name, None, opts)
        options = args.guarded.options(self, args.around)
        self.cluster = container.Cluster(name, _cluster_args(name, args), options)
        self.system_pool = container.NodePool(
            f"{name}-system", _system_pool_args(self.cluster, args), options
        )
        self.hardware: tuple[pulumi.Resource, ...] = (self.cluster, self.system_pool)
        self.address: pulumi.Output[str] = pulumi.Output.all(
            self.cluster.control_plane_endpoints_config, self.cluster.endpoint
        ).apply(address_of)
        self.register_outputs({"endpoint": self.address})


def _cluster_args(name: str, args: AcceleratorClusterArgs) -> container.ClusterArgs:
    site, plan, abilities = args.site, args.plan, args.abilities
    return container.ClusterArgs(
        name=name,
        project=site.project,
        location=site.region,
        node_locations=[site.zone],
        remove_default_node_pool=True,
        initial_node_count=1,
        release_channel=container.ClusterReleaseChannelArgs(channel=plan.release_channel),
        min_master_version=plan.minimum_version or None,
        networking_mode="VPC_NATIVE",
        network=args.network,
        subnetwork=args.subnetwork,
        ip_allocation_policy=container.ClusterIpAllocationPolicyArgs(
            cluster_secondary_range_name=args.pods_range, services_secondary_range_name=args.services_range
        ),
        datapath_provider="ADVANCED_DATAPATH",
        # From birth: it cannot be switched on later, and the next pool may be one whose hosts need it.
        enable_multi_networking=True,
        private_cluster_config=container.ClusterPrivateClusterConfigArgs(enable_private_nodes=True),
        control_plane_endpoints_config=endpoints(plan),
        master_authorized_networks_config=authorized(plan),
        database_encryption=encryption(plan),
        monitoring_config=MONITORING,
        cost_management_config=container.ClusterCostManagementConfigArgs(enabled=True),
        resource_labels=cost_labels(site),
        workload_identity_config=container.ClusterWorkloadIdentityConfigArgs(
            workload_pool=f"{site.project}.svc.id.goog"
        ),
        enable_shielded_nodes=abilities.shielded,
        addons_config=_addons(abilities),
        maintenance_policy=_maintenance(plan),
        deletion_protection=plan.deletion_protection,
        deletion_policy=args.guarded.deletion_policy,
    )


def _addons(abilities: Abilities) -> container.ClusterAddonsConfigArgs:
    return container.ClusterAddonsConfigArgs(
        slice_controller_config=container.ClusterAddonsConfigSliceControllerConfigArgs(
            enabled=abilities.slices
        )
    )


def _maintenance(plan: ClusterPlan) -> container.ClusterMaintenancePolicyArgs:
    return container.ClusterMaintenancePolicyArgs(
        recurring_window=WINDOW,
        maintenance_exclusions=[
            container.ClusterMaintenancePolicyMaintenanceExclusionArgs(
                exclusion_name=exclusion.name,
                start_time=exclusion.start,
                end_time=exclusion.end or None,
                exclusion_options=container.ClusterMaintenancePolicyMaintenanceExclusionExclusionOptionsArgs(
                    scope="NO_MINOR_OR_NODE_UPGRADES",
                    # One of end_time and this: ...MaintenanceExclusionExclusionOptionsArgs.
                    end_time_behavior=None if exclusion.end else "UNTIL_END_OF_SUPPORT",
                ),
            )
            for exclusion in plan.kept
        ],
    )


def _system_pool_args(cluster: container.Cluster, args: AcceleratorClusterArgs) -> container.NodePoolArgs:
    nodes = system_nodes(args.system_pool, args.plan, args.node_account, cost_labels(args.site))
    nodes.taints = [_FOR_THE_SYSTEM]
    return container.NodePoolArgs(
        name="system",
        project=args.site.project,
        location=args.site.region,
        cluster=cluster.name,
        node_locations=[args.site.zone],
        node_count=args.system_pool.nodes,
        management=container.NodePoolManagementArgs(auto_repair=True, auto_upgrade=True),
        node_config=nodes,
        deletion_policy=args.guarded.deletion_policy,
    )
