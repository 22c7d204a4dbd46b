"""A pool: units joined by one fabric, bought with one reservation of Google's."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.hardware.catalogue import AcceleratorType, accelerator
from holdfast.hardware.errors import UnknownAccelerator
from holdfast.hardware.names import node_pool_name, pool_name
from holdfast.hardware.obligations import Pledge
from holdfast_infra.declaration.fields import Fields
from holdfast_infra.declaration.shapes import BLOCK, CONTRACT, GOOGLE_RESERVATION, PARTY
from holdfast_infra.declaration.units import MOST_UNITS, Unit, parse_units

LONGEST_NODE_POOL_NAME = 40
"""GKE's bound; the provider leaves 31 of it to a name prefix and appends the rest (NodePool.name_prefix)."""
MOST_PLEDGES = 15
"""The hub keeps 16 obligations a pool, and the site lease is one of them."""
LONGEST_POOL_NAME = 63
"""The hub's bound, and that of a label value: every node carries its pool's name."""


@dataclass(frozen=True, slots=True)
class Pool:
    """One declared pool of a datacenter."""

    datacenter: str
    block: str
    accelerator: AcceleratorType
    google_reservation: str
    """Path of Google's reservation, project included; empty while the hardware is not built."""
    spares: int
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
    def hosts(self) -> int:
        """Nodes of all its units, delivered or not."""
        return len(self.units) * self.accelerator.hosts_per_unit

    def node_pool(self, unit: Unit) -> str:
        """Name of the GKE node pool that is this unit."""
        return node_pool_name(self.block, unit.name)


def parse_pool(datacenter: str, project: str, block: str, fields: Fields) -> Pool | None:
    """The pool, or None if anything in it is wrong."""
    if not BLOCK.fits(block):
        fields.refuse("", block, BLOCK.consequence, BLOCK.remedy)
    kind = _parse_accelerator(fields)
    fields.renamed("reservation", "googleReservation")
    reservation = _path(project, fields.text("googleReservation", GOOGLE_RESERVATION, default=""))
    units = parse_units(fields)
    spares = fields.whole("spares", 0, MOST_UNITS)
    pledges = tuple(_parse_pledge(pledge) for pledge in fields.each("pledges", required=False))
    fields.nothing_else()
    _check_counts(fields, spares, units, pledges)
    _check_names(fields, datacenter, block, units)
    if kind is None or not fields.sound:
        return None
    return Pool(datacenter, block, kind, reservation, spares, units, pledges)


def _parse_accelerator(fields: Fields) -> AcceleratorType | None:
    name = fields.text("acceleratorType")
    if not name:
        return None
    try:
        kind = accelerator(name)
    except UnknownAccelerator as error:
        fields.refuse("acceleratorType", name, "is unknown, so no machine type follows", str(error))
        return None
    if kind.unit == "slice":
        fields.refuse(
            "acceleratorType",
            name,
            "is sold as whole slice pools, which are not provisioned here yet",
            "declare tpu7x, an NVL72 type or a GPU host type",
        )
        return None
    return kind


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


def _check_counts(fields: Fields, spares: int, units: tuple[Unit, ...], pledges: tuple[Pledge, ...]) -> None:
    if units and spares >= len(units):
        fields.refuse(
            "spares", spares, f"leaves nothing to sell of {len(units)} units", "keep fewer spares than units"
        )
    if len(pledges) > MOST_PLEDGES:
        fields.refuse(
            "pledges",
            len(pledges),
            f"is more than {MOST_PLEDGES}, so the hub would refuse the pool",
            "join some",
        )


def _check_names(fields: Fields, datacenter: str, block: str, units: tuple[Unit, ...]) -> None:
    longest = max((node_pool_name(block, unit.name) for unit in units), key=len, default="")
    if len(longest) > LONGEST_NODE_POOL_NAME:
        fields.refuse(
            "",
            longest,
            f"as a GKE node pool's name has more than {LONGEST_NODE_POOL_NAME} characters",
            "shorten the pool's name or the unit ids",
        )
    name = pool_name(datacenter, block)
    if len(name) > LONGEST_POOL_NAME:
        fields.refuse(
            "",
            name,
            f"as the pool's name in the hub has more than {LONGEST_POOL_NAME} characters",
            "shorten the pool's name or the datacenter's",
        )
