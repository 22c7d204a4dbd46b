"""Floor 0: what the hardware is and what everything is called.

Standard library only. It is the one thing the infrastructure program and the operator share, so that a
node born by Pulumi carries exactly the labels and taints the planner and the site agent look for.

Who needs only the names does not wait for the catalogue to be read: what stands here is loaded when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast.hardware.accelerator_type import AcceleratorType, Fabric
    from holdfast.hardware.catalogue import ACCELERATORS, accelerator
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

_STANDS_IN = {
    **dict.fromkeys(("AcceleratorType", "Fabric"), "accelerator_type"),
    **dict.fromkeys(("ACCELERATORS", "accelerator"), "catalogue"),
    **dict.fromkeys(("TopologyImpossible", "UnknownAccelerator"), "errors"),
    **dict.fromkeys(("Pledge", "SiteLease"), "obligations"),
    **dict.fromkeys(("chips_per_slice", "units_per_slice"), "units"),
}


def __getattr__(name: str) -> Any:
    """A name of this floor, from the module it stands in (PEP 562)."""
    if name not in _STANDS_IN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_STANDS_IN[name]}"), name)
