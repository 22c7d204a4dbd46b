"""A pool: units joined by one fabric, of one machine type, paid for in one way."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from holdfast.hardware import chips_per_slice
from holdfast.hardware.accelerator_type import AcceleratorType
from holdfast.hardware.catalogue import ACCELERATORS, accelerator
from holdfast.hardware.errors import UnknownAccelerator
from holdfast.hardware.names import node_pool_name, pool_name
from holdfast.hardware.obligations import Pledge
from holdfast_infra.declaration.capacity import (
    CAPACITIES,
    LONGEST_RUN_SECONDS,
    RESERVATION,
    SHORTEST_RUN_SECONDS,
    TAKEN_BACK,
)
from holdfast_infra.declaration.fields import Fields
from holdfast_infra.declaration.machines import machine_of, topology_of
from holdfast_infra.declaration.shapes import BLOCK, CONTRACT, GOOGLE_RESERVATION, NODE_NAMES, PARTY
from holdfast_infra.declaration.site import Site
from holdfast_infra.declaration.spares import Spares, parse_spares
from holdfast_infra.declaration.units import Unit, parse_units

MOST_PLEDGES = 15
"""The hub keeps 16 obligations a pool, and the site lease is one of them."""
UNKNOWN = AcceleratorType(
    name="",
    family="nvidia",
    unit="host",
    unit_topology="host",
    unit_machine="",
    machines=(("", 1),),
    node_label="",
)
"""Stands for a type that could not be read: its units count as one host each, the least there can be."""

_MISSPELT = 0.8
"""So near a known name that other rules go by it; the misspelling is a mistake all the same."""


@dataclass(frozen=True, slots=True)
class Pool:
    """One declared pool of a datacenter."""

    datacenter: str
    block: str
    accelerator: AcceleratorType
    machine_type: str
    topology: str
    """Shape of a unit: the catalogue's, or the pool's own where every pool states one (TPU v4 to v6e)."""
    capacity: str
    google_reservation: str
    """Path of Google's reservation, project included; empty where there is none."""
    max_run_seconds: int
    """How long flex-start hardware runs before Google takes it back; 0 for all other."""
    node_names: str
    """Names of the hosts of a site that is not Google's, with {unit} and {host} in them."""
    spares: Spares
    min_healthy_hosts: int
    """So many hosts of a unit are enough to run on it; 0 = as the catalogue says."""
    units: tuple[Unit, ...]
    pledges: tuple[Pledge, ...]

    @property
    def name(self) -> str:
        """Name of the AcceleratorPool in the hub."""
        return pool_name(self.datacenter, self.block)

    @property
    def delivered(self) -> tuple[Unit, ...]:
        """Units whose hosts exist."""
        return tuple(unit for unit in self.units if unit.delivered)

    @property
    def may_be_taken_back(self) -> bool:
        """Whether its provider may take it back while it is in use."""
        return self.capacity in TAKEN_BACK

    @property
    def chips_per_host(self) -> int:
        """Chips of one node."""
        return dict(self.accelerator.machines)[self.machine_type]

    @property
    def chips_per_unit(self) -> int:
        """Chips of one unit."""
        if self.accelerator.unit == "host":
            return self.chips_per_host
        return chips_per_slice(self.accelerator, self.topology)

    @property
    def enough_hosts(self) -> int:
        """Hosts with which a unit still is one."""
        return self.min_healthy_hosts or min(
            self.accelerator.enough_hosts or self.hosts_per_unit, self.hosts_per_unit
        )

    @property
    def hosts_per_unit(self) -> int:
        """Nodes of one unit."""
        return max(1, self.chips_per_unit // self.chips_per_host)

    @property
    def hosts(self) -> int:
        """Nodes of all its units, delivered or not."""
        return len(self.units) * self.hosts_per_unit

    def node_pool(self, unit: Unit) -> str:
        """Name of the GKE node pool that is this unit."""
        return node_pool_name(self.block, unit.name)

    def reservation_of(self, unit: Unit) -> str:
        """What this unit consumes: the pool's reservation, or the one sub-block of it that is this unit."""
        own = f"/reservationSubBlocks/{unit.sub_block}" if unit.sub_block else ""
        return f"{self.google_reservation}{own}"

    def nodes_of(self, unit: Unit) -> tuple[str, ...]:
        """Names of a unit's hosts at a site that is not Google's."""
        return tuple(
            self.node_names.replace("{unit}", unit.name).replace("{host}", f"{host:02d}")
            for host in range(self.hosts_per_unit)
        )


def parse_pool(site: Site, block: str, fields: Fields) -> Pool:
    """The pool, blank where a field could not be read."""
    units, all_units_were_read = parse_units(fields)
    if not BLOCK.fits(block):
        fields.refuse("", block, BLOCK.consequence, BLOCK.remedy)
    kind = _parse_accelerator(fields)
    topology = topology_of(kind, fields)
    fields.renamed("reservation", "googleReservation")
    pool = Pool(
        datacenter=site.name,
        block=block,
        accelerator=kind,
        machine_type=machine_of(kind, topology, fields),
        topology=topology,
        capacity=fields.choice("capacity", CAPACITIES, default=RESERVATION),
        google_reservation=_path(
            site.project, fields.text("googleReservation", GOOGLE_RESERVATION, default="")
        ),
        max_run_seconds=fields.whole("maxRunSeconds", SHORTEST_RUN_SECONDS, LONGEST_RUN_SECONDS, default=0),
        node_names=fields.text("nodeNames", NODE_NAMES, default=_default_names(kind)),
        spares=parse_spares(fields, len(units)),
        min_healthy_hosts=fields.whole("minHealthyHosts", 1, 4_096, default=0),
        units=units,
        pledges=tuple(_parse_pledge(pledge) for pledge in fields.each("pledges", required=False)),
    )
    fields.nothing_else()
    _check_counts(fields, pool, all_units_were_read)
    return pool


def _parse_accelerator(fields: Fields) -> AcceleratorType:
    name = fields.text("acceleratorType")
    try:
        return accelerator(name) if name else UNKNOWN
    except UnknownAccelerator as error:
        fields.refuse("acceleratorType", name, "is unknown, so no machine type follows", str(error))
        meant = get_close_matches(name, ACCELERATORS, n=1, cutoff=_MISSPELT)
        return ACCELERATORS[meant[0]] if meant else UNKNOWN


def _parse_pledge(fields: Fields) -> Pledge:
    pledge = Pledge(
        lender=fields.text("lender", PARTY),
        facility=fields.text("facility", CONTRACT),
        until=fields.instant("until", up=True, default=""),
    )
    fields.nothing_else()
    return pledge


def _path(project: str, reservation: str) -> str:
    """The whole path of a reservation that was given by its name alone: it is this project's own."""
    if not reservation or reservation.startswith("projects/"):
        return reservation
    return f"projects/{project}/reservations/{reservation}"


def _default_names(kind: AcceleratorType) -> str:
    return "{unit}" if kind.unit == "host" else "{unit}-{host}"


def _check_counts(fields: Fields, pool: Pool, all_units_were_read: bool) -> None:
    spares = pool.spares
    if pool.units and spares.count >= len(pool.units) and all_units_were_read:
        fields.refuse(
            spares.field,
            spares.shown if spares.confidence else spares.count,
            f"leaves nothing to sell of {len(pool.units)} units",
            "keep fewer spares than units",
        )
    if pool.hosts_per_unit and pool.min_healthy_hosts > pool.hosts_per_unit:
        fields.refuse(
            "minHealthyHosts",
            pool.min_healthy_hosts,
            f"is more than the {pool.hosts_per_unit} hosts of a unit, so no unit would ever be healthy",
            "leave it out, or name fewer hosts",
        )
    facilities = [pledge.facility for pledge in pool.pledges if pledge.facility]
    twice = sorted({name for name in facilities if facilities.count(name) > 1})
    if twice:
        fields.refuse(
            "pledges",
            twice[0],
            "is declared twice, so nobody could say which of the two ends holds",
            "let each facility stand once",
        )
    if len(pool.pledges) > MOST_PLEDGES:
        fields.refuse(
            "pledges",
            len(pool.pledges),
            f"is more than {MOST_PLEDGES}, so the hub would refuse the pool",
            "join some",
        )
