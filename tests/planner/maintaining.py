"""What platform engineers declare of maintenance in the planner's world, and how it stands there."""

from __future__ import annotations

from dataclasses import replace

from tests.builders import HOUR, LAKE, NOW, uid
from tests.planner.world import World

from holdfast.api.maintenance import MaintenanceStatus
from holdfast.planner.state.ledger import Ledger
from holdfast.planner.state.snapshot import Maintenance


def maintenance(
    name: str = "work", start: int = NOW + HOUR, end: int = NOW + 2 * HOUR, **changes: object
) -> Maintenance:
    """A window over the whole pool at Lake Mariner, in an hour, for an hour."""
    made = Maintenance(uid(name), name, 1, NOW, LAKE, start, end)
    return replace(made, **changes)  # type: ignore[arg-type]


def maintains(world: World, asked: Maintenance) -> None:
    """Create a maintenance window now."""
    birth = world.births[asked.name] = world.births.get(asked.name, 0) + 1
    made = replace(asked, uid=uid(asked.name, birth), created=world.now)
    world.maintenance[made.uid] = made


def names(world: World, *labels: str, name: str = "work") -> None:
    """Its author goes against these reservations."""
    old = window(world, name)
    world.maintenance[old.uid] = replace(old, generation=old.generation + 1, against=frozenset(labels))


def withdraws(world: World, name: str = "work") -> None:
    """Delete a maintenance window; that it is gone has been proven at once."""
    world.gone.add(window(world, name).uid)
    del world.maintenance[window(world, name).uid]


def window(world: World, name: str = "work") -> Maintenance:
    """The living maintenance window of this name."""
    return next(one for one in world.maintenance.values() if one.name == name)


def told(world: World, name: str = "work") -> MaintenanceStatus:
    """What stands in its status."""
    return window(world, name).status or MaintenanceStatus()


def accepted(world: World, name: str = "work") -> str:
    """`status reason` of condition Accepted, as it stands in the status."""
    return next((f"{one.status} {one.reason}" for one in told(world, name).conditions), "silence")


def ledger(world: World, pool: str = LAKE) -> Ledger:
    """What is stored of a pool."""
    return world.pools[pool].ledger
