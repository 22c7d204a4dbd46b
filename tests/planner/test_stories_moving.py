"""Golden stories in plain words: a slice that its pool cannot make whole moves whole to another one."""

from __future__ import annotations

import pytest
from tests.builders import DAY, HOUR, LAKE, MINUTE, NOW, pool, reservation
from tests.planner.ailing import tell
from tests.planner.moving import (
    AUTOMATIC,
    AWAY,
    BESIDE,
    MINE,
    lose,
    running,
    say,
    several,
    shares,
    told,
    turn,
)
from tests.planner.world import World

from holdfast.planner.state.ledger import GrantState
from holdfast.planner.state.snapshot import Health, Repair

ORDERS = pytest.mark.parametrize("order", range(12), ids=lambda seed: f"order-{seed}")


@ORDERS
def test_a_slice_without_a_spare_moves_whole_to_another_pool_of_its_datacenter(order: int) -> None:
    world = running(BESIDE, AWAY, order=order)
    world.fail(LAKE, "cube-000")
    world.rest()
    assert shares(world) == {BESIDE: 2}
    assert (world.promise(MINE).pools, world.promise(MINE).slices) == ({BESIDE: 2}, 1)
    assert world.promise(MINE).moving is None
    assert world.ready(MINE) == "True Active"


def test_what_it_leaves_stays_until_all_of_it_is_open_where_it_goes() -> None:
    world = running(BESIDE)
    world.fail(LAKE, "cube-000")
    for _ in range(6):
        turn(world)
    assert shares(world) == {LAKE: 2, BESIDE: 2}
    assert world.promise(MINE).slices == 1
    world.speak(world.seen)
    assert (told(world, "Bound"), world.ready(MINE)) == ("True", "False Repairing")
    world.rest()
    assert shares(world) == {BESIDE: 2}


def test_where_its_tenant_is_to_be_asked_a_slice_moves_once_it_agrees() -> None:
    world = lose(running(BESIDE, repair=Repair(policy="AskFirst")), "cube-000")
    assert (shares(world), world.ready(MINE)) == ({LAKE: 2}, "False AwaitingConsent")
    assert shares(say(world, "AskFirst", "cube-000")) == {BESIDE: 2}


def test_unanswered_it_moves_when_a_failed_unit_may_wait_no_longer() -> None:
    world = lose(running(BESIDE, end=NOW + 3 * DAY, repair=Repair(policy="AskFirst")), "cube-000")
    assert shares(world.wait(DAY - 1)) == {LAKE: 2}
    assert shares(world.wait(1)) == {BESIDE: 2}


def test_who_wants_nothing_swapped_keeps_the_slice_where_it_is() -> None:
    world = lose(running(BESIDE, repair=Repair(policy="Never")), "cube-000")
    assert shares(world.wait(DAY - HOUR)) == {LAKE: 2}


