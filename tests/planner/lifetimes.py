"""Random lifetimes of a small world: what tenants, people and fate may do, one seed a life."""

from __future__ import annotations

from dataclasses import replace
from random import Random  # noqa: TID251 - seeded, and only here
from typing import Any

from tests.builders import ABERNATHY, DAY, HOUR, LAKE, MINUTE, NOW, pool, reservation, tenant, with_units
from tests.planner.maintaining import maintains, maintenance, names, withdraws
from tests.planner.world import World

from holdfast.planner.state.ledger import Part
from holdfast.planner.state.snapshot import Health, Window

__all__ = ["NAMES", "Random", "lifetime", "some_world", "something_happens", "still_world"]

TOPOLOGIES = ("4x4x4", "4x4x8", "4x8x8")
NAMES = tuple(f"{tenant}/{name}" for tenant in ("mistral", "anthropic") for name in "abc")


def some_world(chance: Random) -> World:
    """Two pools of a few cubes, some with dates of delivery or retirement."""
    first = pool(LAKE, chance.randint(1, 6), spares=chance.randint(0, 1), turn_around=chance.choice((0, 600)))
    second = pool(ABERNATHY, chance.randint(1, 4), drain_lead=chance.choice((0, HOUR)))
    if chance.random() < 0.4:
        first = with_units(first, "cube-000", retires=NOW + chance.randint(1, 4) * DAY)
    if chance.random() < 0.3:
        second = with_units(second, "cube-000", available=NOW + DAY)
    return World(cleaning=chance.choice((0, 0, 300, 2 * HOUR))).has(first, second)


def some_window(chance: Random, now: int) -> dict[str, Any]:
    """A fixed or flexible window, mostly of a sensible length."""
    length = chance.choice((HOUR, 6 * HOUR, DAY, 2 * DAY))
    start = now + chance.choice((0, HOUR, DAY))
    return chance.choice(
        (
            {"end": now + length},
            {"start": start, "end": start + length},
            {"duration": length},
            {"duration": length, "earliest": start, "latest": start + length + DAY},
        )
    )


def in_parts(chance: Random, now: int) -> dict[str, Any]:
    """A window of several intervals: a ramp, whose parts follow one another, or a series, whose parts are alike."""
    ramp, at, parts = chance.random() < 0.5, now + chance.choice((0, HOUR)), list[Part]()
    slices = chance.randint(1, 3)
    for _ in range(chance.randint(1, 4)):
        lasting = chance.choice((HOUR, 3 * HOUR))
        parts.append(Part(at, at + lasting, chance.randint(1, 3) if ramp else slices))
        at += lasting if ramp else lasting + chance.choice((MINUTE, HOUR, 6 * HOUR))
    window = Window(parts[0].start, parts[-1].end, parts=tuple(parts))
    most = max(part.count for part in parts)
    return {"window": window, "count": most, "min_count": None if ramp else chance.choice((None, 1))}


def something_happens(chance: Random, world: World) -> None:
    """One thing a tenant, a person or fate does."""
    happening = chance.choice(
        (new_ask, new_ask, amendment, amendment, cancellation, accident, accident, decree, upkeep)
    )
    happening(chance, world)


def new_ask(chance: Random, world: World) -> None:
    """Somebody asks for something, unless a reservation of that name is there."""
    label = chance.choice(NAMES)
    if label in {each.label for each in world.reservations.values()}:
        return
    ask = reservation(label, topology=chance.choice(TOPOLOGIES), **some_window(chance, world.now))
    ask = replace(ask, count=chance.randint(1, 3), min_count=chance.choice((None, 1)))
    ask = replace(ask, max_percent_per_pool=chance.choice((None, None, 50)))
    if chance.random() < 0.3:
        ask = replace(ask, **in_parts(chance, world.now))
    world.asks(replace(ask, datacenters=some_places(chance), across_datacenters=chance.random() < 0.3))


def some_places(chance: Random) -> tuple[str, ...]:
    """Datacenters in some order of preference, or none named."""
    return chance.choice(((), (), ("abernathy",), ("abernathy", "lake-mariner")))


