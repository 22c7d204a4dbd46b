"""What one host of a machine type is to Kubernetes: capacity, labels, taint.

Chips, accelerator labels and architecture come from holdfast.hardware, cpu and memory from machines.toml.
"""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.hardware import AcceleratorType
from holdfast_lab.cloud.request import accelerator_of
from holdfast_lab.cloud.tables import table

_GIB_PER_CPU = 4
_SYSTEM_SHARE_CPU, _SYSTEM_SHARE_GIB = 1, 2
_PODS = 110
_SIZES = table("machines")


@dataclass(frozen=True, slots=True)
class Machine:
    """One host."""

    type: str
    cpu: int
    memory_gib: int
    accelerator: AcceleratorType | None

    @property
    def chips(self) -> int:
        """Chips of the host, 0 without accelerators."""
        return dict(self.accelerator.machines)[self.type] if self.accelerator else 0

    @property
    def architecture(self) -> str:
        """As in the node label kubernetes.io/arch."""
        return self.accelerator.architecture if self.accelerator else "amd64"

    def capacity(self, pods: int = 0) -> dict[str, str]:
        """Everything the host has."""
        return self._amounts(self.cpu, self.memory_gib, pods)

    def allocatable(self, pods: int = 0) -> dict[str, str]:
        """What is left for pods."""
        return self._amounts(self.cpu - _SYSTEM_SHARE_CPU, self.memory_gib - _SYSTEM_SHARE_GIB, pods)

    def _amounts(self, cpu: int, memory_gib: int, pods: int) -> dict[str, str]:
        amounts = {"cpu": str(cpu), "memory": f"{memory_gib}Gi", "pods": str(pods or _PODS)}
        if self.accelerator:
            amounts[self.accelerator.chip_resource] = str(self.chips)
        return amounts


def machine(machine_type: str) -> Machine:
    """The host of a machine type; one that is nowhere listed gets 4 cpus, or the number its name ends with."""
    size = _SIZES.get(machine_type, {})
    last = machine_type.rpartition("-")[2]
    cpu = int(size.get("cpu", last if last.isdecimal() else 4))
    memory = int(size.get("memory_gib", cpu * _GIB_PER_CPU))
    return Machine(machine_type, max(cpu, 2), memory, accelerator_of(machine_type))
