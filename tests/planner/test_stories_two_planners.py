"""Two planners at once, one of them with an old picture: what is written between looking and writing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders import (
    ABERNATHY,
    DAY,
    HOUR,
    LAKE,
    NOW,
    entry,
    pool,
    promise,
    reservation,
    snapshot,
    tenant,
    uid,
    with_ledger,
)
from tests.planner.term import Term
from tests.planner.world import World

from holdfast.api.reasons import Reason
from holdfast.planner.plan import plan
from holdfast.planner.state.ledger import Entry, EntryState, Promise, PromiseState
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import Snapshot

MINE = "mistral/pretrain"


def test_no_unit_is_granted_while_the_window_is_being_postponed() -> None:
    world = World().has(pool(LAKE, 4))
    world.asks(reservation(MINE, start=NOW + 100, end=NOW + DAY))
    world.rest()
    world.now = NOW + 99
    world.amends(MINE, start=NOW + HOUR, end=NOW + DAY)
    postponing = world.steps()
    next(postponing)
    next(postponing)  # the next form lies in the ledger, its commit is on its way
    world.now = NOW + 100
    binding = world.steps()
    next(binding)  # has looked: by its picture the old window opens now
    for _ in postponing:
        pass
    for _ in binding:
        pass
    world.rest()
    assert world.promise(MINE).start == NOW + HOUR
    assert world.units(MINE) == []
    world.wait(HOUR)
    assert len(world.units(MINE)) == 2


def test_a_window_whose_units_are_out_is_not_postponed_by_a_slower_clock() -> None:
    world = World().has(pool(LAKE, 4))
    world.asks(reservation(MINE, start=NOW + 100, end=NOW + DAY))
    world.rest()
    world.now = NOW + 100
    world.rest()
    world.now = NOW + 98  # another planner's clock, a little behind
    world.amends(MINE, start=NOW + HOUR, end=NOW + DAY)
    world.rest()
    assert world.promise(MINE).start == NOW + 100
    assert len(world.units(MINE)) == 2


def two_asks_of_a_tenant_entitled_to_one() -> World:
    """Mistral may hold two cubes; it asks for two at Lake Mariner and will ask for two at Abernathy."""
    world = World().has(pool(LAKE, 2), pool(ABERNATHY, 2), tenant(chips=128))
    world.rest()
    world.asks(reservation(MINE, end=NOW + DAY, datacenters=("lake-mariner",)))
    return world


def elsewhere(world: World) -> None:
    """By what is reported now Lake Mariner can serve nobody, and the second ask comes."""
    world.fail(LAKE, "cube-000", "cube-001")
    world.asks(reservation("mistral/eval", end=NOW + DAY, datacenters=("abernathy",)))


def chips_held(world: World) -> int:
    return sum(64 * sum(each.pools.values()) for each in world.promises.values() if each.state == "Committed")


def test_a_commit_on_its_way_when_another_planner_takes_over_is_not_added_to() -> None:
    world = two_asks_of_a_tenant_entitled_to_one()
    old = world.steps()
    next(old)  # has looked and is about to write
    elsewhere(world)
    world.term = Term(epoch=2)
    world.rest()
    assert chips_held(world) == 128
    for _ in old:
        pass
    world.rest()
    assert chips_held(world) == 128
    assert "mistral/eval" in {each.label for each in world.promises.values()}


def test_an_attempt_that_lies_in_a_ledger_is_counted_until_it_is_void() -> None:
    world = two_asks_of_a_tenant_entitled_to_one()
    old = world.steps()
    next(old)
    next(old)  # its entries are prepared, its commit is on its way
    elsewhere(world)
    new = Term(epoch=2)
    world.term = new
    for _ in world.steps(new):  # fences, finds the attempt, gives it up
        pass
    assert chips_held(world) == 0
    for _ in old:
        pass
    world.rest()
    assert chips_held(world) == 128


OLDER = "mistral/older"
SETTLED = with_ledger(pool(LAKE, 4), entry(OLDER, 4, attempt="a2", round=2))
AMENDED_SINCE = promise(OLDER, cubes=2)


@pytest.mark.parametrize(
    "read", [(), (AMENDED_SINCE,)], ids=["no object", "the object before it was amended"]
)
def test_what_another_planner_has_settled_counts_before_its_promise_object_is_read(
    read: tuple[Promise, ...],
) -> None:
    seen = snapshot(reservation(OLDER), SETTLED, pool(ABERNATHY, 2), tenant(chips=5 * 64), *read)
    made = plan(seen)
    for _ in range(2):
        seen = after(seen, made)
        made = plan(seen, made.recall)
    assert made.ledgers == ()
    ask = reservation(MINE, end=NOW + HOUR, datacenters=("abernathy",))
    made = plan(replace(seen, reservations={**seen.reservations, ask.uid: ask}), made.recall)
    assert (made.holds[ask.uid].reason, made.promises) == (Reason.EXCEEDS_ENTITLEMENT, ())


@pytest.mark.parametrize("state", [EntryState.PREPARED, EntryState.COMMITTED])
def test_what_lies_in_a_pool_whose_clock_runs_ahead_counts_too(state: EntryState) -> None:
    lies = entry(OLDER, 4, attempt="a2", round=2, state=state)
    assert beside_a_pool_left_alone(lies).holds[uid(MINE)].reason is Reason.EXCEEDS_ENTITLEMENT


def test_what_is_void_in_a_pool_whose_clock_runs_ahead_takes_nothing_from_a_contract() -> None:
    void = entry(OLDER, 4, attempt="a2", round=2, state=EntryState.PREPARED)
    given_up = promise(OLDER, state=PromiseState.NONE, round=3, pools={})
    assert [one.promise.uid for one in beside_a_pool_left_alone(void, given_up).promises] == [uid(MINE)]


def beside_a_pool_left_alone(lies: tuple[str, Entry], *read: Promise) -> Plan:
    """What becomes of an ask for two cubes, where a pool has something of its tenant's and is not looked at."""
    alone = with_ledger(pool(LAKE, 4), lies, as_of=NOW + HOUR)
    ask = reservation(MINE, end=NOW + HOUR, datacenters=("abernathy",))
    return plan(snapshot(ask, alone, pool(ABERNATHY, 2), tenant(chips=5 * 64), *read, unfenced=frozenset()))


