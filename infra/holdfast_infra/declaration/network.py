"""The datacenter's address ranges."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import combinations

from holdfast.hardware.catalogue import ACCELERATORS
from holdfast_infra.declaration.fields import Fields


@dataclass(frozen=True, slots=True)
class AddressPlan:
    """Ranges that do not overlap."""

    nodes: IPv4Network
    pods: IPv4Network
    services: IPv4Network
    fabrics: tuple[tuple[str, IPv4Network], ...] = ()
    """Accelerator type and the range its own networks share, a sixteenth each."""

    def fabric(self, accelerator: str) -> IPv4Network | None:
        """The range for the networks of this accelerator type, if one is declared."""
        return dict(self.fabrics).get(accelerator)


def parse_addresses(fields: Fields) -> AddressPlan | None:
    """The ranges, or None if anything in them is wrong."""
    ranges = {name: fields.addresses(name) for name in ("nodes", "pods", "services")}
    fabrics = _parse_fabrics(fields.section("fabrics")) if fields.has("fabrics") else {}
    fields.nothing_else()
    if not fields.sound:
        return None
    everything = ranges | {f"fabrics.{name}": network for name, network in fabrics.items()}
    for one, other in combinations(everything, 2):
        if everything[one].overlaps(everything[other]):
            fields.refuse(
                other,
                str(everything[other]),
                f"overlaps {one} ({everything[one]}), so packets would go astray",
                "give each its own range",
            )
    return AddressPlan(**ranges, fabrics=tuple(fabrics.items())) if fields.sound else None


def _parse_fabrics(fields: Fields) -> dict[str, IPv4Network]:
    for name in fields.names():
        if name not in ACCELERATORS:
            fields.refuse(
                name, None, "is no accelerator type", f"write one of {', '.join(sorted(ACCELERATORS))}"
            )
    return {name: fields.addresses(name) for name in fields.names()}
