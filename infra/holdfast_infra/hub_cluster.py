"""The hub's own GKE cluster, where its stack makes it: private, regional, entered by its DNS name.

All promises are stored in it. So its stack asks the hub itself before the cluster goes or is replaced
(hub_guard/keeper.py), and Google refuses to delete it while `deletionProtection` is on, as it is by default.

Its nodes are ordinary machines and hold nothing: they are upgraded and replaced without asking anybody. Their pool has
no taint, for the operator and the console run there.
"""

from __future__ import annotations

import json

import pulumi
import pulumi_kubernetes as kubernetes
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
from holdfast_infra.declaration.hub_cluster import HubClusterPlan
from holdfast_infra.guarded import Guarded
from holdfast_infra.hub_address import HubAddress
from holdfast_infra.hub_guard.keeper import LABEL
from holdfast_infra.node_account import NodeAccount
from holdfast_infra.site_cluster import kubeconfig
from holdfast_infra.site_network import PODS_RANGE, SERVICES_RANGE, SiteNetwork, SiteNetworkArgs


class HubCluster(pulumi.ComponentResource):
    """Network, account, cluster and nodes, named after the hub; `way_in` is the provider for what runs there."""

    def __init__(
        self,
        declared: HubClusterPlan,
        entered: HubAddress | None,
        guarded: Guarded,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        site = declared.site
        super().__init__("holdfast:infra:HubCluster", site.name, None, opts)
        network = SiteNetwork(site.name, SiteNetworkArgs(site, declared.addresses, guarded))
        account = None if declared.plan.node_account else NodeAccount(site, guarded)
        options = guarded.options(self, (*network.way_out, *(account.roles if account else ())))
        self.cluster = container.Cluster(site.name, _cluster_args(declared, network, guarded), options)
        email = account.email if account else declared.plan.node_account
        self.nodes = container.NodePool(
            f"{site.name}-system", _nodes_args(declared, self.cluster, email, guarded), options
        )
        self.address: pulumi.Output[str] = pulumi.Output.all(
            self.cluster.control_plane_endpoints_config, self.cluster.endpoint
        ).apply(address_of)
        self.way_in = self._entered(site.name, f"{site.project}/{site.region}/{site.name}", entered)
        self.register_outputs({"endpoint": self.address})

    def _entered(self, name: str, identity: str, entered: HubAddress | None) -> kubernetes.Provider:
        made = self.address.apply(lambda host: json.dumps(kubeconfig(name, host)))
        return kubernetes.Provider(
            "hub",
            kubeconfig=entered.kubeconfig if entered else made,
            context=entered.context if entered else name,
            # It cannot say its own id before it stands; what it is called at Google says the same.
            cluster_identifier=f"holdfast-hub-{identity}",
            enable_server_side_apply=True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.cluster]),
        )


def _cluster_args(declared: HubClusterPlan, network: SiteNetwork, guarded: Guarded) -> container.ClusterArgs:
    site, plan = declared.site, declared.plan
    return container.ClusterArgs(
        name=site.name,
        project=site.project,
        location=site.region,
        remove_default_node_pool=True,
        initial_node_count=1,
        release_channel=container.ClusterReleaseChannelArgs(channel=plan.release_channel),
        min_master_version=plan.minimum_version or None,
        networking_mode="VPC_NATIVE",
        network=network.network,
        subnetwork=network.subnetwork.id,
        ip_allocation_policy=container.ClusterIpAllocationPolicyArgs(
            cluster_secondary_range_name=PODS_RANGE, services_secondary_range_name=SERVICES_RANGE
        ),
        datapath_provider="ADVANCED_DATAPATH",
        private_cluster_config=container.ClusterPrivateClusterConfigArgs(enable_private_nodes=True),
        control_plane_endpoints_config=endpoints(plan),
        master_authorized_networks_config=authorized(plan),
        database_encryption=encryption(plan),
        monitoring_config=MONITORING,
        cost_management_config=container.ClusterCostManagementConfigArgs(enabled=True),
        resource_labels={LABEL: site.name},
        workload_identity_config=container.ClusterWorkloadIdentityConfigArgs(
            workload_pool=f"{site.project}.svc.id.goog"
        ),
        enable_shielded_nodes=True,
        maintenance_policy=container.ClusterMaintenancePolicyArgs(recurring_window=WINDOW),
        deletion_protection=plan.deletion_protection,
        deletion_policy=guarded.deletion_policy,
    )


def _nodes_args(
    declared: HubClusterPlan, cluster: container.Cluster, account: pulumi.Input[str], guarded: Guarded
) -> container.NodePoolArgs:
    site = declared.site
    return container.NodePoolArgs(
        name="system",
        project=site.project,
        location=site.region,
        cluster=cluster.name,
        node_count=declared.nodes.nodes,
        management=container.NodePoolManagementArgs(auto_repair=True, auto_upgrade=True),
        node_config=system_nodes(declared.nodes, declared.plan, account, {LABEL: site.name}),
        deletion_policy=guarded.deletion_policy,
    )
