"""One unit as one GKE node pool: born closed, placed in its reservation, never given a second set of hosts.

Born closed means that every node carries the standing taint from its first second, so that no pod of anyone
lands on it before the site agent opens it for a reservation; a node that GKE repairs comes back closed too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_gcp import container

from holdfast.hardware import AcceleratorType
from holdfast.hardware.names import NO_EXECUTE, NO_RESERVATION, POOL_LABEL, RESERVATION_TAINT, UNIT_LABEL
from holdfast_infra.cost_labels import cost_labels
from holdfast_infra.declaration import Pool, Site, Unit
from holdfast_infra.declaration.address_needs import MOST_PODS
from holdfast_infra.declaration.capacity import FLEX_START, QUEUED, RESERVED, SPOT
from holdfast_infra.fabric_network import Attachment
from holdfast_infra.guarded import Guarded
from holdfast_infra.shared_site import SharedSite

_RESERVATION_KEY = "compute.googleapis.com/reservation-name"


@dataclass(frozen=True, slots=True)
class PublishedPool:
    """A pool with the hub object that stands for it; its hardware is made after that object, and goes first."""

    pool: Pool
    published: pulumi.Resource


@dataclass(frozen=True, slots=True)
class UnitHome:
    """Where units of a datacenter live; the same for all of them."""

    site: Site
    shared: SharedSite
    kms_key: str
    """Key of the boot disks; empty = Google's own."""
    guarded: Guarded
    has_windows: bool = False
    """Whether the cluster declares times for upgrades."""


def unit_node_pool(
    home: UnitHome,
    pool: Pool,
    unit: Unit,
    policy: pulumi.Input[str] | None = None,
    attachments: Sequence[Attachment] = (),
) -> container.NodePoolArgs:
    """Arguments of the node pool that is this unit.

    policy: name of the workload policy that places all its hosts together, where the unit has several.
    attachments: further networks of each host.
    """
    kind = pool.accelerator
    return container.NodePoolArgs(
        name=pool.node_pool(unit),
        project=home.site.project,
        location=home.site.region,
        cluster=home.shared.cluster,
        node_locations=[home.site.zone],
        node_count=None if _waits(pool) else pool.hosts_per_unit,
        autoscaling=_from_nothing(pool) if _waits(pool) else None,
        queued_provisioning=_QUEUED if pool.capacity == QUEUED else None,
        max_pods_per_node=MOST_PODS[kind.family],
        placement_policy=_together(pool, policy),
        network_config=_network(kind, attachments),
        node_config=_node_config(home, pool, unit),
        upgrade_settings=_IN_PLACE,
        management=container.NodePoolManagementArgs(
            auto_repair=pool.capacity != FLEX_START, auto_upgrade=True
        ),
        maintenance_policies=[_until_end_of_support(not home.has_windows)],
        deletion_policy=home.guarded.deletion_policy,
    )


def _until_end_of_support(excluded: bool) -> container.NodePoolMaintenancePolicyArgs:
    """No upgrade of this unit by itself. It knows no dates: around a window the cluster's exclusions keep the unit."""
    exclusion = container.NodePoolMaintenancePolicyExclusionUntilEndOfSupportArgs(enabled=excluded)
    return container.NodePoolMaintenancePolicyArgs(exclusion_until_end_of_supports=[exclusion])


_IN_PLACE = container.NodePoolUpgradeSettingsArgs(strategy="SURGE", max_surge=0, max_unavailable=1)
"""No surge: there are no spare hosts in a reservation to surge onto."""


_QUEUED = container.NodePoolQueuedProvisioningArgs(enabled=True)


def _waits(pool: Pool) -> bool:
    """Whether hosts come when there are some: the node pool grows from nothing."""
    return pool.capacity in (FLEX_START, QUEUED)


def _from_nothing(pool: Pool) -> container.NodePoolAutoscalingArgs:
    """All hosts of the unit or none; docs.cloud.google.com/kubernetes-engine/docs/how-to/dws-flex-start-training."""
    return container.NodePoolAutoscalingArgs(
        total_min_node_count=0, total_max_node_count=pool.hosts_per_unit, location_policy="ANY"
    )


def _affinity(pool: Pool, unit: Unit) -> container.NodePoolNodeConfigReservationAffinityArgs:
    """Exactly one reservation, or expressly none: by default Google would take from any that is open."""
    if pool.capacity not in RESERVED:
        return container.NodePoolNodeConfigReservationAffinityArgs(consume_reservation_type="NO_RESERVATION")
    return container.NodePoolNodeConfigReservationAffinityArgs(
        consume_reservation_type="SPECIFIC_RESERVATION",
        key=_RESERVATION_KEY,
        values=[pool.reservation_of(unit)],
    )


