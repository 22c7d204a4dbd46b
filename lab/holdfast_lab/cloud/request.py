"""One change as the rules see it: what is asked, what was there, and what else the cloud holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from holdfast.hardware import ACCELERATORS, AcceleratorType
from holdfast.hardware.topology import chips
from holdfast_lab.cloud.kinds import CLUSTER, RESOURCE_POLICY, last_segment
from holdfast_lab.cloud.reservations import RESERVATIONS, Reservation
from holdfast_lab.cloud.store import CloudObject, Store
from holdfast_lab.pulumi_protocol.property_values import Plain, at

RESERVATION_NAME_KEY = "compute.googleapis.com/reservation-name"


@dataclass(frozen=True, slots=True)
class Request:
    """A change asked of the cloud. For a delete, `inputs` are those the object was last given."""

    verb: Literal["create", "update", "delete"]
    kind: str
    inputs: Plain
    store: Store
    before: CloudObject | None = None

    def at(self, path: str) -> Any:
        """The input at a dotted path, None if absent."""
        return at(self.inputs, path)

    def listed(self, path: str) -> list[Any]:
        """The input at a path as a list."""
        value = self.at(path)
        return value if isinstance(value, list) else [] if value is None else [value]

    @property
    def name(self) -> str:
        """Name of the object."""
        return str(self.at("name"))

    @property
    def users(self) -> list[str]:
        """What names the object that is to go: `NodePool tpu7x-a-cube-000`."""
        if self.before is None or self.verb != "delete":
            return []
        return [f"{each.kind.rpartition(':')[2]} {each.name}" for each in self.store.users_of(self.before)]

    @property
    def ranges_in_use(self) -> dict[str, str]:
        """Secondary ranges of the subnet as it stands in which a cluster's pods or services have addresses."""
        users = self.store.users_of(self.before) if self.before else []
        policies = [at(each.inputs, "ipAllocationPolicy") or {} for each in users]
        names = {
            policy.get(f"{of}SecondaryRangeName") for policy in policies for of in ("cluster", "services")
        }
        standing = at(self.before.inputs, "secondaryIpRanges") if self.before else []
        return {
            each["rangeName"]: each["ipCidrRange"] for each in standing or [] if each["rangeName"] in names
        }

    @property
    def spot(self) -> bool:
        """Whether the hosts may be taken away at any time."""
        return bool(self.at("nodeConfig.spot") or self.at("nodeConfig.preemptible"))

    @property
    def flex(self) -> bool:
        """Whether the hosts come when there are some, for a limited time."""
        return bool(self.at("nodeConfig.flexStart"))

    @property
    def specific(self) -> bool:
        """Whether the hosts come from one named reservation."""
        return self.consumption == "SPECIFIC_RESERVATION"

    @property
    def extra_networks(self) -> bool:
        """Whether the hosts have networks besides the cluster's own."""
        return bool(self.listed("networkConfig.additionalNodeNetworkConfigs"))

    @property
    def machine_type(self) -> str:
        """Machine type of a node pool's hosts; Google's default where none is given."""
        return str(self.at("nodeConfig.machineType") or "e2-medium")

    @property
    def accelerator(self) -> AcceleratorType | None:
        """What the machine type carries, if it carries accelerators."""
        return accelerator_of(self.machine_type)

    @property
    def is_tpu(self) -> bool:
        """Whether the node pool's hosts carry TPUs."""
        return self.accelerator is not None and self.accelerator.family == "tpu"

    @property
    def consumption(self) -> str:
        """SPECIFIC_RESERVATION, ANY_RESERVATION, NO_RESERVATION, or empty if the pool does not say."""
        return str(self.at("nodeConfig.reservationAffinity.consumeReservationType") or "")

    @property
    def reservation_paths(self) -> list[str]:
        """The reservations a node pool names."""
        return [str(path) for path in self.listed("nodeConfig.reservationAffinity.values")]

    @property
    def reservation(self) -> Reservation | None:
        """The one reservation named, if Google has given it to the project."""
        paths = self.reservation_paths
        return RESERVATIONS.get(reservation_name(paths[0])) if len(paths) == 1 else None

    @property
    def policy(self) -> Plain:
        """The workload policy that a node pool's placement names; empty if there is none."""
        named = last_segment(str(self.at("placementPolicy.policyName") or ""))
        policies = self.store.all(RESOURCE_POLICY) if named else []
        found = (at(each.inputs, "workloadPolicy") for each in policies if each.name == named)
        return next(found, None) or {}

    @property
    def cluster(self) -> CloudObject | None:
        """The cluster that a node pool names."""
        named = last_segment(str(self.at("cluster") or ""))
        return next((each for each in self.store.all(CLUSTER) if each.name == named), None)

    @property
    def topology(self) -> str:
        """Shape of the slice, sub-block or domain that a node pool is."""
        return str(self.at("placementPolicy.tpuTopology") or self.policy.get("acceleratorTopology") or "")

    @property
    def hosts_of_topology(self) -> int:
        """Hosts that the topology takes; 0 without a topology."""
        if not self.topology or self.accelerator is None:
            return 0
        per_host = dict(self.accelerator.machines)[self.machine_type]
        return max(1, chips(self.topology) // per_host)

    @property
    def compact(self) -> bool:
        """Whether the hosts must stand close together."""
        return bool(self.at("placementPolicy.type") == "COMPACT")

    @property
    def queued(self) -> bool:
        """Whether the node pool waits in Google's queue for capacity."""
        return bool(self.at("queuedProvisioning.enabled"))


def accelerator_of(machine_type: str) -> AcceleratorType | None:
    """The accelerator type whose machines include this one."""
    return next((each for each in ACCELERATORS.values() if machine_type in dict(each.machines)), None)


def reservation_name(path: str) -> str:
    """`R` of `projects/P/reservations/R/reservationBlocks/B`; a bare name is itself."""
    return path.partition("reservations/")[2].partition("/")[0] or path


def reservation_block(path: str) -> str:
    """`B` of `…/reservationBlocks/B[/…]`; empty if the path names a whole reservation."""
    return path.partition("/reservationBlocks/")[2].partition("/")[0]
