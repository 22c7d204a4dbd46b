"""How every cluster of ours is reached, watched, encrypted and maintained: a datacenter's, and the hub's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_gcp import container

from holdfast_infra.declaration import ClusterPlan, SystemPool
from holdfast_infra.declaration.upgrades import SLOT_DAYS, SLOT_HOURS

WINDOW = container.ClusterMaintenancePolicyRecurringWindowArgs(
    start_time=f"2026-01-06T{SLOT_HOURS[0]:02}:00:00Z",
    end_time=f"2026-01-06T{SLOT_HOURS[1]:02}:00:00Z",
    recurrence=f"FREQ=WEEKLY;BYDAY={','.join(SLOT_DAYS)}",
)

MONITORING = container.ClusterMonitoringConfigArgs(
    # DCGM is what sees a GPU fail; docs.cloud.google.com/kubernetes-engine/docs/how-to/dcgm-metrics.
    enable_components=["SYSTEM_COMPONENTS", "APISERVER", "SCHEDULER", "CONTROLLER_MANAGER", "DCGM", "JOBSET"],
    managed_prometheus=container.ClusterMonitoringConfigManagedPrometheusArgs(enabled=True),
)


def address_of(found: Sequence[Any]) -> str:
    """The DNS name, or the address where GKE has given no name."""
    endpoints, endpoint = found
    named = endpoints.get("dns_endpoint_config") if endpoints else None
    return str((named or {}).get("endpoint") or endpoint)


def endpoints(plan: ClusterPlan) -> container.ClusterControlPlaneEndpointsConfigArgs:
    """By DNS name and IAM, with no bastion or peering; by address only if somebody is authorised to.

    docs.cloud.google.com/kubernetes-engine/docs/concepts/network-isolation#dns-based_endpoint
    """
    return container.ClusterControlPlaneEndpointsConfigArgs(
        ip_endpoints_config=container.ClusterControlPlaneEndpointsConfigIpEndpointsConfigArgs(
            enabled=bool(plan.authorized_networks)
        ),
        dns_endpoint_config=container.ClusterControlPlaneEndpointsConfigDnsEndpointConfigArgs(
            allow_external_traffic=True
        ),
    )


def authorized(plan: ClusterPlan) -> container.ClusterMasterAuthorizedNetworksConfigArgs | None:
    """Networks that may reach the control plane by its address; None for nobody."""
    if not plan.authorized_networks:
        return None
    return container.ClusterMasterAuthorizedNetworksConfigArgs(
        cidr_blocks=[
            container.ClusterMasterAuthorizedNetworksConfigCidrBlockArgs(cidr_block=str(network))
            for network in plan.authorized_networks
        ]
    )


def encryption(plan: ClusterPlan) -> container.ClusterDatabaseEncryptionArgs | None:
    """Secrets in etcd under a key of ours; boot disks have the same one."""
    if not plan.kms_key:
        return None
    return container.ClusterDatabaseEncryptionArgs(state="ENCRYPTED", key_name=plan.kms_key)


def system_nodes(
    pool: SystemPool, plan: ClusterPlan, account: pulumi.Input[str], labels: Mapping[str, str]
) -> container.NodePoolNodeConfigArgs:
    """Ordinary machines for what runs in a cluster beside tenants' work: shielded, under an account of their own."""
    return container.NodePoolNodeConfigArgs(
        machine_type=pool.machine_type,
        service_account=account,
        boot_disk_kms_key=plan.kms_key or None,
        resource_labels=labels,
        oauth_scopes=["https://www.googleapis.com/auth/cloud-platform"],
        workload_metadata_config=container.NodePoolNodeConfigWorkloadMetadataConfigArgs(mode="GKE_METADATA"),
        shielded_instance_config=container.NodePoolNodeConfigShieldedInstanceConfigArgs(
            enable_secure_boot=True, enable_integrity_monitoring=True
        ),
    )
