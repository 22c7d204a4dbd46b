"""What is known of one type of accelerator: its unit, its hosts, the networks they need and the slices it can form.

What a record says is a fact of the maker or of Google Cloud (sources at the head of catalogue.toml), not a
decision of ours. What is not established there is left empty, so an empty field means "not known".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Literal

from holdfast.hardware.names import AMD_CHIPS, NVIDIA_CHIPS, TPU_CHIPS

Family = Literal["tpu", "nvidia", "amd"]
UnitKind = Literal["cube", "slice", "domain", "host"]
_CHIPS: Mapping[Family, str] = {"tpu": TPU_CHIPS, "nvidia": NVIDIA_CHIPS, "amd": AMD_CHIPS}


@dataclass(frozen=True, slots=True)
class Fabric:
    """The networks an accelerator's hosts need besides the cluster's own."""

    nic: str = ""
    """Driver of the host network card, `GVNIC` or `IDPF`; empty = nothing but the cluster's network."""
    extra_vpcs: int = 0
    """VPCs of one subnet each, for machine types that carry GPU traffic over plain networks."""
    rdma_profile: str = ""
    """Suffix of the RDMA network profile: the full name is `<zone>-<suffix>`."""
    rdma_subnets: int = 0
    """Subnets of the RDMA VPC that we make; 0 with a profile = Google makes the only one itself."""
    rdma_cards: int = 0
    """RDMA cards of a host in the one subnet that Google makes."""
    dranet: bool = False
    """Whether GKE's network driver hands the cards to pods, by resource claims instead of Network objects."""
    gke_profile: str = ""
    """`auto` where GKE makes and attaches the networks itself."""
    mtu: int = 0
    """Bytes; 0 = the network profile or the cloud decides."""
    optional: bool = False
    """Hosts boot without: the networks are made where a range is declared for them."""

    @property
    def subnets(self) -> int:
        """Subnets that we make and that need addresses of ours."""
        return bool(self.nic) + self.extra_vpcs + self.rdma_subnets

    @property
    def cards(self) -> int:
        """Further networks that a host is attached to, one a card."""
        return self.subnets + self.rdma_cards

    @property
    def needs_addresses(self) -> bool:
        """Whether hosts do not boot without a range for their own networks."""
        return bool(self.subnets) and not self.optional

    @property
    def is_multi_network(self) -> bool:
        """Whether nodes are attached to more than the cluster's own network."""
        return bool(self.subnets or self.rdma_profile)


@dataclass(frozen=True, slots=True)
class AcceleratorType:
    """One accelerator: its unit (the atom we sell), its hosts, the slices it can form."""

    name: str
    family: Family
    unit: UnitKind
    unit_topology: str
    """`4x4x4`, `1x72` or `host`; empty where every pool states its own (TPU v4 to v6e)."""
    unit_machine: str
    """Machine type of the hosts of a unit."""
    machines: tuple[tuple[str, int], ...]
    """Every machine type with its chips, in the catalogue's order."""
    node_label: str
    """Value of the node label `node_label_key`."""
    source: str = ""
    """Where the row's facts are from."""
    google: bool = True
    """Whether Google Cloud has it; all others stand at sites that are not Google's."""
    watts_per_chip: int = 0
    """Rated power of one chip alone; 0 = its maker does not say."""
    memory_gib_per_chip: int = 0
    largest_slice_chips: int = 0
    small_topologies: tuple[str, ...] = ()
    multiples_of: int = 0
    """Above the small topologies every dimension is a multiple of this; 0 = only the listed ones exist."""
    ordered: bool = False
    """Whether dimensions must not decrease (A <= B <= C)."""
    fabric: Fabric = Fabric()
    architecture: str = "amd64"
    boot_disk: str = ""
    hugepages_2m: int = 0
    shielded: bool = True
    min_healthy_hosts: int = 0
    """So many hosts of a unit are enough to run on it; 0 = all of them."""
    host_maintenance: str = ""
    """`PERIODIC` where Google maintains its hosts at planned times; empty = not known."""
    min_version: str = ""
    patches: tuple[str, ...] = ()
    """Of later minor versions the first that has what its network needs: a range of versions with holes."""
    drivers: tuple[str, ...] = ()
    """What its hosts need in a cluster of Google's that GKE does not bring."""

    @property
    def chips_per_host(self) -> int:
        """Chips of one node of a unit, as Kubernetes counts `chip_resource`."""
        return dict(self.machines)[self.unit_machine]

    @property
    def chips_per_unit(self) -> int:
        """Chips of a unit; 0 where the unit is sized by its pool: then ask `chips_per_slice`."""
        if self.unit == "host":
            return self.chips_per_host
        return prod(int(part) for part in self.unit_topology.split("x")) if self.unit_topology else 0

    @property
    def hosts_per_unit(self) -> int:
        """Nodes of a unit; 0 where the unit is sized by its pool."""
        return self.chips_per_unit // self.chips_per_host

    @property
    def enough_hosts(self) -> int:
        """Hosts of a unit with which it still is one; 0 where the unit is sized by its pool: then all of them."""
        return self.min_healthy_hosts or self.hosts_per_unit

    @property
    def chip_resource(self) -> str:
        """Name under which a pod asks for chips."""
        return _CHIPS[self.family]

    @property
    def node_label_key(self) -> str:
        """GKE's own node label that names the accelerator."""
        suffix = "gke-tpu-accelerator" if self.family == "tpu" else "gke-accelerator"
        return f"cloud.google.com/{suffix}"
