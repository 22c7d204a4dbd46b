"""Golden stories in plain words: how a slice that moves comes to its end, whatever happens meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders import DAY, HOUR, LAKE, MINUTE, NOW, reservation
from tests.planner.moving import BESIDE, MINE, lose, running, say, shares
from tests.planner.several import several
from tests.planner.term import Term

from holdfast.planner.state.snapshot import Repair


def test_while_a_slice_moves_no_other_place_is_looked_for() -> None:
    world = lose(
        running(BESIDE, "lake-mariner.tpu7x-c", repair=Repair(policy="Automatic", notice=HOUR)), "cube-000"
    )
    assert shares(world.wait(HOUR - 1)) == {LAKE: 2, BESIDE: 2}
    assert shares(world.wait(1)) == {BESIDE: 2}


def test_a_cube_that_is_well_before_notice_is_over_keeps_the_slice_in_its_place() -> None:
    world = lose(running(BESIDE, repair=Repair(policy="Automatic", notice=HOUR)), "cube-000")
    world.mend(LAKE, "cube-000")
    assert shares(world.rest()) == {LAKE: 2}
    assert (world.promise(MINE).pools, world.promise(MINE).moving) == ({LAKE: 2}, None)


def test_a_unit_that_fails_where_the_slice_was_to_go_leaves_it_where_it_is_for_now() -> None:
    world = running(BESIDE, repair=Repair(policy="Automatic", notice=HOUR))
    world.asks(reservation("anthropic/beside"))
    world.wait(MINUTE)
    lose(world, "cube-000").fail(BESIDE, "cube-002")
    assert shares(world.wait(10 * MINUTE)) == {LAKE: 2}
    world.mend(BESIDE, "cube-002")
    assert shares(world.rest()) == {LAKE: 2, BESIDE: 2}
    assert shares(world.wait(HOUR)) == {BESIDE: 2}


def test_a_change_of_what_is_asked_for_comes_before_a_move_and_loses_nothing() -> None:
    world = lose(running(BESIDE, repair=Repair(policy="Automatic", notice=HOUR)), "cube-000")
    world.amends(MINE, end=NOW + 2 * DAY)
    world.rest()
    assert (world.promise(MINE).end, world.promise(MINE).slices) == (NOW + 2 * DAY, 1)
    assert shares(world) == {LAKE: 2}
    assert shares(world.wait(2 * HOUR)) == {BESIDE: 2}


def test_a_word_about_repairs_alone_does_not_end_a_move() -> None:
    world = lose(running(BESIDE, repair=Repair(policy="Automatic", notice=HOUR)), "cube-000")
    say(world, "Automatic", notice=2 * HOUR)
    assert (world.promise(MINE).generation, shares(world)) == (2, {LAKE: 2, BESIDE: 2})
    assert shares(world.wait(HOUR)) == {BESIDE: 2}


def test_until_notice_is_over_the_slice_is_in_both_pools_and_promised_once() -> None:
    world = running(BESIDE, repair=Repair(policy="Automatic", notice=HOUR))
    world.tenants["mistral-ai"] = replace(world.tenants["mistral-ai"], chips={"tpu7x": 4 * 64})
    lose(world, "cube-000")
    world.asks(reservation("mistral/beside"))
    world.wait(HOUR - 1)
    assert (shares(world), world.promise(MINE).slices) == ({LAKE: 2, BESIDE: 2}, 1)
    assert world.ready("mistral/beside") == "True Active"
    assert shares(world.wait(1)) == {BESIDE: 2}


@pytest.mark.parametrize("ends", ["cancelled", "over"])
def test_a_promise_that_ends_while_a_slice_moves_gives_back_both(ends: str) -> None:
    world = lose(running(BESIDE, repair=Repair(policy="Automatic", notice=2 * DAY)), "cube-000")
    assert shares(world) == {LAKE: 2, BESIDE: 2}
    if ends == "cancelled":
        world.cancels(MINE)
    world.wait(DAY + HOUR)
    assert shares(world) == {}
    assert all(not one.ledger.entries for one in world.pools.values())


@pytest.mark.parametrize("writes", range(12))
def test_a_planner_that_dies_between_any_two_writes_of_a_move_loses_and_doubles_nothing(writes: int) -> None:
    world = running(BESIDE)
    world.report(LAKE, "cube-000", occupied=True)
    world.fail(LAKE, "cube-000")
    left = writes
    while left >= 0:
        steps = world.steps()
        for _ in steps:
            left -= 1
            if left < 0:
                break
        world.agents()
        if not world.last.ledgers and not world.last.promises:
            break
    world.term = Term(epoch=2)
    assert shares(world.wait(11 * MINUTE)) == {BESIDE: 2}


def test_intervals_asked_for_while_a_slice_moves_are_no_word_about_repairs_alone() -> None:
    world = lose(running(BESIDE, repair=Repair(policy="Automatic", notice=HOUR)), "cube-000")
    assert world.promise(MINE).moving is not None
    world.amends(MINE, window=several((0, 10, 1), (14, 24, 1)))
    world.wait(MINUTE)
    assert [part.end for part in world.promise(MINE).intervals] == [NOW + 10 * HOUR, NOW + DAY]
