"""Floor 0: what the hardware is and what everything is called.

Standard library only. It is the one thing the infrastructure program and the operator share, so that a
node born by Pulumi carries exactly the labels and taints the planner and the site agent look for.
"""

from __future__ import annotations

from holdfast.hardware.catalogue import ACCELERATORS, AcceleratorType, Fabric, accelerator
from holdfast.hardware.errors import TopologyImpossible, UnknownAccelerator
from holdfast.hardware.obligations import Pledge, SiteLease
from holdfast.hardware.units import chips_per_slice, units_per_slice

__all__ = [
    "ACCELERATORS",
    "AcceleratorType",
    "Fabric",
    "Pledge",
    "SiteLease",
    "TopologyImpossible",
    "UnknownAccelerator",
    "accelerator",
    "chips_per_slice",
    "units_per_slice",
]