def after(seen: Snapshot, made: Plan) -> Snapshot:
    """The ledgers are written."""
    written = {write.pool: replace(seen.pools[write.pool], ledger=write.ledger) for write in made.ledgers}
    return replace(seen, pools={**seen.pools, **written})


def test_the_old_planner_writes_no_ledger_once_the_new_one_has_fenced_it() -> None:
    world = two_asks_of_a_tenant_entitled_to_one()
    world.term = Term(epoch=2)
    world.rest()
    assert not list(world.steps(Term(epoch=1)))
    assert world.last.superseded


def test_a_commit_waits_until_every_ledger_is_known_exactly() -> None:
    world = two_asks_of_a_tenant_entitled_to_one()
    old = world.steps()
    next(old)
    elsewhere(world)
    new = world.steps(Term(epoch=2))
    next(new)  # has looked: of the first ask no ledger shows anything
    next(old)  # now Lake Mariner's does
    for _ in new:
        pass
    for _ in old:
        pass
    assert chips_held(world) == 128
    world.term = Term(epoch=3)
    world.rest()
    assert chips_held(world) == 128


def test_a_promise_becomes_a_record_only_where_every_ledger_is_known_exactly() -> None:
    world = World().has(pool(LAKE, 2), pool(ABERNATHY, 2))
    world.asks(reservation(MINE, end=NOW + HOUR, datacenters=("lake-mariner",)))
    world.rest()
    world.now += HOUR
    while world.promise(MINE).state != "Releasing" or world.pools[LAKE].ledger.entries:
        world.turn()
    made = plan(world.snapshot(Term(epoch=2)))
    (record,) = made.promises
    assert record.promise.state == "Released"
    assert record.needs == {write.pool for write in made.ledgers} == {LAKE, ABERNATHY}


def test_a_promise_becomes_a_record_only_beside_a_ledger_that_is_written_in_the_same_turn() -> None:
    world = World().has(pool(LAKE, 2))
    world.asks(reservation(MINE, end=NOW + HOUR))
    world.rest()
    world.now += HOUR
    while world.promise(MINE).state != "Releasing" or world.pools[LAKE].ledger.entries:
        world.turn()
    made = plan(world.snapshot())
    assert [write.promise.state for write in made.promises] == ["Released"]
    assert made.promises[0].needs == {write.pool for write in made.ledgers} == {LAKE}


def test_a_planner_whose_clock_lags_promises_nothing_before_the_reservation_was_made() -> None:
    world = World().has(pool(LAKE, 2))
    world.asks(reservation(MINE, end=NOW + HOUR))
    world.now -= 1
    for _ in range(3):
        world.turn()
    assert world.promise(MINE).start == NOW
    assert world.units(MINE) == []
