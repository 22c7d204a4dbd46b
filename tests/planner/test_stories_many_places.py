"""A reservation lies in no more datacenters and pools than its documents can name, and is told where that is why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders import DAY, LAKE, NOW, pool, promise, reservation, snapshot, tenant
from tests.planner.inquiry import Inquiry
from tests.planner.several import nightly
from tests.planner.world import World

from holdfast.api.reasons import Reason
from holdfast.planner.admission.case import case_of
from holdfast.planner.admission.homes import AT_MOST
from holdfast.planner.admission.placement import most_slices, place
from holdfast.planner.state.board import Board
from holdfast.planner.state.snapshot import AnswerKind, Pool, Repair, Reservation
from holdfast.planner.status.reservation import reservation_statuses

MINE = "mistral/pretrain"
EVERYWHERE = {"across_datacenters": True, "repair": Repair(policy="Automatic")}


def places(*cubes: int) -> list[Pool]:
    """A datacenter with one pool of so many cubes, for each number."""
    return [pool(f"dc{number:02d}.tpu7x-a", each) for number, each in enumerate(cubes)]


def asked(world: World, count: int, **more: object) -> World:
    """So many pairs of cubes, wherever they are."""
    world.asks(reservation(MINE, count=count, **{**EVERYWHERE, **more}))
    return world.rest()


def homes(world: World) -> int:
    status = world.ask(MINE).status
    return len((status.datacenters if status else None) or ())


def test_more_than_sixteen_datacenters_are_told_as_too_many_and_sixteen_are_promised() -> None:
    world = asked(World().has(*places(*[2] * 20)), 18)
    hold = world.hold(MINE)
    assert (hold.reason, homes(world)) == (Reason.EXCEEDS_CAPACITY, 0)
    assert f"{AT_MOST}; the most that can ever be promised is 16" in hold.message
    (fewer,) = [one for one in hold.relaxations if one.kind == "Fewer"]
    world.amends(MINE, count=fewer.count)
    assert (world.rest().ready(MINE), homes(world)) == ("True Active", 16)


def test_whoever_accepts_fewer_gets_as_many_as_sixteen_datacenters_have() -> None:
    world = asked(World().has(*places(*[2] * 20)), 18, min_count=2)
    assert (world.promise(MINE).slices, homes(world)) == (16, 16)


@pytest.mark.parametrize(
    ("name", "pools", "count"),
    [
        ("the roomiest pool is among them", places(*[2] * 19, 6), 18),
        (
            "a datacenter of many small pools is among them before one of a large pool",
            [*places(*[4] * 17), *(pool(f"many.tpu7x-{letter}", 2) for letter in "abcd")],
            34,
        ),
    ],
)
def test_where_too_many_would_do_the_roomiest_do(name: str, pools: list[Pool], count: int) -> None:
    world = asked(World().has(*pools), count)
    assert (world.promise(MINE).slices, homes(world)) == (count, 16)


@pytest.mark.parametrize(("slices", "told"), [(16, "True Active"), (17, "False ExceedsCapacity")])
def test_so_it_is_with_a_series_too(slices: int, told: str) -> None:
    world = asked(World().has(*places(*[2] * 18)), slices, window=nightly(2, slices=slices))
    assert world.ready(MINE) == told


def test_what_runs_in_sixteen_stays_there_when_more_is_asked_for() -> None:
    world = asked(World().has(*places(*[2] * 16)), 16)
    held = dict(world.promise(MINE).pools)
    world.rest().has(pool("new.tpu7x-a", 8)).amends(MINE, count=17)
    assert f"{AT_MOST}; the most that can ever be promised is 16" in world.rest().hold(MINE).message
    world.has(pool("dc00.tpu7x-b", 2))
    assert world.rest().promise(MINE).pools == {**held, "dc00.tpu7x-b": 2}


def test_a_slice_does_not_move_to_a_seventeenth() -> None:
    world = asked(World().has(*places(*[2] * 16)), 16).has(pool("new.tpu7x-a", 8)).rest()
    world.fail("dc00.tpu7x-a", "cube-000")
    assert "new.tpu7x-a" not in world.rest().promise(MINE).pools
    world.has(pool("dc01.tpu7x-b", 2))
    assert "dc01.tpu7x-b" in world.rest().promise(MINE).pools


@pytest.mark.parametrize("named", [(), (LAKE.partition(".")[0],)])
def test_a_query_is_answered_with_what_one_promise_can_name(named: tuple[str, ...]) -> None:
    world = Inquiry().has(pool(LAKE, 2), *places(*[2] * 20))
    assert isinstance(world, Inquiry)
    ask = reservation("mistral/q", count=18, datacenters=named, **EVERYWHERE)
    world.wonders(ask, AnswerKind.CHECK).wonders(
        replace(ask, name="r", count=3, min_count=1), AnswerKind.CHECK
    )
    world.rest()
    assert world.told["mistral/q"].hold is not None
    assert [one.count for one in world.told["mistral/r"].offers] == [1 if named else 3]


def hundreds(count: int) -> tuple[Board, Reservation]:
    """Two pools more than one promise can name, all in one datacenter."""
    ask = reservation(MINE, count=count)
    small = [pool(f"lake-mariner.tpu7x-{number:03d}", 2) for number in range(130)]
    return Board(snapshot(ask, *small, tenant("mistral", 10**6))), ask


@pytest.mark.parametrize(("count", "fits"), [(128, True), (129, False)])
def test_no_more_pools_are_taken_than_a_promise_can_name(count: int, fits: bool) -> None:
    board, ask = hundreds(count)
    assert (place(case_of(board, ask), NOW, NOW + DAY) is not None) is fits
    assert most_slices(case_of(board, ask), NOW, NOW + DAY) == 128


def test_of_what_lies_in_more_than_a_status_can_name_as_many_are_told() -> None:
    pools = {one.name: 2 for one in places(*[2] * 20)}
    wide = replace(promise(MINE), pools=pools, slices=20, units_per_slice=2)
    (said,) = reservation_statuses(snapshot(*places(*[2] * 20), wide, reservation(MINE)), {})
    assert len(said.status.datacenters or ()) == 16