def _together(pool: Pool, policy: pulumi.Input[str] | None) -> container.NodePoolPlacementPolicyArgs | None:
    """Hosts of one unit stand together: by its policy, or TPU v4 to v6e by the topology itself.

    docs.cloud.google.com/kubernetes-engine/docs/how-to/tpus: a single host takes no placement policy.
    """
    if pool.hosts_per_unit == 1:
        return None
    if policy is None:
        return container.NodePoolPlacementPolicyArgs(type="COMPACT", tpu_topology=pool.topology)
    return container.NodePoolPlacementPolicyArgs(type="COMPACT", policy_name=policy)


def _network(kind: AcceleratorType, attachments: Sequence[Attachment]) -> container.NodePoolNetworkConfigArgs:
    return container.NodePoolNetworkConfigArgs(
        enable_private_nodes=True,
        accelerator_network_profile=kind.fabric.gke_profile or None,
        additional_node_network_configs=[
            container.NodePoolNetworkConfigAdditionalNodeNetworkConfigArgs(
                network=each.network, subnetwork=each.subnetwork
            )
            for each in attachments
        ]
        or None,
    )


def _node_config(home: UnitHome, pool: Pool, unit: Unit) -> container.NodePoolNodeConfigArgs:
    kind = pool.accelerator
    return container.NodePoolNodeConfigArgs(
        machine_type=pool.machine_type,
        labels={POOL_LABEL: pool.name, UNIT_LABEL: unit.name, **_driver_labels(kind)},
        taints=[
            container.NodePoolNodeConfigTaintArgs(
                key=RESERVATION_TAINT, value=NO_RESERVATION, effect=_EFFECTS[NO_EXECUTE]
            )
        ],
        reservation_affinity=_affinity(pool, unit),
        spot=True if pool.capacity == SPOT else None,
        flex_start=True if pool.capacity == FLEX_START else None,
        max_run_duration=f"{pool.max_run_seconds}s" if pool.max_run_seconds else None,
        service_account=home.shared.node_account,
        boot_disk_kms_key=home.kms_key or None,
        resource_labels=cost_labels(home.site, pool.block),
        host_maintenance_policy=_host_maintenance(kind),
        oauth_scopes=["https://www.googleapis.com/auth/cloud-platform"],
        gvnic=container.NodePoolNodeConfigGvnicArgs(enabled=True) if kind.fabric.nic != "IDPF" else None,
        disk_type=kind.boot_disk or None,
        guest_accelerators=_gpus(kind, pool.chips_per_host),
        linux_node_config=_hugepages(kind),
        workload_metadata_config=container.NodePoolNodeConfigWorkloadMetadataConfigArgs(mode="GKE_METADATA"),
        shielded_instance_config=_shield(kind),
    )


_EFFECTS = {NO_EXECUTE: "NO_EXECUTE"}
"""GKE spells taint effects its own way."""


def _host_maintenance(kind: AcceleratorType) -> container.NodePoolNodeConfigHostMaintenancePolicyArgs | None:
    """At planned times instead of as needed, so that a notice comes first, where the machine type has it."""
    if not kind.host_maintenance:
        return None
    return container.NodePoolNodeConfigHostMaintenancePolicyArgs(maintenance_interval=kind.host_maintenance)


def _driver_labels(kind: AcceleratorType) -> dict[str, str]:
    """GKE's network driver runs where it is asked for (cluster-toolkit examples/gke-a4x-max-bm)."""
    if not kind.fabric.dranet:
        return {}
    own_networks = {"cloud.google.com/gke-dpv2-unified-cni": "cni-migration"} if kind.fabric.subnets else {}
    return {"cloud.google.com/gke-networking-dra-driver": "true", **own_networks}


def _gpus(kind: AcceleratorType, count: int) -> list[container.NodePoolNodeConfigGuestAcceleratorArgs] | None:
    if kind.family != "nvidia":
        return None
    driver = container.NodePoolNodeConfigGuestAcceleratorGpuDriverInstallationConfigArgs(
        gpu_driver_version="LATEST"
    )
    return [
        container.NodePoolNodeConfigGuestAcceleratorArgs(
            type=kind.node_label, count=count, gpu_driver_installation_config=driver
        )
    ]


def _hugepages(kind: AcceleratorType) -> container.NodePoolNodeConfigLinuxNodeConfigArgs | None:
    if not kind.hugepages_2m:
        return None
    return container.NodePoolNodeConfigLinuxNodeConfigArgs(
        hugepages_config=container.NodePoolNodeConfigLinuxNodeConfigHugepagesConfigArgs(
            hugepage_size2m=kind.hugepages_2m
        )
    )


def _shield(kind: AcceleratorType) -> container.NodePoolNodeConfigShieldedInstanceConfigArgs | None:
    if not kind.shielded:
        return None
    return container.NodePoolNodeConfigShieldedInstanceConfigArgs(
        enable_secure_boot=True, enable_integrity_monitoring=True
    )
