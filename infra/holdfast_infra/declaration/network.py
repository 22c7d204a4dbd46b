"""The datacenter's address ranges, and the network they lie in."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

from holdfast.hardware.catalogue import ACCELERATORS
from holdfast_infra.declaration.fields import Fields
from holdfast_infra.declaration.shapes import NETWORK

NO_ADDRESSES = IPv4Network("0.0.0.0/32")
"""Stands for a range that could not be read, or that nobody needs."""


@dataclass(frozen=True, slots=True)
class AddressPlan:
    """Ranges that do not overlap (rules/addresses.py)."""

    nodes: IPv4Network
    pods: IPv4Network
    services: IPv4Network
    fabrics: tuple[tuple[str, IPv4Network], ...] = ()
    """Accelerator type and the range its own networks share, a sixteenth each."""
    existing: str = ""
    """Path of a VPC that is there already, of this project or a Shared VPC's host; empty = the stack makes one."""

    def fabric(self, accelerator: str) -> IPv4Network | None:
        """The range for the networks of this accelerator type, if one is declared."""
        return dict(self.fabrics).get(accelerator)

    @property
    def ranges(self) -> dict[str, IPv4Network]:
        """Every range that was read, by its field."""
        own = {"nodes": self.nodes, "pods": self.pods, "services": self.services}
        everything = own | {f"fabrics.{name}": network for name, network in self.fabrics}
        return {name: network for name, network in everything.items() if network != NO_ADDRESSES}


def parse_addresses(fields: Fields) -> AddressPlan:
    """The ranges, blank where one could not be read."""
    plan = AddressPlan(
        nodes=fields.addresses("nodes") or NO_ADDRESSES,
        pods=fields.addresses("pods") or NO_ADDRESSES,
        services=fields.addresses("services") or NO_ADDRESSES,
        fabrics=tuple(_parse_fabrics(fields.section("fabrics")).items()) if fields.has("fabrics") else (),
        existing=fields.text("existing", NETWORK, default=""),
    )
    fields.nothing_else()
    return plan


def _parse_fabrics(fields: Fields) -> dict[str, IPv4Network]:
    for name in fields.names():
        if name not in ACCELERATORS:
            fields.refuse(
                name, None, "is no accelerator type", f"write one of {', '.join(sorted(ACCELERATORS))}"
            )
    return {name: fields.addresses(name) or NO_ADDRESSES for name in fields.names()}
