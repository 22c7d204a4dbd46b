"""What the rules across sections read: a declaration that may have holes."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.hardware.obligations import SiteLease
from holdfast_infra.declaration.cluster import ClusterPlan, SystemPool
from holdfast_infra.declaration.hand_over import HandOver
from holdfast_infra.declaration.network import AddressPlan
from holdfast_infra.declaration.pool import Pool


@dataclass(frozen=True, slots=True)
class Draft:
    """A declaration of which some sections may be missing because they were not sound."""

    site_kind: str
    region: str
    zone: str
    lifecycle: str
    lease: SiteLease | None
    addresses: AddressPlan | None
    cluster: ClusterPlan | None
    system_pool: SystemPool | None
    hand_over: HandOver
    pools: tuple[Pool, ...]