def amendment(chance: Random, world: World) -> None:
    """Somebody changes an ask: its count, its window, its place."""
    living = sorted(each.label for each in world.reservations.values())
    if not living:
        return
    changes: dict[str, Any] = some_window(chance, world.now) if chance.random() < 0.6 else {}
    if chance.random() < 0.2:
        changes["datacenters"] = some_places(chance)
    changes |= {"count": chance.randint(1, 3), "min_count": chance.choice((None, 1))}
    label = chance.choice(living)
    if world.ask(label).window.parts or chance.random() < 0.2:
        changes = {key: changes[key] for key in ("datacenters",) if key in changes}
        changes |= in_parts(chance, world.now - chance.choice((0, HOUR, 6 * HOUR)))
    world.amends(label, **changes)


def cancellation(chance: Random, world: World) -> None:
    """Somebody deletes a reservation."""
    living = sorted(each.label for each in world.reservations.values())
    if living:
        world.cancels(chance.choice(living))


def accident(chance: Random, world: World) -> None:
    """A unit fails, vanishes or comes back; a site falls silent or is heard again."""
    name = chance.choice(sorted(world.pools))
    cube = chance.choice(sorted(world.pools[name].units))
    kind = chance.choice((Health.UNHEALTHY, Health.MISSING, Health.HEALTHY, Health.HEALTHY, None))
    if kind is None:
        world.declare(name, reachable=not world.pools[name].reachable)
    else:
        world.report(name, cube, health=kind)


def decree(chance: Random, world: World) -> None:
    """A platform engineer cordons, retires, seals, counts spares, changes a contract, forgets a label."""
    name = chance.choice(sorted(world.pools))
    old = world.pools[name]
    cube = chance.choice(sorted(old.units))
    living = sorted(each.label for each in world.reservations.values())
    kind = chance.choice(("cordon", "retire", "seal", "spares", "contract", "label"))
    if kind == "cordon":
        world.report(name, cube, cordoned=not old.units[cube].cordoned)
    elif kind == "retire":
        world.report(name, cube, retiring=not old.units[cube].retiring)
    elif kind == "contract":
        world.tenants["mistral"] = tenant("mistral", chips=chance.choice((128, 100_000)))
    elif kind == "label" and living:
        world.amends(chance.choice(living), tenant=None)
    else:
        world.declare(name, selling=not old.selling, spares=chance.randint(0, 2))


def upkeep(chance: Random, world: World) -> None:
    """A platform engineer declares maintenance, names whom it may go against, or withdraws it."""
    name = chance.choice(("cooling", "firmware"))
    if any(one.name == name for one in world.maintenance.values()):
        named = frozenset(chance.sample(NAMES, chance.randint(1, len(NAMES))))
        withdraws(world, name) if chance.random() < 0.5 else names(world, *named, name=name)
        return
    where = chance.choice(sorted(world.pools))
    units = tuple(sorted(chance.sample(sorted(world.pools[where].units), 1))) if chance.random() < 0.6 else ()
    start = world.now + chance.choice((0, HOUR, DAY))
    lasting = chance.choice((HOUR, 6 * HOUR, DAY))
    against = frozenset(NAMES if chance.random() < 0.3 else ())
    maintains(world, maintenance(name, start, start + lasting, pool=where, units=units, against=against))


def lifetime(seed: int, events: int = 12) -> World:
    """A random lifetime: every write on the way is checked by the world."""
    chance = Random(seed)
    world = some_world(chance)
    for _ in range(events):
        something_happens(chance, world)
        if chance.random() < 0.5:
            world.wait(chance.choice((60, HOUR, DAY)))
        elif chance.random() < 0.5:
            world.turn()
    return world


def still_world(seed: int) -> World:
    """A world of seconds in which only time goes on: short windows, a failed unit, a dated one."""
    chance = Random(seed)
    two = pool(LAKE, chance.randint(2, 4), spares=chance.randint(0, 1), drain_lead=8, grace=4, repair=20)
    late = with_units(
        two, "cube-000", available=NOW + chance.randint(0, 20), retires=NOW + chance.randint(40, 90)
    )
    world = World(cleaning=chance.choice((0, 6))).has(late)
    for label in chance.sample(NAMES, 3):
        start = NOW + chance.randint(0, 30)
        window: dict[str, Any] = chance.choice(
            ({"start": start, "end": start + 20}, {"duration": 15, "latest": NOW + 60}, {"end": NOW + 50})
        )
        fewer = {"count": 2, "min_count": 1} if chance.random() < 0.5 else {}
        world.asks(reservation(label, topology=chance.choice(TOPOLOGIES[:2]), **window, **fewer))
    if chance.random() < 0.4:
        world.fail(LAKE, "cube-001")
    return world
