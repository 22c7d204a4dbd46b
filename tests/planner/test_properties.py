"""What must be true of every plan, tried on random worlds: pools, asks, failures, amendments, cancellations."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.planner.plan import plan
from tests.builders import ABERNATHY, DAY, HOUR, LAKE, NOW, pool, reservation, with_units
from tests.planner.world import World

TOPOLOGIES = ("4x4x4", "4x4x8", "4x8x8")
NAMES = tuple(f"{tenant}/{name}" for tenant in ("mistral", "anthropic") for name in "abc")
SEEDS = st.integers(0, 10**9)


def some_world(chance: random.Random) -> World:
    """Two pools of a few cubes, some with dates of delivery or retirement."""
    first = pool(LAKE, chance.randint(1, 6), spares=chance.randint(0, 1), turn_around=chance.choice((0, 600)))
    second = pool(ABERNATHY, chance.randint(1, 4), drain_lead=chance.choice((0, HOUR)))
    if chance.random() < 0.4:
        first = with_units(first, "cube-000", retires=NOW + chance.randint(1, 4) * DAY)
    if chance.random() < 0.3:
        second = with_units(second, "cube-000", available=NOW + DAY)
    return World(cleaning=chance.choice((0, 0, 300, 2 * HOUR))).has(first, second)


def some_window(chance: random.Random, now: int) -> dict[str, Any]:
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


def something_happens(chance: random.Random, world: World) -> None:
    """One thing a tenant, a person or fate does."""
    living = sorted(each.label for each in world.reservations.values())
    name = chance.choice(sorted(world.pools))
    cube = chance.choice(sorted(world.pools[name].units))
    kind = chance.choice(("ask", "ask", "ask", "amend", "amend", "cancel", "fail", "mend", "silent", "cordon"))
    if kind == "ask" and (label := chance.choice(NAMES)) not in living:
        shape = {"topology": chance.choice(TOPOLOGIES), "count": chance.randint(1, 3)}
        where: tuple[tuple[str, ...], bool] = (chance.choice(((), ("abernathy",))), chance.random() < 0.3)
        fewest = chance.choice((None, 1))
        ask = reservation(label, min_count=fewest, **shape, **some_window(chance, world.now))
        world.asks(replace(ask, datacenters=where[0], across_datacenters=where[1]))
    elif kind == "amend" and living:
        window = some_window(chance, world.now) if chance.random() < 0.6 else {}
        world.amends(chance.choice(living), count=chance.randint(1, 3), min_count=None, **window)
    elif kind == "cancel" and living:
        world.cancels(chance.choice(living))
    elif kind in ("fail", "mend"):
        getattr(world, kind)(name, cube)
    elif kind == "silent":
        world.declare(name, reachable=not world.pools[name].reachable)
    elif kind == "cordon":
        world.report(name, cube, cordoned=not world.pools[name].units[cube].cordoned)


def lifetime(seed: int, events: int = 12) -> World:
    """A random lifetime: every write on the way is checked by the world."""
    chance = random.Random(seed)
    world = some_world(chance)
    for _ in range(events):
        something_happens(chance, world)
        if chance.random() < 0.5:
            world.wait(chance.choice((60, HOUR, DAY)))
        elif chance.random() < 0.5:
            world.turn()
    return world


@given(SEEDS)
@settings(max_examples=250)
def test_no_lifetime_breaks_a_law_or_an_invariant(seed: int) -> None:
    lifetime(seed).rest()


@given(SEEDS)
def test_at_rest_the_plan_is_empty_and_nothing_is_left_to_say(seed: int) -> None:
    world = lifetime(seed).rest()
    made = plan(world.snapshot())
    assert not made.ledgers
    assert not made.promises
    assert not world.speak()


@given(SEEDS)
def test_the_plan_does_not_depend_on_the_order_of_maps(seed: int) -> None:
    world = lifetime(seed, events=6)
    something_happens(random.Random(seed), world)
    straight = world.snapshot()
    world.shuffle = random.Random(seed).shuffle
    mixed = replace(world.snapshot(), attempt=straight.attempt)
    assert plan(mixed) == plan(straight)


@given(SEEDS)
def test_every_reservation_has_a_promise_or_a_hold_at_rest(seed: int) -> None:
    world = lifetime(seed).rest()
    for each in world.reservations.values():
        held = each.uid in world.holds
        promised = each.uid in world.promises and world.promises[each.uid].state != "None"
        assert held or promised, each.label
        assert world.ready(each.label) != "silence"


def still_world(seed: int) -> World:
    """A world in which only time goes on: asks with short windows, a failed unit, a dated one."""
    chance = random.Random(seed)
    two = pool(LAKE, chance.randint(2, 4), spares=chance.randint(0, 1), drain_lead=20, grace=10, repair=50)
    late = with_units(two, "cube-000", available=NOW + chance.randint(0, 60), retires=NOW + chance.randint(90, 200))
    world = World(cleaning=chance.choice((0, 15))).has(late)
    for label in chance.sample(NAMES, 3):
        start = NOW + chance.randint(0, 80)
        window: dict[str, Any] = chance.choice(
            ({"start": start, "end": start + 40}, {"duration": 30, "latest": NOW + 120}, {"end": NOW + 100})
        )
        world.asks(reservation(label, topology=chance.choice(TOPOLOGIES[:2]), **window))
    if chance.random() < 0.4:
        world.fail(LAKE, "cube-001")
    return world


def story_of(world: World) -> list[object]:
    """What a tenant could tell afterwards: promises and their windows, and how each reservation stands."""
    promises = sorted((p.label, p.state, p.start, p.end, p.slices, p.cause) for p in world.promises.values())
    said = sorted((each.label, world.ready(each.label)) for each in world.reservations.values())
    entries = sorted((n, uid, e.form.count) for n, p in world.pools.items() for uid, e in p.ledger.entries.items())
    return [promises, said, entries]


@given(SEEDS)
@settings(max_examples=30)
def test_waking_only_when_told_ends_like_looking_every_second(seed: int) -> None:
    asleep = still_world(seed).wait(260)
    awake = still_world(seed).wait(260, step=1)
    assert story_of(asleep) == story_of(awake)


@given(SEEDS)
@settings(max_examples=150)
def test_two_planners_with_stale_pictures_never_promise_twice(seed: int) -> None:
    chance = random.Random(seed)
    world = some_world(chance)
    running = [world.steps(), world.steps()]
    for _ in range(60):
        if chance.random() < 0.2:
            something_happens(chance, world)
        if chance.random() < 0.1:
            world.now += chance.choice((1, HOUR))
            world.agents()
        one = chance.randrange(2)
        if next(running[one], "done") == "done":
            running[one] = world.steps()
    world.rest()


@pytest.mark.parametrize("seed", range(20))
def test_any_order_of_asking_comes_to_rest_with_as_many_units_promised_as_fit(seed: int) -> None:
    chance = random.Random(seed)
    world = World().has(pool(LAKE, 6))
    for label in chance.sample(NAMES, len(NAMES)):
        world.asks(reservation(label, topology="4x4x8", end=NOW + DAY))
        if chance.random() < 0.5:
            world.turn()
    world.rest()
    assert len(world.pools[LAKE].ledger.grants) == 6
    assert len(world.promises) == 3
