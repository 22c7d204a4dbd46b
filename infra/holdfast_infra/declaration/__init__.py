"""What a platform engineer declares: pure, typed, refused as a whole with every mistake named.

stacks/Pulumi.<datacenter>.yaml ── holdfast:datacenter ──▶ parse() ──▶ Datacenter | DeclarationError

    fields.py    reads field by field, notes what cannot be read       rules/   what only shows across fields
    pool, cluster, network, units, ...: a section each                 declared.py   the record of it all
"""

from __future__ import annotations

from holdfast_infra.declaration.cluster import ClusterPlan, SystemPool
from holdfast_infra.declaration.datacenter import parse
from holdfast_infra.declaration.declared import Datacenter
from holdfast_infra.declaration.hand_over import HandOver
from holdfast_infra.declaration.mistakes import DeclarationError, Mistake
from holdfast_infra.declaration.network import AddressPlan
from holdfast_infra.declaration.pool import Pool
from holdfast_infra.declaration.site import Site
from holdfast_infra.declaration.units import Unit

__all__ = [
    "AddressPlan",
    "ClusterPlan",
    "Datacenter",
    "DeclarationError",
    "HandOver",
    "Mistake",
    "Pool",
    "Site",
    "SystemPool",
    "Unit",
    "parse",
]
