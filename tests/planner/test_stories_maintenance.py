"""Maintenance in the planner's world: it waits for promises, promises keep clear of it, and none is ever revoked."""

from __future__ import annotations

import pytest
from tests.builders import ABERNATHY, DAY, HOUR, LAKE, MINUTE, NOW, pool, reservation
from tests.planner.lifetimes import Random
from tests.planner.maintaining import (
    accepted,
    ledger,
    maintains,
    maintenance,
    names,
    told,
    window,
    withdraws,
)
from tests.planner.term import Term
from tests.planner.world import World

from holdfast.planner.state.capacity import Capacity
from holdfast.planner.state.snapshot import Maintenance, Reservation

MINE, THEIRS = "mistral/pretrain", "anthropic/eval"


def capacity(world: World) -> Capacity:
    found = ledger(world).capacity
    assert found is not None
    return found


def promised(cubes: int = 4, start: int = NOW + HOUR, **changes: object) -> World:
    """Two cubes are promised to mistral for a day from in an hour on."""
    world = World().has(pool(LAKE, cubes, **changes))
    world.asks(reservation(MINE, start=start, end=start + DAY))
    return world.rest()


def test_maintenance_that_touches_nobody_is_taken_out_and_nothing_is_promised_over_it() -> None:
    world = World().has(pool(LAKE, 4))
    maintains(world, maintenance(start=NOW + DAY, end=NOW + 2 * DAY))
    assert accepted(world.rest()) == "True TakenOut"
    world.asks(reservation(MINE, start=NOW + HOUR, end=NOW + DAY + HOUR))
    assert world.rest().ready(MINE) == "False UnderMaintenance"
    assert world.hold(MINE).earliest_start == NOW + 2 * DAY
    assert world.hold(MINE).conflicts == ((NOW + DAY - 300, NOW + DAY + HOUR),)


def test_what_ends_before_it_with_time_to_clear_and_what_begins_after_it_is_promised() -> None:
    world = World().has(pool(LAKE, 2))
    maintains(world, maintenance(start=NOW + DAY, end=NOW + 2 * DAY))
    world.rest()
    world.asks(reservation(MINE, end=NOW + DAY - MINUTE))
    world.asks(reservation(THEIRS, start=NOW + 2 * DAY, end=NOW + 3 * DAY))
    world.rest()
    assert (world.ready(MINE), world.ready(THEIRS)) == ("True Active", "True Scheduled")
    world.amends(MINE, end=NOW + DAY)
    world.rest()
    assert world.promise(MINE).end == NOW + DAY - MINUTE


def test_maintenance_of_some_units_leaves_the_others_to_be_promised() -> None:
    world = World().has(pool(LAKE, 3))
    maintains(world, maintenance(units=("cube-000",), end=NOW + DAY))
    world.rest()
    world.asks(reservation(MINE, end=NOW + DAY))
    world.asks(reservation(THEIRS, topology="4x4x4", end=NOW + 30 * MINUTE))
    world.rest()
    assert world.units(MINE) == ["cube-001", "cube-002"]
    assert world.units(THEIRS) == ["cube-000"]


def test_where_it_touches_a_promise_it_takes_nothing_and_names_it_and_the_next_start() -> None:
    world = promised()
    maintains(world, maintenance(start=NOW + 2 * HOUR, end=NOW + 4 * HOUR))
    assert accepted(world.rest()) == "False TouchesPromises"
    (touched,) = told(world).touched
    assert (touched.reservation, touched.tenant, touched.count) == (MINE, "mistral-ai", 2)
    assert touched.until == NOW + HOUR + DAY + MINUTE
    assert told(world).next_starts == (NOW + HOUR + DAY + 300,)
    assert ledger(world).outages == {}
    assert world.ready(MINE) == "True Scheduled"


@pytest.mark.parametrize("choice", [0, 1, 2])
def test_maintenance_at_a_start_that_was_offered_is_accepted(choice: int) -> None:
    world = promised(2)
    for day in (3, 6):
        world.asks(reservation(f"{THEIRS}{day}", start=NOW + day * DAY, end=NOW + (day + 2) * DAY))
    maintains(world, maintenance(start=NOW + HOUR, end=NOW + 3 * HOUR))
    start = told(world.rest()).next_starts[choice]
    maintains(world, maintenance("moved", start, start + 2 * HOUR))
    assert accepted(world.rest(), "moved") == "True TakenOut"
    assert accepted(world) == "False TouchesPromises"


