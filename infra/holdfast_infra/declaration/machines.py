"""Which machine type a pool's hosts are, and which shape its units have.

host     any machine type of the accelerator: g2-standard-48 is a host of 4 L4
slice    the pool's topology, else the largest that one host is; the machine type must divide it, and TPU VMs
         of 1, 2 and 8 chips are single hosts (docs.cloud.google.com/kubernetes-engine/docs/concepts/plan-tpus)
cube, domain   the one machine type and the one shape there is
"""

from __future__ import annotations

from math import prod

from holdfast.hardware.accelerator_type import AcceleratorType
from holdfast.hardware.errors import TopologyImpossible
from holdfast.hardware.topology import chips, require_legal
from holdfast_infra.declaration.fields import Fields


def topology_of(kind: AcceleratorType, fields: Fields) -> str:
    """The shape of the pool's units."""
    usual = kind.unit_topology or _one_host(kind)
    given = fields.text("topology", default=usual)
    if given in ("", usual) or not kind.name:
        return usual
    if kind.unit != "slice":
        fields.refuse(
            "topology",
            given,
            f"is not the shape of a {kind.unit} ({usual}), and {kind.name} has no other",
            "leave it out",
        )
        return usual
    try:
        require_legal(kind, given)
    except TopologyImpossible as error:
        fields.refuse("topology", given, f"is no slice of {kind.name}", str(error))
        return usual
    return given


def machine_of(kind: AcceleratorType, topology: str, fields: Fields) -> str:
    """The machine type of the pool's hosts."""
    legal = [name for name, held in kind.machines if _makes(kind, topology, held)]
    usual = kind.unit_machine if kind.unit_machine in legal else legal[0]
    given = fields.text("machineType", default=usual)
    if given in legal:
        return given
    if not (given and kind.name):
        return usual
    known = given in dict(kind.machines)
    fields.refuse(
        "machineType",
        given,
        f"makes no {kind.unit} {topology} of {kind.name}" if known else f"has no {kind.name}",
        f"write {' or '.join(legal)}",
    )
    return usual


def _makes(kind: AcceleratorType, topology: str, held: int) -> bool:
    """Whether a unit of this topology can be made of machines that hold so many chips."""
    usual = dict(kind.machines)[kind.unit_machine]
    if kind.unit == "host":
        return True
    if kind.unit == "slice":
        return held == chips(topology) or (held == usual and chips(topology) % held == 0)
    return held == usual


def _one_host(kind: AcceleratorType) -> str:
    """The slice that is one host of the usual machine type."""
    held = dict(kind.machines)[kind.unit_machine]
    return next(
        shape for shape in kind.small_topologies if prod(int(side) for side in shape.split("x")) == held
    )
