"""What Google refuses: when each rule of refusals.toml is broken.

A function of a request answers "is this rule broken?"; the order of the rules and their words are in
refusals.toml, and refusals.py joins the two by name.
"""

from __future__ import annotations

from collections.abc import Callable

from holdfast_lab.cloud.kinds import RESOURCE_POLICY, last_segment
from holdfast_lab.cloud.request import RESERVATION_NAME_KEY, Request, reservation_block

_FLEX_COMPACT = ("a3-ultragpu", "a4", "h4d")
_NVL_DOMAIN_HOSTS = 18
_SHORTEST_FLEX_RUN, _LONGEST_FLEX_RUN = 600, 604_800

Broken = Callable[[Request], bool]

# --- what it names must exist ---------------------------------------------------------------------------


def cluster_exists(request: Request) -> bool:
    """A node pool is in a cluster."""
    return request.cluster is None


def workload_policy_exists(request: Request) -> bool:
    """The policy a placement names is there."""
    named = last_segment(str(request.at("placementPolicy.policyName") or ""))
    return bool(named) and named not in {each.name for each in request.store.all(RESOURCE_POLICY)}


def name_length(request: Request) -> bool:
    """At most 40 characters."""
    return len(request.name) > 40


def prefix_length(request: Request) -> bool:
    """At most 31 characters."""
    return len(str(request.at("namePrefix") or "")) > 31


# --- how the hardware is paid for: on demand, spot, flex start, queued, or from a reservation -----------


def one_way_to_consume(request: Request) -> bool:
    """Spot, flex start and a specific reservation exclude one another."""
    return sum((request.spot, request.flex, request.specific)) > 1


def no_reservation(request: Request) -> bool:
    """Whoever takes what is left over must say that no reservation is meant."""
    left_over = request.spot or request.flex or request.queued
    return left_over and request.consumption != "NO_RESERVATION"


def one_reservation(request: Request) -> bool:
    """A specific reservation is exactly one, under Google's key."""
    key = request.at("nodeConfig.reservationAffinity.key")
    return request.specific and (key != RESERVATION_NAME_KEY or len(request.reservation_paths) != 1)


def reservation_given(request: Request) -> bool:
    """A reservation is named only with SPECIFIC_RESERVATION."""
    return bool(request.reservation_paths) and not request.specific


def block_has_a_zone(request: Request) -> bool:
    """A block stands in one zone, so the node pool must too."""
    names_block = any(reservation_block(path) for path in request.reservation_paths)
    zonal = len(request.listed("nodeLocations")) == 1 or str(request.at("location")).count("-") > 1
    return names_block and not zonal


def reservation_exists(request: Request) -> bool:
    """Google has made the reservation for this project."""
    return request.specific and request.reservation is None


def block_exists(request: Request) -> bool:
    """The block is one of the reservation's."""
    blocks = request.reservation.blocks if request.reservation else ()
    named = [reservation_block(path) for path in request.reservation_paths]
    return bool(blocks) and any(block and block not in blocks for block in named)


def machine_of_the_reservation(request: Request) -> bool:
    """The machine type is the reserved one."""
    return request.reservation is not None and request.reservation.machine_type != request.machine_type


# --- how it is scaled -----------------------------------------------------------------------------------


def flex_start_scales(request: Request) -> bool:
    """Flex start grows from nothing and is never repaired."""
    counted = bool(request.at("nodeCount")) or request.at("autoscaling") is None
    return request.flex and (counted or bool(request.at("management.autoRepair")))


def flex_start_ends(request: Request) -> bool:
    """Flex start runs between ten minutes and a week."""
    seconds = str(request.at("nodeConfig.maxRunDuration") or "").removesuffix("s")
    given = request.flex and seconds.isdecimal()
    return given and not _SHORTEST_FLEX_RUN <= int(seconds) <= _LONGEST_FLEX_RUN


def queued_from_nothing(request: Request) -> bool:
    """A queued node pool starts empty and is not spot."""
    return request.queued and (bool(request.at("autoscaling.totalMinNodeCount")) or request.spot)


def location_policy(request: Request) -> bool:
    """Whoever takes what is left over takes it where it is."""
    left_over = request.spot or request.flex
    return left_over and request.at("autoscaling.locationPolicy") == "BALANCED"