def test_naming_all_it_touches_is_a_deficit_at_once_and_no_revocation() -> None:
    world = promised()
    maintains(world, maintenance(start=NOW + 2 * HOUR, end=NOW + 4 * HOUR))
    world.rest()
    names(world, MINE)
    assert accepted(world.rest()) == "True PromisesShort"
    assert told(world).deficit == 2
    assert (capacity(world).deficit_ahead, capacity(world).deficit_from) == (2, NOW + 2 * HOUR)
    assert world.ready(MINE) == "False UnderMaintenance"
    (ready,) = [one for one in world.ask(MINE).status.conditions if one.type == "Ready"]  # type: ignore[union-attr]
    assert ready.message.endswith("the promise stands: from 2027-01-15T10:00:00Z until 2027-01-15T12:00:00Z")
    assert world.promise(MINE).state == "Committed"


def test_naming_only_some_of_those_it_touches_takes_nothing() -> None:
    world = promised()
    world.asks(reservation(THEIRS, start=NOW + HOUR, end=NOW + DAY))
    world.rest()
    maintains(world, maintenance(end=NOW + 3 * HOUR, against=frozenset({MINE})))
    assert accepted(world.rest()) == "False TouchesPromises"
    assert {one.reservation for one in told(world).touched} == {MINE, THEIRS}
    names(world, MINE, THEIRS)
    assert accepted(world.rest()) == "True PromisesShort"


def test_a_unit_in_a_tenants_hands_stays_there_through_maintenance_against_it() -> None:
    world = promised(start=NOW)
    assert world.units(MINE) == ["cube-000", "cube-001"]
    maintains(world, maintenance(units=("cube-000",), against=frozenset({MINE})))
    assert world.rest().ready(MINE) == "True MaintenanceAhead"
    assert (capacity(world).deficit, capacity(world).deficit_ahead) == (0, 1)
    assert capacity(world).deficit_from == NOW + HOUR
    world.wait(HOUR)
    assert world.ready(MINE) == "False UnderMaintenance"
    assert world.units(MINE) == ["cube-000", "cube-001"]
    world.wait(HOUR)
    assert world.ready(MINE) == "True Active"
    assert (accepted(world), ledger(world).outages) == ("False MaintenanceOver", {})


def test_a_unit_in_a_tenants_hands_is_not_taken_though_another_is_free() -> None:
    world = promised(start=NOW)
    maintains(world, maintenance(units=("cube-000",)))
    assert accepted(world.rest()) == "False TouchesPromises"
    maintains(world, maintenance("other", units=("cube-002", "cube-003")))
    assert accepted(world.rest(), "other") == "True TakenOut"


def test_no_start_is_told_at_which_a_tenant_still_holds_the_unit_however_many_others_are_free() -> None:
    world = World().has(pool(LAKE, 6))
    world.asks(reservation(MINE, end=NOW + DAY))
    world.rest()
    world.asks(reservation(THEIRS, end=NOW + 5 * HOUR))
    world.rest()
    maintains(world, maintenance(units=("cube-000",)))
    assert told(world.rest()).next_starts == (NOW + DAY + 300,)


def test_a_spare_under_maintenance_replaces_nothing_until_it_is_over() -> None:
    world = World().has(pool(LAKE, 3, spares=1))
    world.asks(reservation(MINE, end=NOW + DAY))
    world.rest()
    maintains(world, maintenance(start=NOW, end=NOW + HOUR, units=("cube-002",)))
    assert accepted(world.rest()) == "True TakenOut"
    world.fail(LAKE, "cube-000")
    assert world.rest().units(MINE) == ["cube-000", "cube-001"]
    world.wait(HOUR)
    assert world.units(MINE) == ["cube-001", "cube-002"]


def test_one_that_waits_is_taken_out_once_the_promise_in_its_way_is_cancelled() -> None:
    world = promised()
    maintains(world, maintenance(start=NOW + 2 * HOUR, end=NOW + 4 * HOUR))
    world.rest()
    world.cancels(MINE)
    assert accepted(world.rest()) == "True TakenOut"


def test_withdrawn_maintenance_gives_its_time_back() -> None:
    world = World().has(pool(LAKE, 2))
    maintains(world, maintenance(start=NOW, end=NOW + DAY))
    world.rest()
    world.asks(reservation(MINE, end=NOW + DAY))
    assert world.rest().ready(MINE) == "False UnderMaintenance"
    withdraws(world)
    assert world.rest().ready(MINE) == "True Active"


def test_maintenance_whose_window_is_only_not_seen_stays_in_the_ledger() -> None:
    world = World().has(pool(LAKE, 2))
    maintains(world, maintenance(start=NOW, end=NOW + DAY))
    world.rest()
    hidden = world.maintenance.pop(window(world).uid)
    assert world.rest().pools[LAKE].ledger.outages.keys() == {hidden.uid}
    assert world.last.wake_at == NOW + DAY
    world.gone.add(hidden.uid)
    assert world.rest().pools[LAKE].ledger.outages == {}


