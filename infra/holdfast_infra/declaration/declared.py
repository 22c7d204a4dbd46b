"""A datacenter as a platform engineer declares it: the record the rules read and the program builds."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.hardware.obligations import SiteLease
from holdfast_infra.declaration.cluster import ClusterPlan, SystemPool
from holdfast_infra.declaration.hand_over import HandOver
from holdfast_infra.declaration.mistakes import Mistake
from holdfast_infra.declaration.network import AddressPlan
from holdfast_infra.declaration.parts import BLOCK, SHARED, WHOLE
from holdfast_infra.declaration.pool import Pool
from holdfast_infra.declaration.site import OPERATIONAL, Site


@dataclass(frozen=True, slots=True)
class Datacenter:
    """A declaration.

    What could not be read stands in it as a blank ("", 0, NO_ADDRESSES, UNKNOWN), so that one typo hides no rule
    from another field: a rule is silent about a blank. `parse` gives out only those without a mistake.
    """

    site: Site
    lease: SiteLease
    addresses: AddressPlan
    cluster: ClusterPlan
    system_pool: SystemPool
    hand_over: HandOver
    pools: tuple[Pool, ...]
    protect: bool
    """Whether hardware is also locked in Pulumi's state and at Google; retiring then takes two ups."""
    policies: tuple[tuple[str, str], ...] = ()
    """Topology of a unit and the workload policy that another stack of this project and region has made for it."""
    part: str = WHOLE
    """What of it its stack is (parts.py)."""
    warnings: tuple[Mistake, ...] = ()
    """What is legal and odd."""

    @property
    def is_built(self) -> bool:
        """Whether there is hardware: while a site is under construction only its supply is published."""
        return self.site.lifecycle == OPERATIONAL

    @property
    def makes_site(self) -> bool:
        """Whether its stack makes what all units stand on, and publishes the Datacenter."""
        return self.part != BLOCK

    @property
    def makes_units(self) -> bool:
        """Whether its stack makes and publishes the pools that it declares."""
        return self.part != SHARED
