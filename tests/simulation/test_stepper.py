from __future__ import annotations

import threading
from dataclasses import dataclass, field
from math import comb, factorial
from typing import Any

import pytest
from tests.simulation.api_server import ApiServer
from tests.simulation.faults import Crash
from tests.simulation.stepper import (
    Commute,
    Explored,
    Story,
    Violation,
    freezes,
    interleavings,
    never,
    random_walks,
)

from holdfast.cluster.transport.http import Request

READ = Request("GET", "/api/v1/nodes")


@dataclass
class Notebook:
    """A world in which replicas write down what they do."""

    server: ApiServer = field(default_factory=ApiServer)
    written: list[str] = field(default_factory=list)
    counter: int = 0


def caller(calls: Any, name: Any = "") -> Any:
    def replica(world: Any, baton: Any) -> None:
        for number in range(calls):
            baton.call(READ)
            world.written.append(f"{name}{number}")

    return replica


def careless(world: Any, baton: Any) -> None:
    """Reads, waits, and writes what it read plus one: the classic lost update."""
    baton.pause("read")
    read = world.counter
    baton.pause("write")
    world.counter = read + 1


@pytest.mark.parametrize(("first", "second"), [(0, 0), (1, 0), (1, 1), (2, 3), (4, 4)])
def test_two_independent_replicas_have_exactly_the_binomial_number_of_schedules(
    first: int, second: int
) -> None:
    explored = interleavings(Story(Notebook, [caller(first), caller(second)]))
    assert explored == Explored(comb(first + second, first), first + second)


def test_three_replicas_have_the_multinomial_number_of_schedules() -> None:
    explored = interleavings(Story(Notebook, [caller(2), caller(2), caller(2)]))
    assert explored.schedules == factorial(6) // 2**3


def test_no_order_is_seen_twice_and_each_replica_keeps_its_own() -> None:
    orders = []
    story = Story(
        Notebook,
        [caller(3, "a"), caller(3, "b")],
        check_at_rest=lambda world: orders.append(tuple(world.written)),
    )
    interleavings(story)
    assert len(orders) == len(set(orders)) == 20
    assert all([step for step in order if step < "b"] == ["a0", "a1", "a2"] for order in orders)


def test_of_orders_that_differ_in_steps_that_commute_one_is_seen() -> None:
    explored = interleavings(Story(Notebook, [caller(3), caller(3)]), commute=lambda one, other: one == other)
    assert explored == Explored(1, 6)


def test_a_race_is_found_although_reads_commute() -> None:
    def both_counted(world: Any) -> None:
        assert world.counter == 2

    story = Story(Notebook, [careless, careless], check_at_rest=both_counted)
    with pytest.raises(Violation, match="replica 1: write"):
        interleavings(story, commute=lambda one, other: one == other == "read")


def test_the_states_at_rest_are_the_same_with_and_without_the_orders_that_commute() -> None:
    def ends(commute: Commute) -> tuple[set[int], int]:
        seen: set[int] = set()
        story = Story(Notebook, [careless] * 3, check_at_rest=lambda world: seen.add(world.counter))
        return seen, interleavings(story, commute=commute).schedules

    every, all_orders = ends(never)
    few, some_orders = ends(lambda one, other: one == other == "read")
    assert few == every == {1, 2, 3}
    assert some_orders < all_orders


def test_a_bound_stops_the_walk_and_says_so() -> None:
    explored = interleavings(Story(Notebook, [caller(3), caller(3)]), bound=7)
    assert (explored.schedules, explored.complete) == (7, False)


def test_a_race_is_found_and_its_schedule_replays_it() -> None:
    def both_counted(world: Any) -> None:
        assert world.counter == 2

    story = Story(Notebook, [careless, careless], check_at_rest=both_counted)
    with pytest.raises(Violation, match="replica 1: write") as found:
        interleavings(story)
    with pytest.raises(Violation) as again:
        story.replay(found.value.schedule)
    assert again.value.schedule == found.value.schedule == [0, 1, 0, 1]


def test_the_check_runs_at_the_start_and_after_every_step() -> None:
    seen = []
    Story(Notebook, [caller(2)], check=lambda world: seen.append(len(world.written))).replay([0, 0])
    assert seen == [0, 1, 2]


def test_an_error_of_a_replica_is_a_violation() -> None:
    def broken(world: Any, baton: Any) -> None:
        baton.pause()
        raise KeyError("x")

    with pytest.raises(Violation) as found:
        interleavings(Story(Notebook, [broken]))
    assert isinstance(found.value.__cause__, KeyError)


def test_a_replica_that_dies_only_stops() -> None:
    def mortal(world: Any, baton: Any) -> None:
        baton.pause()
        raise Crash

    assert interleavings(Story(Notebook, [mortal, caller(1)])).schedules == 2


def test_a_freeze_stops_the_victim_before_each_of_its_calls_once() -> None:
    orders = []
    story = Story(
        Notebook,
        [caller(2, "a"), caller(2, "b")],
        check_at_rest=lambda world: orders.append(" ".join(world.written)),
    )
    freezes(story, victim=0)
    assert orders == ["b0 b1 a0 a1", "a0 b0 b1 a1", "a0 a1 b0 b1"]


def test_random_walks_are_the_same_for_the_same_seeds() -> None:
    def walk() -> Any:
        orders = []
        story = Story(
            Notebook,
            [caller(4, "a"), caller(4, "b")],
            check_at_rest=lambda world: orders.append(world.written),
        )
        random_walks(story, range(5))
        return orders

    assert walk() == walk()


def test_no_thread_is_left_behind_even_by_a_violation() -> None:
    before = threading.active_count()

    def fail(world: Any) -> None:
        assert not world.written

    with pytest.raises(Violation):
        interleavings(Story(Notebook, [caller(3), caller(3)], check=fail))
    for thread in threading.enumerate():
        if thread.name.startswith("replica"):
            thread.join(1)
    assert threading.active_count() == before
