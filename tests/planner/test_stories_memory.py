"""A planner that remembers looks only at what is new or due, and decides what one decides that has forgotten all.

Every turn of these worlds is compared with the turn of a planner without a memory (`remembering.py`).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.builders import ABERNATHY, DAY, HOUR, LAKE, NOW, pool, reservation, tenant, uid
from tests.planner.world import World

from holdfast.api.reasons import Reason
from holdfast.planner.plan import plan
from holdfast.planner.state.board import Board
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import Health

MINE, YOURS = "mistral/pretrain", "anthropic/serve"


def two_pools() -> World:
    """A promise in each of two pools that begins tomorrow, at rest."""
    world = World().has(pool(LAKE, 4, repair=6 * HOUR), pool(ABERNATHY, 4))
    for label, home in ((MINE, "lake-mariner"), (YOURS, "abernathy")):
        world.asks(reservation(label, count=1, start=NOW + DAY, end=NOW + 2 * DAY, datacenters=(home,)))
    return world.rest()


def turn(world: World) -> Plan:
    world.turn()
    return world.last


def looked_at(made: Plan) -> frozenset[str]:
    assert made.news is not None
    assert not made.news.everything
    return made.news.promises


def test_where_nothing_is_new_nobody_is_looked_at() -> None:
    world = two_pools()
    turn(world)
    assert looked_at(turn(world)) == frozenset()


def test_a_report_of_one_pool_concerns_the_promises_in_it_alone() -> None:
    world = two_pools()
    turn(world)
    world.report(LAKE, "cube-003", health=Health.DEGRADED)
    assert looked_at(turn(world)) == frozenset({uid(MINE)})


def test_a_window_that_opens_is_looked_at_in_its_very_second() -> None:
    world = two_pools()
    world.wait(DAY)
    assert len(world.units(MINE)) == len(world.units(YOURS)) == 2


def test_a_shortage_ahead_is_told_in_the_second_in_which_repair_falls_short_of_it() -> None:
    world = two_pools()
    world.report(LAKE, "cube-000", health=Health.UNHEALTHY)
    world.report(LAKE, "cube-001", health=Health.UNHEALTHY)
    world.report(LAKE, "cube-002", health=Health.UNHEALTHY)
    world.wait(18 * HOUR)
    assert ahead(world) == 0
    world.wait(1)
    assert ahead(world) == 1


def ahead(world: World) -> int:
    capacity = world.pools[LAKE].ledger.capacity
    assert capacity is not None
    return capacity.deficit_ahead


def test_the_reason_told_is_another_once_a_repair_falls_short_of_the_window() -> None:
    """A failed cube is back six hours from whatever is now: until this very second in time for a window then."""
    world = World().has(pool(LAKE, 4, repair=6 * HOUR), pool(ABERNATHY, 4))
    world.asks(reservation(YOURS, count=2, end=NOW + DAY, datacenters=("abernathy",)))
    world.rest()
    world.report(LAKE, "cube-000", health=Health.UNHEALTHY)
    world.declare(LAKE, reachable=False)
    world.asks(reservation(MINE, count=2, start=NOW + 6 * HOUR, end=NOW + DAY))
    assert world.rest().hold(MINE).reason is Reason.DATACENTER_UNREACHABLE
    assert world.last.wake_at == NOW + 1
    world.now += 1
    assert world.rest().hold(MINE).reason is Reason.WINDOW_CONFLICT


def test_a_step_that_came_to_nothing_is_planned_again() -> None:
    world = two_pools()
    world.now = NOW + DAY
    seen = world.snapshot()
    made = plan(seen, world.term.recall)
    assert {write.pool for write in made.ledgers} == {LAKE, ABERNATHY}
    again = plan(seen, made.recall.doubted())
    assert again.ledgers == made.ledgers


def test_what_was_cancelled_can_be_asked_for_again_under_the_same_contract() -> None:
    world = two_pools()
    world.tenants["mistral-ai"] = tenant("mistral", chips=128)
    world.cancels(MINE)
    world.rest()
    world.asks(reservation("mistral/again", count=1, start=NOW + DAY, end=NOW + 2 * DAY))
    assert world.rest().ready("mistral/again") == "True Scheduled"


def test_a_cancelled_promise_is_over_although_no_document_of_it_has_changed() -> None:
    world = two_pools()
    turn(world)
    world.cancels(YOURS)
    world.rest()
    assert uid(YOURS) not in world.pools[ABERNATHY].ledger.entries


def test_the_calendar_of_a_pool_that_was_played_on_is_not_taken_for_the_one_that_was_read() -> None:
    world = two_pools()
    assert plan(world.snapshot(), world.term.recall).recall.calendars.keys() == {LAKE, ABERNATHY}
    world.now = NOW + DAY
    assert plan(world.snapshot(), world.term.recall).recall.calendars == {}


def one_more() -> World:
    """A turn after another promise was asked for: it is entered in its pool, and everything is remembered."""
    world = two_pools()
    turn(world)
    world.asks(
        reservation(
            "mistral/more", count=1, start=NOW + DAY, end=NOW + 2 * DAY, datacenters=("lake-mariner",)
        )
    )
    turn(world)
    return world


def known_calendar(world: World) -> object:
    return Board(world.snapshot(), world.term.recall).sheets[LAKE].calendar


def test_a_calendar_is_carried_on_where_a_ledger_is_read_as_it_was_written() -> None:
    world = one_more()
    assert known_calendar(world) is world.last.recall.foreseen[LAKE].calendar


def test_a_calendar_is_worked_out_anew_where_something_else_has_happened_beside_the_write() -> None:
    world = one_more()
    world.report(LAKE, "cube-003", health=Health.UNHEALTHY)
    assert known_calendar(world) is None


def test_a_calendar_is_worked_out_anew_once_time_alone_may_have_changed_it() -> None:
    world = one_more()
    world.now = NOW + DAY
    assert known_calendar(world) is None


EVERYTHING: dict[str, Callable[[World], object]] = {
    "a pool is published": lambda world: world.has(pool(f"{LAKE}-more", 2)),
    "a pool is gone": lambda world: world.pools.pop(ABERNATHY),
    "a write was refused": lambda world: world.refused.update({uid(YOURS): "HTTP 422"}),
}


@pytest.mark.parametrize("news", EVERYTHING.values(), ids=EVERYTHING.keys())
def test_who_is_gone_when_everything_is_looked_at_is_forgotten(news: Callable[[World], object]) -> None:
    world = World().has(pool(LAKE, 2), pool(ABERNATHY, 2)).rest()
    world.asks(reservation(MINE, count=9))
    assert uid(MINE) in turn(world).holds
    world.cancels(MINE)
    world.gone.clear()  # it had no promise whose end would have to be proven
    news(world)
    made = turn(world)
    assert (uid(MINE) in made.holds, made.forgot) == (False, "")