def test_of_two_that_together_touch_a_promise_the_first_is_taken() -> None:
    world = promised(3)
    for name, unit in (("first", "cube-000"), ("second", "cube-001")):
        maintains(world, maintenance(name, NOW + 2 * HOUR, NOW + 3 * HOUR, units=(unit,)))
        world.now += 1
    world.rest()
    assert (accepted(world, "first"), accepted(world, "second")) == ("True TakenOut", "False TouchesPromises")


def test_while_a_failed_unit_is_missing_anyway_maintenance_of_it_still_touches_its_promise() -> None:
    world = promised(2, repair=14 * DAY)
    world.fail(LAKE, "cube-000")
    maintains(world, maintenance(start=NOW + 2 * HOUR, end=NOW + 3 * HOUR, units=("cube-000",)))
    assert accepted(world.rest()) == "False TouchesPromises"


WRONG = (
    ("a pool that is not there", {"pool": "nowhere.tpu7x-a"}, "False NoSuchUnits"),
    ("a unit that is not there", {"units": ("cube-009",)}, "False NoSuchUnits"),
    ("a time that is over", {"start": NOW - DAY, "end": NOW}, "False MaintenanceOver"),
    ("everything, over a promise", {"start": NOW, "end": NOW + 400 * DAY}, "False TouchesPromises"),
)


@pytest.mark.parametrize(("what", "changes", "answer"), WRONG, ids=[row[0] for row in WRONG])
def test_what_cannot_be_is_told_on_that_window_only(
    what: str, changes: dict[str, object], answer: str
) -> None:
    world = promised()
    maintains(world, maintenance(**changes))  # type: ignore[arg-type]
    maintains(world, maintenance("fine", NOW + 9 * DAY, NOW + 10 * DAY))
    world.rest()
    assert (accepted(world), accepted(world, "fine")) == (answer, "True TakenOut"), what
    assert world.ready(MINE) == "True Scheduled"


def test_a_ledger_holds_sixteen_windows() -> None:
    world = World().has(pool(LAKE, 2))
    for day in range(1, 18):
        maintains(world, maintenance(f"day-{day}", NOW + day * DAY, NOW + day * DAY + HOUR))
        world.now += 1
    world.rest()
    assert len(ledger(world).outages) == 16
    assert accepted(world, "day-17") == "False LedgerFull"


def test_what_the_server_refuses_of_a_window_is_told_on_it_alone() -> None:
    world = World().has(pool(LAKE, 2))
    maintains(world, maintenance())
    world.refused = {window(world).uid: "422"}
    assert accepted(world.rest()) == "False Frozen"
    world.refused = {}
    assert accepted(world.rest()) == "True TakenOut"


def test_two_planners_cannot_accept_maintenance_and_promise_its_units() -> None:
    world = World().has(pool(LAKE, 2))
    world.rest()
    maintains(world, maintenance(start=NOW, end=NOW + DAY))
    slow = world.steps()
    next(slow)  # has looked and will take the pool out
    del world.maintenance[window(world).uid]
    world.asks(reservation(MINE, end=NOW + DAY))
    world.term = Term(epoch=2)
    world.rest()
    for _ in slow:
        pass
    assert world.rest().ready(MINE) == "True Active"
    assert ledger(world).outages == {}


def test_maintenance_that_was_accepted_before_a_takeover_stands_after_it() -> None:
    world = World().has(pool(LAKE, 2), pool(ABERNATHY, 2))
    maintains(world, maintenance(start=NOW, end=NOW + DAY))
    old = world.steps()
    next(old)
    next(old)  # the ledger carries it; nobody has been told
    assert accepted(world) == "silence"
    world.term = Term(epoch=2)
    world.asks(reservation(MINE, end=NOW + HOUR, datacenters=("lake-mariner",)))
    world.rest()
    assert (accepted(world), world.ready(MINE)) == ("True TakenOut", "False UnderMaintenance")


@pytest.mark.parametrize("seed", range(20))
def test_in_any_order_the_first_come_is_served_and_nothing_is_given_twice(seed: int) -> None:
    chance = Random(seed)
    world = World().has(pool(LAKE, 4))
    asked = [reservation(f"{THEIRS}{n}", end=NOW + DAY) for n in range(2)]
    work = [maintenance("whole", NOW, NOW + DAY)]
    work.append(maintenance("half", NOW, NOW + DAY, units=("cube-000", "cube-001")))
    happenings: list[Maintenance | Reservation] = [*asked, *work]
    for happens in chance.sample(happenings, 4):
        if isinstance(happens, Maintenance):
            maintains(world, happens)
        else:
            world.asks(happens)
        world.now += 1
        if chance.random() < 0.7:
            world.rest()
    world.rest()
    out = {u for one in ledger(world).outages.values() for u in one.units or world.pools[LAKE].units}
    assert not out & ledger(world).grants.keys()
    assert len(out) + len(ledger(world).grants) == 4
