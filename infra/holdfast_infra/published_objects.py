"""Specs of the objects the hub learns a datacenter from; pure, so that they can be checked against its CRDs.

Empty instants and names are left out: the hub knows absence, not the empty text.
"""

from __future__ import annotations

import hashlib
from typing import Any

from holdfast.hardware import SiteLease
from holdfast_infra.declaration import Datacenter, HandOver, Pool, Unit
from holdfast_infra.declaration.capacity import PUBLISHED
from holdfast_infra.declaration.spares import Spares
from holdfast_infra.declaration.upgrades import MaintenanceWindow

Spec = dict[str, Any]


def datacenter_spec(datacenter: Datacenter) -> Spec:
    """Spec of Datacenter, without its cluster, which is known only once it is built."""
    site = datacenter.site
    return {
        "siteKind": site.kind,
        "region": site.region,
        "zone": site.zone,
        "powerMegawatts": site.power_megawatts,
        "lifecycle": site.lifecycle,
        "lease": _lease(datacenter.lease),
    }


def pool_spec(pool: Pool, lease: SiteLease, hand_over: HandOver, seal: str) -> Spec:
    """Spec of AcceleratorPool: every intended unit, whether its node pool exists yet or not.

    seal: name of the StackSeal of the stack that declares the pool.
    """
    return {
        "datacenter": pool.datacenter,
        "acceleratorType": pool.accelerator.name,
        "unitTopology": pool.topology,
        "chipsPerUnit": pool.chips_per_unit,
        "hostsPerUnit": pool.hosts_per_unit,
        "provisioningModel": PUBLISHED[pool.capacity],
        "seal": seal,
        "units": {unit.name: _unit(pool, unit) for unit in pool.units},
        "spares": _spares(pool.spares),
        "drainLeadSeconds": hand_over.drain_lead,
        "graceSeconds": hand_over.grace,
        "turnAroundSeconds": hand_over.turn_around,
        "repairSeconds": hand_over.repair,
        "dwellSeconds": hand_over.dwell,
        "askLimitSeconds": hand_over.ask_limit,
        "minHealthyHosts": pool.enough_hosts,
        "obligations": _obligations(pool, lease),
    }


def seal_spec(stack: str, pools: tuple[Pool, ...]) -> Spec:
    """Spec of StackSeal."""
    return {"stack": stack, "pools": sorted(pool.name for pool in pools)}


def upgrade_specs(pool: Pool, windows: tuple[MaintenanceWindow, ...]) -> dict[str, Spec]:
    """Specs of MaintenanceWindow by name: when GKE may upgrade a pool's nodes, nothing of it is promised.

    Their spec never changes, so the name tells all of it: another time is another object, and the former one goes.
    """
    return {
        f"upgrade-{window.start[:10]}-{_digest(pool.name, window.start, window.end)}": {
            "pool": pool.name,
            "start": window.start,
            "end": window.end,
            "reason": "GKE may upgrade nodes: cluster.maintenanceWindows of the stack",
        }
        for window in windows
    }


def _digest(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:10]


def _lease(lease: SiteLease) -> Spec:
    return _without_blanks(
        {"landlord": lease.landlord, "guarantor": lease.guarantor, "start": lease.start, "end": lease.end}
    )


def _unit(pool: Pool, unit: Unit) -> Spec:
    return _without_blanks(
        {
            "nodePool": pool.node_pool(unit),
            "availableFrom": unit.available_from,
            "retiring": unit.retiring,
            "retiredBy": unit.retired_by,
        }
    )


def _spares(spares: Spares) -> Spec:
    """By count or by confidence; how many that makes the hub works out as the program did."""
    if not spares.confidence:
        return {"count": spares.count}
    return {"confidenceBasisPoints": spares.confidence, "availabilityBasisPoints": spares.availability}


def _obligations(pool: Pool, lease: SiteLease) -> list[Spec]:
    site_lease = {"kind": "SiteLease", "name": pool.datacenter, "holder": lease.landlord, "until": lease.end}
    pledges = [
        {"kind": "Pledge", "name": pledge.facility, "holder": pledge.lender, "until": pledge.until}
        for pledge in pool.pledges
    ]
    return [_without_blanks(each) for each in (site_lease, *pledges)]


def _without_blanks(spec: Spec) -> Spec:
    return {name: value for name, value in spec.items() if value not in ("", False)}
