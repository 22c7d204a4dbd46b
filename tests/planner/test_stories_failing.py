"""Golden stories in plain words: failures, silence, contradictions, and other planners."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.builders import ABERNATHY, DAY, HOUR, LAKE, MINUTE, NOW, entry, pool, reservation, uid, with_ledger
from tests.planner.lifetimes import Random
from tests.planner.term import Term
from tests.planner.world import World

from holdfast.planner.plan import plan
from holdfast.planner.state.ledger import EntryState, GrantState, PromiseState
from holdfast.planner.state.snapshot import Health

ORDERS = pytest.mark.parametrize("order", range(12), ids=lambda seed: f"order-{seed}")
RELEASING, QUARANTINED = GrantState.RELEASING, GrantState.QUARANTINED
MINE = "mistral/pretrain"


def running(cubes: int = 4, order: int = 0, **changes: object) -> World:
    """Lake Mariner with one reservation of one slice (two cubes) that runs for a day."""
    world = World(shuffle=Random(order).shuffle if order else lambda _: None)
    world.has(pool(LAKE, cubes, **changes)).asks(reservation(MINE))
    return world.rest()


@ORDERS
def test_a_failed_unit_gets_a_spare_then_leaves_and_comes_back_clean(order: int) -> None:
    world = running(3, order, spares=1)
    world.fail(LAKE, "cube-000")
    world.turn()
    assert world.units(MINE) == ["cube-000", "cube-001", "cube-002"]
    world.rest()
    assert world.units(MINE) == ["cube-001", "cube-002"]
    assert world.ready(MINE) == "True Active"
    assert world.pools[LAKE].ledger.grants["cube-000"].state is QUARANTINED
    world.mend(LAKE, "cube-000")
    assert "cube-000" not in world.rest().pools[LAKE].ledger.grants


def test_the_failed_unit_stays_until_the_spare_is_seen_open() -> None:
    world = running(3, spares=1)
    world.fail(LAKE, "cube-000")
    for _ in world.steps():
        pass
    for _ in world.steps():
        pass
    assert world.units(MINE) == ["cube-000", "cube-001", "cube-002"]


def test_a_unit_that_works_again_before_its_spare_is_open_keeps_its_place() -> None:
    world = running(3, spares=1)
    world.fail(LAKE, "cube-000")
    for _ in world.steps():
        pass
    world.mend(LAKE, "cube-000")
    assert world.rest().units(MINE) == ["cube-000", "cube-001"]
    world.fail(LAKE, "cube-000")
    assert world.wait(HOUR).units(MINE) == ["cube-001", "cube-002"]


def test_without_a_spare_the_promise_says_so_and_keeps_its_units() -> None:
    world = running(2)
    world.fail(LAKE, "cube-000")
    world.rest()
    assert world.ready(MINE) == "False Repairing"
    assert world.units(MINE) == ["cube-000", "cube-001"]
    world.mend(LAKE, "cube-000")
    assert world.rest().ready(MINE) == "True Active"


@ORDERS
def test_in_a_deficit_the_latest_accepted_promise_waits_for_repair(order: int) -> None:
    world = World(shuffle=Random(order).shuffle if order else lambda _: None).has(pool(LAKE, 4))
    for second, name in enumerate(("z-first", "a-second")):
        world.now = NOW + second
        world.asks(reservation(f"mistral/{name}", start=NOW + HOUR, end=NOW + DAY))
        world.rest()
    world.fail(LAKE, "cube-000")
    world.asks(reservation("mistral/late", topology="4x4x4", start=NOW + HOUR, end=NOW + 2 * HOUR))
    world.wait(HOUR)
    assert world.ready("mistral/z-first") == "True Active"
    assert world.ready("mistral/a-second") == "False AwaitingRepair"
    assert "mistral/late" not in {each.label for each in world.promises.values()}
    capacity = world.pools[LAKE].ledger.capacity
    assert capacity is not None
    assert capacity.deficit == 1
    world.mend(LAKE, "cube-000")
    assert world.rest().ready("mistral/a-second") == "True Active"


def test_many_failures_at_once_freeze_replacement() -> None:
    world = World().has(pool(LAKE, 8, spares=2))
    world.asks(reservation(MINE, count=2))
    world.rest()
    world.fail(LAKE, "cube-000", "cube-001", "cube-002")
    assert world.rest().units(MINE) == ["cube-000", "cube-001", "cube-002", "cube-003"]
    world.mend(LAKE, "cube-001", "cube-002")
    assert "cube-000" not in world.rest().units(MINE)


def test_units_that_nobody_has_and_that_failed_days_ago_do_not_freeze_a_small_pool() -> None:
    world = running(10)
    for cube in ("cube-007", "cube-008", "cube-009"):
        world.fail(LAKE, cube)
        world.wait(2 * HOUR)
    assert list(world.pools[LAKE].ledger.idle_out) == ["cube-007", "cube-008", "cube-009"]
    world.wait(DAY - 6 * HOUR - 1)
    world.amends(MINE, end=NOW + 3 * DAY)
    world.wait(6 * HOUR + 1)
    world.fail(LAKE, "cube-000")
    assert "cube-000" not in world.rest().units(MINE)
    world.mend(LAKE, "cube-007")
    assert list(world.rest().pools[LAKE].ledger.idle_out) == ["cube-008", "cube-009"]


def test_units_that_nobody_has_and_that_fail_at_once_stay_news() -> None:
    world = running(10)
    world.fail(LAKE, *(f"cube-00{n}" for n in range(5, 10)))
    world.wait(DAY - 1)
    assert world.pools[LAKE].ledger.idle_out == {}


def test_replacements_are_spaced_by_the_budget() -> None:
    world = World().has(pool(LAKE, 8, spares=2))
    world.asks(reservation(MINE, count=2))
    world.rest()
    world.fail(LAKE, "cube-000", "cube-001")
    assert world.rest().units(MINE) == ["cube-001", "cube-002", "cube-003", "cube-004"]
    world.wait(601)
    assert world.units(MINE) == ["cube-002", "cube-003", "cube-004", "cube-005"]


def test_a_replacement_counts_for_ten_minutes_although_its_units_are_back() -> None:
    world = running(4, spares=1)
    world.fail(LAKE, "cube-000")
    world.rest()
    world.mend(LAKE, "cube-000")
    world.cancels(MINE)
    assert world.wait(MINUTE).pools[LAKE].ledger.grants == {}
    world.asks(reservation("mistral/next"))
    world.rest()
    world.fail(LAKE, "cube-000")
    world.term = Term(epoch=2)
    assert world.wait(8 * MINUTE).ready("mistral/next") == "False Repairing"
    assert world.wait(2 * MINUTE).ready("mistral/next") == "True Active"


@ORDERS
def test_at_an_unreachable_site_nothing_is_revoked_and_an_ended_promise_stays_releasing(order: int) -> None:
    world = running(2, order)
    world.declare(LAKE, reachable=False)
    world.asks(reservation("anthropic/next", duration=HOUR))
    world.rest()
    assert world.ready(MINE) == "Unknown DatacenterUnreachable"
    assert len(world.units(MINE)) == 2
    assert world.ready("anthropic/next") == "False DatacenterUnreachable"
    world.wait(2 * DAY)
    assert world.promise(MINE).state is PromiseState.RELEASING
    assert len(world.units(MINE, RELEASING)) == 2
    world.declare(LAKE, reachable=True)
    assert world.rest().ready(MINE) == "True Released"
    assert world.wait(HOUR).ready("anthropic/next") != "False DatacenterUnreachable"


def test_a_unit_is_given_on_only_after_the_agent_has_said_it_is_clean() -> None:
    world = running(2, turn_around=10 * MINUTE)
    world.cleaning = 3 * HOUR
    world.asks(reservation("anthropic/next", start=NOW + DAY + 11 * MINUTE, end=NOW + 3 * DAY))
    world.wait(DAY + 11 * MINUTE)
    assert world.ready("anthropic/next") == "False WaitingForHandover"
    world.wait(4 * HOUR)
    assert world.ready("anthropic/next") == "True Active"


def test_a_dead_unit_on_its_way_back_does_not_keep_its_promise_from_ending() -> None:
    world = running(4)
    world.fail(LAKE, "cube-000")
    world.pools[LAKE] = replace(world.pools[LAKE], spares=0)
    world.cancels(MINE)
    world.rest()
    assert world.promise(MINE).state is PromiseState.RELEASED
    assert world.pools[LAKE].ledger.grants["cube-000"].promise is None


def test_a_leftover_attempt_is_given_up_first_and_freed_then() -> None:
    label, left = "anthropic/lost", entry("anthropic/lost", 2, state=EntryState.PREPARED, round=0)
    world = World().has(with_ledger(pool(LAKE, 2), left))
    world.asks(reservation(MINE))
    world.turn()
    assert world.promises[uid(label)].state is PromiseState.NONE
    assert uid(label) in world.pools[LAKE].ledger.entries
    world.rest()
    assert uid(label) not in world.pools[LAKE].ledger.entries
    assert world.ready(MINE) == "True Active"


def test_a_lost_promise_object_freezes_its_reservation_and_frees_nothing() -> None:
    world = running(4)
    lost = world.promises.pop(uid(MINE))
    world.wait(2 * DAY)
    assert world.last.frozen == {uid(MINE): f"{MINE} is Committed in {LAKE} without a promise object"}
    assert world.ready(MINE) == "False Frozen"
    assert len(world.units(MINE)) == 2
    world.promises[lost.uid] = lost
    assert world.rest().ready(MINE) == "True Released"


def test_a_lost_promise_object_is_not_made_anew_for_an_attempt_beside_it() -> None:
    world = running(2).has(pool(ABERNATHY, 4))
    _, beside = entry(MINE, state=EntryState.PREPARED, round=1)
    world.pools[ABERNATHY] = with_ledger(world.pools[ABERNATHY], (uid(MINE), beside))
    world.promises.clear()
    world.rest()
    assert world.promises == {}
    assert uid(MINE) in world.last.frozen


def test_a_promise_object_made_anew_beside_committed_entries_freezes_too() -> None:
    world = running(2)
    blank: dict[str, Any] = {"state": PromiseState.NONE, "attempt": "", "pools": {}, "slices": 0, "round": 9}
    world.promises[uid(MINE)] = replace(world.promise(MINE), **blank)
    assert len(world.rest().units(MINE)) == 2
    assert world.ready(MINE) == "False Frozen"


def test_a_planner_that_meets_a_higher_epoch_drops_its_whole_turn() -> None:
    world = running(4).has(with_ledger(pool(ABERNATHY), epoch=2))
    world.cancels(MINE)
    made = plan(world.snapshot())
    assert made.superseded
    assert (made.ledgers, made.promises, dict(made.holds)) == ((), (), {})


def test_a_ledger_from_the_future_is_left_alone_until_its_time() -> None:
    ahead = with_ledger(pool(LAKE), as_of=NOW + HOUR)
    world = World().has(ahead)
    world.asks(reservation(MINE))
    world.rest()
    assert world.last.frozen == {LAKE: f"ledger is {HOUR} s ahead of this planner's clock"}
    assert world.pools[LAKE] == ahead
    assert world.ready(MINE) == "False NoMatchingPool"
    assert world.wait(HOUR - 5).ready(MINE) == "True Active"


def test_an_amendment_while_one_of_its_pools_is_left_alone_waits_and_breaks_nothing() -> None:
    world = running(4)
    ledger = world.pools[LAKE].ledger
    world.pools[LAKE] = replace(world.pools[LAKE], ledger=replace(ledger, as_of=NOW + HOUR))
    world.amends(MINE, count=1, end=NOW + 2 * DAY)
    assert world.rest().promise(MINE).end == NOW + DAY
    assert world.wait(2 * HOUR).promise(MINE).end == NOW + 2 * DAY


def test_a_tenant_label_that_went_missing_keeps_the_promise_and_stops_amendments() -> None:
    world = running(4)
    world.amends(MINE, tenant=None, count=2)
    world.rest()
    assert world.promise(MINE).slices == 1
    assert world.ready(MINE) == "True Active"
    assert "Misconfigured" in str(world.ask(MINE).status)
    assert world.wait(DAY).ready(MINE) == "True Released"


def test_a_cordoned_unit_is_not_sold_and_keeps_its_tenant() -> None:
    world = running(4)
    world.report(LAKE, *world.units(MINE), "cube-003", cordoned=True)
    world.asks(reservation("anthropic/next", topology="4x4x8"))
    world.rest()
    assert world.ready(MINE) == "True Active"
    assert world.ready("anthropic/next") == "False Cordoned"


def test_a_unit_missing_from_the_report_counts_as_failed() -> None:
    world = running(3, spares=1)
    world.report(LAKE, "cube-001", health=Health.MISSING)
    assert world.rest().units(MINE) == ["cube-000", "cube-002"]
