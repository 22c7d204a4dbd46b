"""Units that are not well in a `World`, and what their tenants say of it."""

from __future__ import annotations

from typing import Any

from tests.planner.world import World

from holdfast.planner.state.snapshot import Health, Repair

Consent = tuple[str, str, int]
"""Pool, unit, grant."""


def ail(world: World, pool: str, *units: str, **said: Any) -> None:
    """Units do not work just now, and pods of their tenants are on them."""
    usual = {"heals": True, "occupied": True, "source": "Kubelet", "reason": "NotReady"}
    world.report(pool, *units, health=Health.UNHEALTHY, **{**usual, **said})


def lose(world: World, pool: str, unit: str, hosts: int) -> None:
    """A unit goes on with fewer hosts, which are enough."""
    world.report(pool, unit, health=Health.DEGRADED, lacking=hosts, heals=True, occupied=True)


def tell(world: World, label: str, policy: str | None = None, notice: int = 0, *consents: Consent) -> None:
    """A tenant says what is to be done with failed units."""
    world.amends(label, repair=Repair(policy, notice, frozenset(consents)))
