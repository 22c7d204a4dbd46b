"""What the engine is about to do to one thing, and which unit of which pool that thing is. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.hardware.names import GROUP_VERSION, POOL_LABEL, UNIT_LABEL
from holdfast_infra.hub_guard.inputs import Changed, changes
from holdfast_infra.hub_guard.judges import Verdict
from holdfast_infra.hub_guard.ledger import Object

POOL = f"kubernetes:{GROUP_VERSION}:AcceleratorPool"
SITE = f"kubernetes:{GROUP_VERSION}:Datacenter"
SEAL = f"kubernetes:{GROUP_VERSION}:StackSeal"
UPGRADES = f"kubernetes:{GROUP_VERSION}:MaintenanceWindow"
"""Told to the hub, and nobody is asked: where promises are in its way the hub says so, and its end gives time back."""


@dataclass(frozen=True, slots=True)
class Change:
    """What the engine is about to do to one piece of hardware."""

    kind: str
    name: str
    old: Object
    new: Object | None
    """Inputs after the change; None if it is deleted or replaced."""

    @property
    def named(self) -> str:
        """Name of the object in the hub."""
        return str((self.old.get("metadata") or {}).get("name"))

    @property
    def weighty(self) -> tuple[Changed, ...]:
        """Inputs that change and are not harmless; none for a deletion."""
        found = () if self.new is None else changes(self.kind, self.old, self.new)
        return tuple(each for each in found if each.verdict is not Verdict.HARMLESS)


def unit_of(inputs: Object) -> tuple[str, str]:
    """Pool and unit that hardware with these inputs is, by the labels of its nodes or its own; empty for none."""
    marked = inputs.get("nodeConfig") or inputs.get("node_config") or inputs.get("metadata")
    labels = marked.get("labels") if isinstance(marked, Mapping) else None
    if not isinstance(labels, Mapping):
        return "", ""
    return str(labels.get(POOL_LABEL) or ""), str(labels.get(UNIT_LABEL) or "")
