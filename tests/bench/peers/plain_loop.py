"""The peer of iac: a plain loop of pulumi-gcp, without a declaration, a hub, a hook or a rule. A program of its own."""

from __future__ import annotations

import pulumi
from pulumi_gcp import compute, container, serviceaccount

PROJECT, REGION, ZONE = "holdfast-lab", "us-east4", "us-east4-b"


def _cluster() -> container.Cluster:
    network = compute.Network("network", name="network", project=PROJECT, auto_create_subnetworks=False)
    nodes = compute.Subnetwork(
        "nodes", name="nodes", network=network.id, ip_cidr_range="10.0.0.0/20", project=PROJECT, region=REGION
    )
    router = compute.Router("router", name="router", network=network.id, project=PROJECT, region=REGION)
    compute.RouterNat(
        "nat",
        name="nat",
        router=router.name,
        nat_ip_allocate_option="AUTO_ONLY",
        source_subnetwork_ip_ranges_to_nat="ALL_SUBNETWORKS_ALL_IP_RANGES",
        project=PROJECT,
        region=REGION,
    )
    return container.Cluster(
        "cluster",
        name="cluster",
        project=PROJECT,
        location=REGION,
        node_locations=[ZONE],
        remove_default_node_pool=True,
        initial_node_count=1,
        network=network.id,
        subnetwork=nodes.id,
        datapath_provider="ADVANCED_DATAPATH",
    )


def _node_pool(
    name: str,
    cluster: container.Cluster,
    policy: compute.ResourcePolicy,
    account: serviceaccount.Account,
) -> None:
    container.NodePool(
        name,
        name=name,
        project=PROJECT,
        location=REGION,
        cluster=cluster.name,
        node_locations=[ZONE],
        node_count=16,
        max_pods_per_node=15,
        placement_policy={"type": "COMPACT", "policy_name": policy.name},
        network_config={"enable_private_nodes": True},
        node_config={
            "machine_type": "tpu7x-standard-4t",
            "labels": {"unit": name},
            "taints": [{"key": "reserved", "value": "none", "effect": "NO_EXECUTE"}],
            "reservation_affinity": {
                "consume_reservation_type": "SPECIFIC_RESERVATION",
                "key": "compute.googleapis.com/reservation-name",
                "values": ["projects/p/reservations/r/reservationBlocks/b"],
            },
            "oauth_scopes": ["https://www.googleapis.com/auth/cloud-platform"],
            "service_account": account.email,
            "resource_labels": {"datacenter": "plain", "pool": "plain"},
            "workload_metadata_config": {"mode": "GKE_METADATA"},
            "shielded_instance_config": {"enable_secure_boot": True, "enable_integrity_monitoring": True},
        },
        upgrade_settings={"strategy": "SURGE", "max_surge": 0, "max_unavailable": 1},
        management={"auto_repair": True, "auto_upgrade": True},
        maintenance_policies=[{"exclusion_until_end_of_supports": [{"enabled": True}]}],
    )


def main() -> None:
    """Register everything."""
    cluster = _cluster()
    policy = compute.ResourcePolicy(
        "policy",
        name="policy",
        project=PROJECT,
        region=REGION,
        workload_policy={"type": "HIGH_THROUGHPUT", "accelerator_topology": "4x4x4"},
    )
    account = serviceaccount.Account("nodes", account_id="nodes-of-plain", project=PROJECT)
    for number in range(int(pulumi.Config("holdfast").require("units"))):
        _node_pool(f"cube-{number:03}", cluster, policy, account)


if __name__ == "__main__":
    main()
