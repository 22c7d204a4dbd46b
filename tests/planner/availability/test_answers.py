"""Whose question is answered when: after reservations, tenants in turn, within a budget, and once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.builders import DAY, NOW, pool, reservation, snapshot, tenant, with_units
from tests.planner.availability.asking import query

from holdfast.api.reasons import Reason
from holdfast.planner.availability import answers, offering
from holdfast.planner.plan import plan
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import Policy, Query, Snapshot

PEOPLE = tenant("mistral"), tenant("anthropic")


def seen(*queries: Query, things: tuple[Any, ...] = (pool(),), **policy: Any) -> Snapshot:
    """A planner's picture with these queries in it."""
    made = snapshot(*things, *PEOPLE, policy=Policy(**policy))
    return replace(made, queries={one.ask.uid: one for one in queries})


def many(namespace: str, count: int) -> list[Query]:
    return [query(f"{namespace}/q{n:04d}") for n in range(count)]


def answered(made: Plan, queries: list[Query]) -> int:
    return sum(one.ask.uid in made.answers for one in queries)


def test_a_question_is_answered_in_the_turn_that_sees_it_and_writes_nothing_else() -> None:
    one = query()
    made, without = plan(seen(one)), plan(seen())
    assert [offer.start for offer in made.answers[one.ask.uid].offers] == [NOW]
    assert (made.ledgers, made.promises, made.holds) == (without.ledgers, without.promises, without.holds)


def test_an_answered_question_is_not_answered_again() -> None:
    assert plan(seen(query(answered_at=NOW))).answers == {}


def test_what_reservations_take_in_the_same_turn_is_not_offered() -> None:
    ask, one = reservation("anthropic/serve"), query()
    made = plan(seen(one, things=(pool(cubes=2), ask)))
    assert ask.uid in {write.promise.uid for write in made.promises}
    assert made.answers[one.ask.uid].offers == ()


def test_two_queries_of_one_turn_are_offered_the_same_since_nothing_is_held() -> None:
    made = plan(seen(query("mistral/a"), query("anthropic/b"), things=(pool(cubes=2),)))
    assert [len(one.offers) for one in made.answers.values()] == [1, 1]


@pytest.mark.parametrize(("decisions", "reserving", "told"), [(5, 0, 5), (5, 3, 2), (5, 9, 1), (None, 9, 8)])
def test_questions_get_what_reservations_leave_of_the_budget_and_one_at_least(
    decisions: int | None, reserving: int, told: int
) -> None:
    asks = [reservation(f"anthropic/r{n}", end=NOW + DAY) for n in range(reserving)]
    waiting = many("mistral", 20)
    made = plan(seen(*waiting, things=(pool(cubes=40), *asks), decisions=decisions, queries=8))
    assert answered(made, waiting) == told
    assert made.unfinished
    assert made.decided == told + min(reserving, decisions or reserving)


def test_tenants_take_turns_and_of_one_the_oldest_go_first() -> None:
    storm, single = many("mistral", 50), query("anthropic/one")
    old = replace(storm[40], ask=replace(storm[40].ask, created=NOW - DAY))
    made = plan(seen(*storm[:40], old, *storm[41:], single, queries=2))
    assert made.answers.keys() == {old.ask.uid, single.ask.uid}


def test_all_answered_is_all_finished() -> None:
    assert not plan(seen(*many("mistral", 3))).unfinished


def test_a_storm_is_told_so_without_planning_and_hurts_nobody_else() -> None:
    storm, single = many("mistral", 12), query("anthropic/one")
    made = plan(seen(*storm, single, queries=3, queries_waiting=10))
    refused = [
        one.ask.label for one in storm if one.ask.uid in made.answers and not made.answers[one.ask.uid].offers
    ]
    assert refused == ["mistral/q0010", "mistral/q0011"]
    hold = made.answers[storm[11].ask.uid].hold
    assert hold is not None
    assert hold.reason is Reason.TOO_MANY_QUERIES
    assert made.answers[single.ask.uid].offers


def test_a_fault_stays_with_the_query_that_caused_it(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = query("mistral/bad"), query("mistral/good")

    def faulty(case: Any, *rest: Any) -> Any:
        if case.reservation.name == "bad":
            raise ArithmeticError("one too many")
        return offering.answer_to(case, *rest)

    monkeypatch.setattr(answers, "answer_to", faulty)
    made = plan(seen(bad, good))
    hold = made.answers[bad.ask.uid].hold
    assert hold is not None
    assert hold.reason is Reason.FROZEN
    assert "one too many" in made.frozen[bad.ask.uid]
    assert made.answers[good.ask.uid].offers


def test_an_answered_query_goes_when_its_time_is_over_and_the_planner_wakes_for_it() -> None:
    one = query(answered_at=NOW - 100, keep=200)
    waiting = plan(seen(one))
    assert (waiting.expired, waiting.wake_at) == ((), NOW + 100)
    over = plan(replace(seen(one), now=NOW + 100))
    assert over.expired == (one.ask.uid,)
    assert plan(seen(query())).expired == ()


def test_the_order_in_which_queries_are_read_changes_no_answer() -> None:
    uneven = with_units(pool(cubes=6), "cube-000", retires=NOW + DAY // 2)
    waiting = [*many("mistral", 5), *many("anthropic", 5)]
    forth, back = (plan(seen(*each, things=(uneven,), queries=7)) for each in (waiting, waiting[::-1]))
    assert forth.answers == back.answers
