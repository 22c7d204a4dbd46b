"""Slices in a `World` that their pools cannot make whole."""

from __future__ import annotations

from typing import Any

from tests.builders import LAKE, pool, reservation, uid
from tests.planner.ailing import tell
from tests.planner.lifetimes import Random
from tests.planner.world import World

from holdfast.planner.state.ledger import GrantState, Promise
from holdfast.planner.state.snapshot import Repair

BESIDE, AWAY = "lake-mariner.tpu7x-b", "abernathy.tpu7x-a"
MINE = "mistral/pretrain"
AUTOMATIC = Repair(policy="Automatic")


def running(*others: str, order: int = 0, **asked: Any) -> World:
    """Two cubes at Lake Mariner, all of them one reservation's slice, and other pools of four cubes."""
    world = World(shuffle=Random(order).shuffle if order else lambda _: None)
    world.has(pool(LAKE, 2)).rest()
    world.asks(reservation(MINE, **{"repair": AUTOMATIC, **asked}))
    return world.rest().has(*(pool(name, 4) for name in others)).rest()


def shares(world: World) -> dict[str, int]:
    """The units in the promise's hands, by pool."""
    found = {
        name: sum(
            one.promise == uid(MINE) and one.state is GrantState.ACTIVE for one in each.ledger.grants.values()
        )
        for name, each in world.pools.items()
    }
    return {name: count for name, count in found.items() if count}


def turn(world: World) -> Promise:
    """One planner's turn without the agents'."""
    for _ in world.steps():
        pass
    return world.promise(MINE)


def lose(world: World, *cubes: str) -> World:
    """Cubes of Lake Mariner fail under their tenant's pods."""
    world.report(LAKE, *cubes, occupied=True)
    world.fail(LAKE, *cubes)
    return world.rest()


def say(world: World, policy: str | None, *cubes: str, notice: int = 0) -> World:
    """Its tenant says what is to be done, and agrees to the swap of these cubes of Lake Mariner."""
    grants = world.pools[LAKE].ledger.grants
    tell(world, MINE, policy, notice, *((LAKE, cube, grants[cube].number) for cube in cubes))
    return world.rest()


def several(spares: int = 0) -> World:
    """Two slices of one reservation at Lake Mariner, named as its agent does, beside another tenant's cubes."""
    world = World().has(pool(LAKE, 12 + spares))
    world.asks(reservation(MINE, count=2, repair=AUTOMATIC))
    world.rest().asks(reservation("anthropic/beside", count=4))
    world.rest().has(pool(BESIDE, 8))
    for slice_, cubes in (("old", ("cube-000", "cube-001")), ("young", ("cube-002", "cube-003"))):
        world.report(LAKE, *cubes, slice=slice_)
    return world.rest()


def told(world: World, question: str) -> str:
    """The answer to a question that the reservation's status gives."""
    status = world.ask(MINE).status
    return next(
        (str(one.status) for one in (status.conditions if status else ()) if one.type == question), ""
    )
