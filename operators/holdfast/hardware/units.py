"""What a tenant's slice is in units, the atoms of capacity that are never split between tenants.

tpu7x          a cube 4x4x4: 64 chips, 16 hosts      8x8x16 -> 16 units
gb300-nvl72    an NVLink domain 1x72: 72 GPUs, 18 hosts          -> 1 unit
h200           a host of 8 GPUs                                  -> 1 unit
tpu-v4..v6e    one slice pool, whose topology its pool states    -> 1 unit
"""

from __future__ import annotations

from holdfast.hardware.accelerator_type import AcceleratorType
from holdfast.hardware.errors import TopologyImpossible
from holdfast.hardware.topology import chips, require_legal


def units_per_slice(accelerator: AcceleratorType, topology: str | None) -> int:
    """How many whole units one slice of this topology takes.

    No topology means one unit, for GPUs only. Raises TopologyImpossible if the hardware has no such slice or
    the slice is smaller than the unit we sell. For a slice type the chosen unit must have the same topology.
    """
    _require_topology_where_needed(accelerator, topology)
    if topology is None:
        return 1
    if accelerator.unit == "host":
        raise TopologyImpossible(
            f"topology {topology[:40]!r} does not apply to {accelerator.name}: its unit is one host of "
            f"{accelerator.chips_per_host} chips; leave topology out and give the number of hosts as count"
        )
    require_legal(accelerator, topology)
    if accelerator.unit == "slice":
        return 1
    return _whole_units(accelerator, topology)


def chips_per_slice(accelerator: AcceleratorType, topology: str | None) -> int:
    """Chips of one slice; raises what units_per_slice raises."""
    units = units_per_slice(accelerator, topology)
    if accelerator.unit == "slice" and topology is not None:
        return chips(topology)
    return units * accelerator.chips_per_unit


def _require_topology_where_needed(accelerator: AcceleratorType, topology: str | None) -> None:
    if topology is None and accelerator.family == "tpu":
        smallest = accelerator.unit_topology or accelerator.small_topologies[0]
        raise TopologyImpossible(
            f"{accelerator.name} is sold by the slice, so a topology is needed; the smallest is {smallest}"
        )


def _whole_units(accelerator: AcceleratorType, topology: str) -> int:
    if chips(topology) < accelerator.chips_per_unit:
        raise TopologyImpossible(
            f"topology {topology} exists on {accelerator.name} but is smaller than the unit we sell: "
            f"ask for {accelerator.unit_topology} ({accelerator.chips_per_unit} chips) or more"
        )
    return chips(topology) // accelerator.chips_per_unit
