"""Hardware that Google has reserved for the lab's project (reservations.toml); no Pulumi type can create one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast_lab.cloud.tables import table


@dataclass(frozen=True, slots=True)
class Reservation:
    """One reservation; no blocks listed means that any block name is accepted."""

    name: str
    machine_type: str
    blocks: tuple[str, ...] = ()


RESERVATIONS: Mapping[str, Reservation] = {
    name: Reservation(name, each["machine_type"], tuple(each["blocks"]))
    for name, each in table("reservations").items()
}
