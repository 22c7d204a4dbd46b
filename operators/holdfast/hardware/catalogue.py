"""The accelerators we know, as data: one frozen record a type, read once from catalogue.toml.

What a record says is a fact of the maker or of Google Cloud (sources at the head of the data file), not a
decision of ours. What is not established there is left empty, so an empty field means "not known".
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from math import prod
from types import MappingProxyType
from typing import Any, Literal

from holdfast.hardware.errors import CatalogueRefused, UnknownAccelerator
from holdfast.hardware.names import AMD_CHIPS, NVIDIA_CHIPS, TPU_CHIPS
from holdfast.hardware.rows import mistakes

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


def accelerator(name: str) -> AcceleratorType:
    """The accelerator of this name. Raises UnknownAccelerator, which lists names near it."""
    found = ACCELERATORS.get(name)
    if found is None:
        near = get_close_matches(name, ACCELERATORS, n=3, cutoff=0.5) or sorted(ACCELERATORS)
        raise UnknownAccelerator(
            f"accelerator {name[:40]!r} is not in the catalogue; near it: {', '.join(near)}"
        )
    return found


def extend(text: str) -> tuple[str, ...]:
    """Know the accelerators of another catalogue file too, and return their names; for entry points, before all else.

    Raises CatalogueRefused, and then knows none of them. A row that is known already must say the same: the planner and
    the infrastructure program would otherwise count one type in two ways.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueRefused(f"is no TOML ({error}); write tables as in hardware/catalogue.toml") from error
    more = {name: _checked(name, table) for name, table in tables.items()}
    for name, kind in more.items():
        if _KNOWN.get(name, kind) != kind:
            raise CatalogueRefused(
                f"[{name}] is in the catalogue already and says otherwise; give it another name"
            )
    _KNOWN.update(more)
    return tuple(more)


@contextmanager
def for_a_while() -> Iterator[None]:
    """Forget at the end what `extend` has added meanwhile: each of several files is judged by its own catalogue."""
    before = dict(_KNOWN)
    try:
        yield
    finally:
        _KNOWN.clear()
        _KNOWN.update(before)


def _checked(name: str, table: Any) -> AcceleratorType:
    """One row of a file that is not ours. Raises CatalogueRefused."""
    try:
        kind = _accelerator_type(name, dict(table))
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise CatalogueRefused(
            f"[{name}] is no accelerator ({error}); write it as those of catalogue.toml"
        ) from error
    wrong = next(mistakes(kind), "")
    if wrong:
        raise CatalogueRefused(f"[{name}] {wrong}")
    return kind


def _accelerator_type(name: str, table: dict[str, Any]) -> AcceleratorType:
    fabric = {key: table.pop(key) for key in Fabric.__dataclass_fields__ if key in table}
    return AcceleratorType(
        name=name,
        unit_topology=table.pop("unit_topology", ""),
        machines=tuple(table.pop("machines").items()),
        small_topologies=_listed(table, "small_topologies"),
        patches=_listed(table, "patches"),
        drivers=_listed(table, "drivers"),
        fabric=Fabric(**fabric),
        **table,
    )


def _listed(table: dict[str, Any], field: str) -> tuple[Any, ...]:
    """A list of the table; a text would be taken letter by letter."""
    value = table.pop(field, [])
    if not isinstance(value, list):
        raise TypeError(f"{field} = {value!r} is no list")
    return tuple(value)


def _read() -> dict[str, AcceleratorType]:
    text = files("holdfast.hardware").joinpath("catalogue.toml").read_text(encoding="utf-8")
    return {name: _accelerator_type(name, table) for name, table in tomllib.loads(text).items()}


_KNOWN = _read()
ACCELERATORS: Mapping[str, AcceleratorType] = MappingProxyType(_KNOWN)
"""Every accelerator by name, in the catalogue's order; those that `extend` adds come last."""