def test_agreeing_to_one_of_two_failed_cubes_moves_nothing() -> None:
    world = World().has(pool(LAKE, 8))
    world.asks(reservation(MINE, topology="4x8x8", repair=Repair(policy="AskFirst")))
    world.rest().asks(reservation("anthropic/beside", topology="4x8x8"))
    world.rest().has(pool(BESIDE, 8))
    lose(world, "cube-000").wait(DAY // 4)
    lose(world, "cube-001")
    assert shares(say(world, "AskFirst", "cube-001")) == {LAKE: 4}
    assert shares(say(world, "AskFirst", "cube-000", "cube-001")) == {BESIDE: 4}


def test_an_empty_failed_cube_says_nothing_of_the_others_so_its_tenant_is_to_agree() -> None:
    world = running(BESIDE, repair=Repair())
    world.fail(LAKE, "cube-000")
    assert shares(world.rest()) == {LAKE: 2}
    assert shares(say(world, None, "cube-000")) == {BESIDE: 2}


def test_a_unit_that_is_a_slice_itself_moves_when_none_of_its_tenants_pods_run_on_it() -> None:
    world = World().has(pool(LAKE, 1)).rest()
    world.asks(reservation(MINE, topology="4x4x4"))
    world.rest().has(pool(BESIDE, 4)).fail(LAKE, "cube-000")
    assert shares(world.rest()) == {BESIDE: 1}


def test_over_datacenters_it_moves_only_where_its_tenant_lets_slices_lie_in_several() -> None:
    world = lose(running(AWAY), "cube-000")
    assert shares(world) == {LAKE: 2}
    world = lose(running(AWAY, across_datacenters=True), "cube-000")
    assert shares(world) == {AWAY: 2}


def test_spares_of_another_pool_are_not_taken_for_a_slice() -> None:
    world = running(BESIDE)
    world.declare(BESIDE, spares=3)
    assert shares(lose(world, "cube-000")) == {LAKE: 2}
    world.declare(BESIDE, spares=2)
    assert shares(world.rest()) == {BESIDE: 2}


def test_a_pool_in_which_too_much_has_failed_takes_no_slice() -> None:
    world = running("lake-mariner.tpu7x-c")
    world.fail("lake-mariner.tpu7x-c", "cube-000", "cube-001")
    assert shares(lose(world, "cube-000")) == {LAKE: 2}


def test_a_pool_in_which_another_slice_of_it_is_broken_takes_none() -> None:
    world = World().has(pool(LAKE, 2), pool(BESIDE, 2))
    world.asks(reservation(MINE, count=2, repair=Repair(policy="AskFirst")))
    units = {**pool(BESIDE, 8).units, **world.rest().pools[BESIDE].units}
    world.declare(BESIDE, units=units)
    world.rest().report(BESIDE, "cube-000", occupied=True)
    world.fail(BESIDE, "cube-000")
    lose(world, "cube-000")
    assert shares(say(world, "AskFirst", "cube-000")) == {LAKE: 2, BESIDE: 2}
    world.mend(BESIDE, "cube-000")
    assert shares(world.rest()) == {BESIDE: 4}


def test_no_pool_comes_to_have_a_larger_share_than_its_tenant_allows() -> None:
    world = World().has(pool(LAKE, 2), pool(BESIDE, 4))
    world.asks(reservation(MINE, count=2, max_percent_per_pool=50, repair=AUTOMATIC))
    assert shares(world.rest()) == {LAKE: 2, BESIDE: 2}
    assert shares(lose(world, "cube-000")) == {LAKE: 2, BESIDE: 2}
    assert shares(world.has(pool("lake-mariner.tpu7x-c", 4)).rest()) == {BESIDE: 2, "lake-mariner.tpu7x-c": 2}


def test_nothing_moves_any_more_once_the_end_is_announced() -> None:
    world = running()
    world.declare(LAKE, drain_lead=2 * HOUR)
    lose(world, "cube-000").wait(DAY - HOUR)
    assert shares(world.has(pool(BESIDE, 4)).rest()) == {LAKE: 2}


def test_nothing_moves_while_a_change_that_its_tenant_asks_for_waits() -> None:
    world = running(BESIDE)
    world.amends(MINE, count=9)
    assert shares(lose(world.rest(), "cube-000")) == {LAKE: 2}
    world.amends(MINE, count=1)
    assert shares(world.rest()) == {BESIDE: 2}


def test_on_the_word_of_an_observer_that_condemns_too_much_nothing_moves() -> None:
    world = several()
    world.pools.pop(BESIDE)
    world.report(LAKE, "cube-001", occupied=True, health=Health.UNHEALTHY, source="DCGM", reason="Xid")
    world.rest().report(LAKE, "cube-009", occupied=True, health=Health.UNHEALTHY, source="DCGM", reason="Xid")
    assert shares(world.rest().has(pool(BESIDE, 8)).rest()) == {LAKE: 4}
    world.mend(LAKE, "cube-009")
    assert shares(world.rest()) == {LAKE: 2, BESIDE: 2}


def test_only_the_slice_to_which_its_tenant_agrees_moves_of_two_that_are_broken() -> None:
    world = several()
    tell(world, MINE, "AskFirst")
    lose(world.rest(), "cube-000", "cube-002")
    say(world, "AskFirst", "cube-000")
    assert {"cube-002", "cube-003"} <= set(world.units(MINE))
    assert shares(world) == {LAKE: 2, BESIDE: 2}
    assert world.pools[LAKE].ledger.grants["cube-002"].state is GrantState.ACTIVE


def test_what_is_promised_ahead_in_another_pool_is_not_made_short_for_a_slice() -> None:
    world = running(BESIDE)
    world.asks(reservation("anthropic/ahead", topology="4x4x12", start=NOW + HOUR, end=NOW + 2 * HOUR))
    assert shares(lose(world.rest(), "cube-000")) == {LAKE: 2}
    assert shares(world.wait(2 * HOUR - 1)) == {LAKE: 2}
    assert world.ready("anthropic/ahead") == "True Active"
    assert shares(world.wait(2 * MINUTE)) == {BESIDE: 2}


def test_only_the_slice_that_lost_a_cube_moves() -> None:
    world = lose(several(), "cube-001")
    assert shares(world) == {LAKE: 2, BESIDE: 2}
    assert {"cube-002", "cube-003"} <= world.pools[LAKE].ledger.grants.keys()
    assert world.promise(MINE).pools == {LAKE: 2, BESIDE: 2}


def test_two_broken_slices_move_one_after_the_other_at_the_pace_of_replacements() -> None:
    world = lose(several(), "cube-000", "cube-001", "cube-002", "cube-003")
    assert shares(world) == {LAKE: 2, BESIDE: 2}
    assert shares(world.wait(10 * MINUTE - 1)) == {LAKE: 2, BESIDE: 2}
    assert shares(world.wait(1)) == {BESIDE: 4}


def test_the_sound_cube_of_a_slice_that_moved_makes_the_next_one_whole() -> None:
    world = lose(several(), "cube-000", "cube-002").wait(11 * MINUTE)
    assert shares(world) == {LAKE: 2, BESIDE: 2}
    assert {"cube-001", "cube-003"} <= set(world.units(MINE))


def test_a_spare_goes_where_it_makes_a_slice_whole_and_the_other_slice_moves() -> None:
    world = lose(several(spares=1), "cube-000", "cube-001", "cube-003")
    world.wait(11 * MINUTE)
    assert {"cube-002", "cube-012"} <= set(world.units(MINE))
    assert shares(world) == {LAKE: 2, BESIDE: 2}


def test_a_pool_of_which_too_much_fails_at_once_moves_nothing() -> None:
    world = several()
    world.fail(LAKE, *sorted(world.pools[LAKE].units)[:5])
    assert shares(world.wait(HOUR)) == {LAKE: 4}
