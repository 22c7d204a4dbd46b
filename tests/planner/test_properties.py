"""What must be true of every plan, tried on random worlds: pools, asks, failures, amendments, cancellations."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import DAY, LAKE, NOW, pool, reservation, tenant
from tests.planner.lifetimes import (
    NAMES,
    Random,
    accident,
    amendment,
    cancellation,
    lifetime,
    new_ask,
    some_world,
    something_happens,
    still_world,
)
from tests.planner.term import Term
from tests.planner.world import World

from holdfast.planner.plan import plan

SEEDS = st.integers(0, 10**9)


@given(SEEDS)
@settings(max_examples=120)
def test_no_lifetime_breaks_a_law_or_an_invariant(seed: int) -> None:
    lifetime(seed).rest()


@given(SEEDS)
def test_at_rest_the_plan_is_empty_and_nothing_is_left_to_say(seed: int) -> None:
    world = lifetime(seed).rest()
    made = plan(world.snapshot())
    assert not made.ledgers
    assert not made.promises
    assert not world.speak(world.snapshot())


@given(SEEDS)
def test_the_plan_does_not_depend_on_the_order_of_maps(seed: int) -> None:
    world = lifetime(seed, events=6)
    something_happens(Random(seed), world)
    straight = world.snapshot()
    world.shuffle = Random(seed).shuffle
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


def story_of(world: World) -> list[object]:
    """What a tenant could tell afterwards: promises and their windows, and how each reservation stands."""
    promises = sorted((p.label, p.state, p.start, p.end, p.slices, p.cause) for p in world.promises.values())
    said = sorted((each.label, world.ready(each.label)) for each in world.reservations.values())
    entries = sorted(
        (n, uid, e.form.count) for n, p in world.pools.items() for uid, e in p.ledger.entries.items()
    )
    return [promises, said, entries]


@given(SEEDS)
@settings(max_examples=8)
def test_waking_only_when_told_ends_like_looking_every_second(seed: int) -> None:
    asleep = still_world(seed).wait(110)
    awake = still_world(seed).wait(110, step=1)
    assert story_of(asleep) == story_of(awake)


@given(SEEDS)
@settings(max_examples=100)
def test_two_planners_with_stale_pictures_never_promise_twice(seed: int) -> None:
    chance = Random(seed)
    world = some_world(chance)
    running = [world.steps(), world.steps()]
    for _ in range(60):
        if chance.random() < 0.2:
            something_happens(chance, world)
        if chance.random() < 0.1:
            world.now += chance.choice((1, 3_600))
            world.agents()
        one = chance.randrange(2)
        if next(running[one], "done") == "done":
            running[one] = world.steps()
    world.rest()


@given(SEEDS)
@settings(max_examples=100)
def test_planners_that_follow_each_other_never_promise_a_tenant_more_than_it_may_hold(seed: int) -> None:
    chance = Random(seed)
    world = some_world(chance).has(tenant("mistral", chips=256), tenant("anthropic", chips=192))
    terms = [world.term]
    running = [world.steps(world.term)]
    for epoch in range(2, 60):
        if chance.random() < 0.3:
            chance.choice((new_ask, new_ask, amendment, cancellation, accident))(chance, world)
        if chance.random() < 0.1:
            world.now += chance.choice((1, 3_600))
            world.agents()
        if chance.random() < 0.15:  # another planner takes over; the old one does not know it yet
            world.term = Term(epoch)
            terms.append(world.term)
            running.append(world.steps(world.term))
        one = chance.randrange(len(running))
        if next(running[one], "done") == "done":
            running[one] = world.steps(terms[one])
        assert not over_entitled(world)
    world.rest()
    assert not over_entitled(world)


def over_entitled(world: World) -> list[str]:
    """Tenants that hold more chips at some instant than their contract says."""
    held = [one for one in world.promises.values() if one.state == "Committed"]
    parts = [(one, part) for one in held for part in one.paid]
    return [
        one.tenant
        for one, beginning in parts
        if sum(
            64 * other.units_per_slice * part.count
            for other, part in parts
            if other.tenant == one.tenant and part.start <= beginning.start < part.end
        )
        > world.tenants[one.tenant].chips["tpu7x"]
    ]


@pytest.mark.parametrize("seed", range(20))
def test_any_order_of_asking_comes_to_rest_with_as_many_units_promised_as_fit(seed: int) -> None:
    chance = Random(seed)
    world = World().has(pool(LAKE, 6))
    for label in chance.sample(NAMES, len(NAMES)):
        world.asks(reservation(label, topology="4x4x8", end=NOW + DAY))
        if chance.random() < 0.5:
            world.turn()
    world.rest()
    assert len(world.pools[LAKE].ledger.grants) == 6
    assert len(world.promises) == 3
