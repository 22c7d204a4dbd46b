"""A hub that was restored from a backup: it keeps what stands, decides nothing, and goes on where a person lets it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders import DAY, HOUR, LAKE, NOW, pool, reservation
from tests.planner.maintaining import accepted, ledger, maintains, maintenance
from tests.planner.world import World

from holdfast.planner.plan import plan
from holdfast.planner.state.ledger import GrantState
from holdfast.planner.state.snapshot import Query

MINE, LATER, NEW = "mistral/pretrain", "mistral/finetune", "anthropic/eval"


def restored() -> World:
    """One promise runs, one begins in an hour, one fails a unit, one is cancelled; then the hub is restored."""
    world = World().has(pool(LAKE, 8))
    world.asks(reservation(MINE, end=NOW + DAY))
    world.asks(reservation(LATER, start=NOW + HOUR, end=NOW + DAY))
    world.rest()
    world.declare(LAKE, restored=True)
    return world


def resumed(world: World) -> World:
    """A person lets it go."""
    world.declare(LAKE, restored=False)
    return world.rest()


def test_a_hub_at_rest_promises_nothing_and_says_why() -> None:
    world = restored()
    world.asks(reservation(NEW, end=NOW + DAY))
    world.turn()
    assert world.ready(NEW) == "False HubRestored"
    assert "holdfast resume" in world.hold(NEW).message
    assert world.ready(MINE) == "True Active"
    assert resumed(world).ready(NEW) == "True Active"


def test_a_window_that_opens_while_the_hub_rests_is_bound_when_it_is_let_go() -> None:
    world = restored()
    world.now = NOW + 2 * HOUR
    world.turn()
    assert (world.units(LATER), world.ready(LATER)) == ([], "False Binding")
    resumed(world)
    assert len(world.units(LATER)) == 2


def test_a_window_that_ends_while_the_hub_rests_keeps_its_units_until_it_is_let_go() -> None:
    world = restored()
    world.now = NOW + 2 * DAY
    world.turn()
    assert len(world.units(MINE)) == 2
    resumed(world)
    assert world.units(MINE) == []


def test_no_unit_is_swapped_while_the_hub_rests() -> None:
    world = restored()
    failed = world.units(MINE)[0]
    world.fail(LAKE, failed)
    world.turn()
    assert failed in world.units(MINE)
    assert failed not in resumed(world).units(MINE)


@pytest.mark.parametrize(("gives_back", "stay"), [(True, True), (False, False)])
def test_a_unit_swapped_after_the_backup_stays_where_the_one_it_stands_for_was_given_back(
    gives_back: bool, stay: bool
) -> None:
    """What `holdfast resume` writes of it; with the adoption alone the newest grant would leave, and its job."""
    world = World().has(pool(LAKE, 4))
    world.asks(reservation(MINE, end=NOW + DAY))
    backup = world.rest().pools[LAKE].ledger
    failed = world.units(MINE)[0]
    world.fail(LAKE, failed)
    running, after = world.rest().units(MINE), world.pools[LAKE].ledger
    (new,) = set(running) - backup.grants.keys()
    world.mend(LAKE, failed)
    back = replace(backup.grants[failed], state=GrantState.RELEASING) if gives_back else backup.grants[failed]
    given = {**backup.grants, failed: back, new: replace(after.grants[new], replaces=None)}
    world.declare(LAKE, ledger=replace(backup, grants=given, granted=after.granted, as_of=world.now))
    world.rest()
    assert (world.units(MINE) == running) == stay


def test_no_promise_ends_while_the_hub_rests() -> None:
    world = restored()
    world.cancels(MINE)
    world.turn()
    assert len(world.units(MINE)) == 2
    assert resumed(world).units(MINE) == []


def test_a_change_waits_and_what_was_in_force_stays() -> None:
    world = restored()
    world.amends(MINE, count=2)
    world.turn()
    assert (world.promise(MINE).slices, world.hold(MINE).reason) == (1, "HubRestored")
    assert resumed(world).promise(MINE).slices == 2


def test_maintenance_is_neither_accepted_nor_given_back() -> None:
    world = restored()
    maintains(world, maintenance(start=NOW + 2 * DAY, end=NOW + 3 * DAY))
    world.turn()
    assert (accepted(world), dict(ledger(world).outages)) == ("silence", {})
    resumed(world)
    assert (accepted(world), len(ledger(world).outages)) == ("True TakenOut", 1)


def test_a_query_is_told_the_same() -> None:
    world = restored()
    ask = replace(reservation(NEW, end=NOW + DAY), uid="q")
    seen = replace(world.snapshot(), queries={"q": Query(ask)})
    answer = plan(seen).answers["q"]
    assert answer.hold is not None
    assert answer.hold.reason == "HubRestored"


def test_one_pool_that_carries_the_mark_is_enough() -> None:
    world = restored().has(pool("abernathy.tpu7x-a", 8))
    world.asks(reservation(NEW, end=NOW + DAY, datacenters=("abernathy",)))
    world.turn()
    assert world.ready(NEW) == "False HubRestored"