def whole_slices(request: Request) -> bool:
    """A slice of several hosts is there whole or not at all."""
    hosts = request.hosts_of_topology
    if not request.is_tpu or hosts <= 1:
        return False
    if request.at("autoscaling") is None:
        return (request.at("nodeCount") or request.at("initialNodeCount") or 0) not in (hosts, 0)
    most = request.at("autoscaling.totalMaxNodeCount") or request.at("autoscaling.maxNodeCount")
    return (request.at("autoscaling.minNodeCount") or 0) not in (0, hosts) or most != hosts


def one_domain(request: Request) -> bool:
    """An NVLink domain has 18 hosts."""
    return request.topology == "1x72" and (request.at("nodeCount") or 0) > _NVL_DOMAIN_HOSTS


# --- where it stands ------------------------------------------------------------------------------------


def single_host(request: Request) -> bool:
    """One TPU host has nothing to stand close to."""
    return request.is_tpu and request.hosts_of_topology == 1


def compact_and_queued(request: Request) -> bool:
    """Which waiting node pools may stand close together."""
    flex = request.flex and not request.machine_type.startswith(_FLEX_COMPACT)
    return request.compact and not request.is_tpu and (request.queued or flex)


def compact_in_one_zone(request: Request) -> bool:
    """Close together means one zone, upgraded in place."""
    blue_green = request.at("upgradeSettings.strategy") == "BLUE_GREEN"
    return request.compact and (len(request.listed("nodeLocations")) > 1 or blue_green)


def provision_only(request: Request) -> bool:
    """Only reserved hardware comes without its slice."""
    dark = request.policy.get("acceleratorTopologyMode") == "PROVISION_ONLY"
    return dark and (not request.specific or request.queued)


def room_to_upgrade(request: Request) -> bool:
    """An upgrade needs one host more or one host less."""
    settings = request.at("upgradeSettings")
    surges = settings is not None and settings.get("strategy", "SURGE") == "SURGE"
    return surges and not (settings.get("maxSurge") or settings.get("maxUnavailable"))


def topology_or_distance(request: Request) -> bool:
    """A workload policy says one of the two."""
    policy = request.at("workloadPolicy") or {}
    return bool(policy.get("acceleratorTopology") and policy.get("maxTopologyDistance"))


# --- networks and disks ---------------------------------------------------------------------------------


def networks_or_profile(request: Request) -> bool:
    """Named networks and an automatic profile exclude one another."""
    return request.extra_networks and bool(request.at("networkConfig.acceleratorNetworkProfile"))


def dataplane(request: Request) -> bool:
    """Several networks need Dataplane V2."""
    path = request.cluster.inputs.get("datapathProvider") if request.cluster else None
    return request.extra_networks and path != "ADVANCED_DATAPATH"


def calico(request: Request) -> bool:
    """Dataplane V2 enforces network policy itself."""
    asked = request.at("networkPolicy.enabled") or request.at("networkPolicy.provider") == "CALICO"
    return bool(asked) and request.at("datapathProvider") == "ADVANCED_DATAPATH"


def one_local_disk(request: Request) -> bool:
    """Local disks are for pods or raw, not both."""
    kinds = ("ephemeralStorageLocalSsdConfig", "localNvmeSsdBlockConfig")
    return all(request.at(f"nodeConfig.{kind}") is not None for kind in kinds)


def boot_disk(request: Request) -> bool:
    """Newer machines boot from one kind of disk."""
    needed = request.accelerator.boot_disk if request.accelerator else ""
    given = request.at("nodeConfig.bootDisk.diskType") or request.at("nodeConfig.diskType")
    return bool(needed and given) and given != needed


def bare_metal(request: Request) -> bool:
    """Bare metal has no secure boot."""
    metal = request.accelerator is not None and not request.accelerator.shielded
    return metal and bool(request.at("nodeConfig.shieldedInstanceConfig.enableSecureBoot"))


def range_in_use(request: Request) -> bool:
    """A cluster's pods and services have their addresses in the subnet's ranges."""
    given = {each["rangeName"]: each["ipCidrRange"] for each in request.listed("secondaryIpRanges")}
    return any(given.get(name) != cidr for name, cidr in request.ranges_in_use.items())


# --- what may go ----------------------------------------------------------------------------------------


def deletion_protection(request: Request) -> bool:
    """A cluster is protected unless it says that it is not."""
    return request.at("deletionProtection") is not False


def deletion_policy(request: Request) -> bool:
    """PREVENT means what it says."""
    return bool(request.at("deletionPolicy") == "PREVENT")


def nothing_uses_it(request: Request) -> bool:
    """What others stand on stays."""
    return bool(request.users)
