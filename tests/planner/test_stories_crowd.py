"""Many asks at once: each tenant gets its share of every turn, and an answer stands until something changes."""

from __future__ import annotations

from dataclasses import replace

from tests.builders import DAY, HOUR, LAKE, NOW, pool, reservation, tenant
from tests.planner.world import World

from holdfast.api.reasons import Reason
from holdfast.planner.plan import plan
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import Policy

SINGLE = "zephyr/serve"


def crowd(asks: int, decisions: int | None = 8) -> World:
    """A full pool, and so many asks of one tenant that find no room."""
    world = World(policy=Policy(decisions=decisions)).has(pool(LAKE, 4))
    world.asks(reservation("poolside/all", count=2, end=NOW + 30 * DAY))
    world.rest()
    for n in range(asks):
        world.asks(reservation(f"mistral/job-{n:03d}", count=2, end=NOW + DAY + n))
    return world


def turn(world: World) -> Plan:
    world.turn()
    return world.last


def test_a_hundred_impossible_asks_of_one_tenant_delay_nobody_elses() -> None:
    world = crowd(100)
    single = world.asks(reservation(SINGLE, count=2, end=NOW + 2 * DAY))
    made = turn(world)
    assert made.decided == 8
    assert made.holds[single].reason is Reason.WINDOW_CONFLICT


def test_the_budget_is_shared_by_tenants_and_everybody_is_answered_in_the_end() -> None:
    world = crowd(20)
    first = turn(world)
    assert (first.unfinished, len(first.holds)) == (True, 8)
    second = turn(world)
    assert (second.unfinished, len(second.holds)) == (True, 16)
    third = turn(world)
    assert (third.unfinished, third.decided, len(third.holds)) == (False, 4, 20)


def test_an_answer_stands_and_costs_nothing_until_something_changes() -> None:
    world = crowd(20, decisions=None).rest()
    assert turn(world).decided == 0
    assert len(world.last.holds) == 20
    world.declare(LAKE, repair=HOUR)
    assert turn(world).decided == 20


def test_an_answer_that_is_not_new_any_more_is_told_until_its_turn_comes() -> None:
    world = crowd(20).rest()
    world.declare(LAKE, repair=HOUR)
    made = turn(world)
    assert (made.decided, len(made.holds)) == (8, 20)


def test_under_endless_change_of_one_tenants_asks_the_one_decided_longest_ago_comes_first() -> None:
    world = crowd(20).rest()
    seen: set[str] = set()
    for n in range(3):
        world.declare(LAKE, repair=HOUR + n)
        made = turn(world)
        seen |= {uid for uid, one in made.recall.answers.items() if one.turn == made.recall.turn}
    assert len(seen) == 20


def test_an_answer_is_given_anew_when_the_ask_its_contract_or_the_hour_changes() -> None:
    world = crowd(3, decisions=None).rest()
    world.amends("mistral/job-001", count=1)
    assert turn(world).decided == 1
    world.rest()
    world.tenants["mistral-ai"] = replace(world.tenants.get("mistral-ai", tenant("mistral")), chips={})
    assert turn(world).decided == sum(one.tenant == "mistral-ai" for one in world.reservations.values())
    world.rest()
    world.now += world.policy.slot
    assert turn(world).decided == 3


def test_what_was_answered_beside_a_step_that_came_to_nothing_is_decided_anew() -> None:
    world = crowd(3, decisions=None).rest()
    seen, recall = world.snapshot(), world.term.recall
    assert plan(seen, recall).decided == 0
    assert plan(seen, recall.doubted()).decided == 3
    assert plan(seen).holds == plan(seen, recall).holds
