"""One ask, however many steps it has, takes so much of a turn where names decide, and a tenant's asks not much more."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from tests.builders import DAY, HOUR, NOW, pool, reservation, snapshot, tenant, unit
from tests.planner.several import several

from holdfast.api.reasons import Reason
from holdfast.planner.admission import admit, diagnosis
from holdfast.planner.admission.case import case_of
from holdfast.planner.admission.effort import Effort
from holdfast.planner.admission.placement import place
from holdfast.planner.plan import plan
from holdfast.planner.state.board import Board
from holdfast.planner.state.recall import Recall
from holdfast.planner.state.snapshot import Health, Policy, Pool, Reservation

CUBE, STEPS, POOLS = "4x4x4", 64, 40


def passing(name: str, cubes: int) -> Pool:
    """Every other cube leaves at the hour at which its neighbour comes: by count half of them are always there."""
    changes = [NOW + (10 + place // 2) * HOUR for place in range(cubes)]
    units = {
        f"cube-{place:03d}": unit(f"cube-{place:03d}", retires=at)
        if place % 2
        else unit(f"cube-{place:03d}", available=at, health=Health.MISSING)
        for place, at in enumerate(changes)
    }
    return pool(name, 0, units=units)


def lasting(label: str = "mistral/long", count: int = 1) -> Reservation:
    """Cubes for longer than any of them is there."""
    return reservation(label, topology=CUBE, count=count, start=NOW + HOUR, end=NOW + 2 * DAY)


def fleet(cubes: int, pools: int = POOLS) -> list[Pool]:
    return [passing(f"lake-mariner.tpu7x-{number:02d}", cubes) for number in range(pools)]


def test_a_ramp_of_64_steps_in_forty_pools_is_placed_with_few_questions_to_each() -> None:
    steps = several(*((9 + n, 10 + n, 1 + 7 * n % STEPS) for n in range(STEPS)))
    ask = reservation(topology=CUBE, count=STEPS, window=steps)
    case = case_of(Board(snapshot(ask, *fleet(144))), ask)
    assert place(case, NOW + 9 * HOUR, NOW + (9 + STEPS) * HOUR) is not None
    one_trial = 144 * (STEPS + 1)
    assert case.effort.taken < 6 * STEPS * one_trial


def test_once_it_is_over_no_unit_is_looked_at_any_more() -> None:
    ask = lasting(count=4)
    case = replace(case_of(Board(snapshot(ask, *fleet(8, 3))), ask), effort=Effort(most=1))
    assert place(case, NOW + HOUR, NOW + 2 * DAY) is None
    assert case.effort.taken == 8 * (0 + 1)


def test_an_ask_whose_search_was_ended_is_told_so_and_does_not_stall(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admit, "Effort", partial(Effort, most=1))
    hold = plan(snapshot(lasting(count=4), *fleet(8, 3))).holds[lasting().uid]
    assert (hold.reason, hold.stalls) == (Reason.SEARCH_ENDED, False)


def test_with_effort_left_it_is_told_the_cause() -> None:
    hold = plan(snapshot(lasting(count=4), *fleet(8, 3))).holds[lasting().uid]
    assert hold.reason is Reason.SUPPLY_NOT_YET_DELIVERED


def test_a_cause_that_is_not_found_in_time_is_not_guessed() -> None:
    ask = lasting(count=4)
    case = case_of(Board(snapshot(ask, *fleet(8, 3))), ask)
    case.effort.most = 10**9
    case.effort.taken = 10**9 - 1
    assert diagnosis._cause(case, NOW + HOUR, NOW + 2 * DAY)[0] is Reason.SEARCH_ENDED


def test_where_counting_decides_nothing_is_taken() -> None:
    ask = lasting()
    case = case_of(Board(snapshot(ask, pool(cubes=8))), ask)
    assert place(case, NOW + HOUR, NOW + DAY) is not None
    assert case.effort.taken == 0


HARD = tuple(lasting(f"mistral/long-{number}", 4) for number in range(3))


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """One ask that looks at a unit is as much as a tenant's share of a turn."""
    monkeypatch.setattr(admit, "HALF", 1)


@pytest.mark.usefixtures("strict")
def test_beside_a_tenants_hard_asks_another_is_answered_in_the_first_turn() -> None:
    single = reservation("other/one", topology=CUBE, created=NOW + 1, start=NOW + 2, end=NOW + HOUR)
    seen = snapshot(*HARD, single, *fleet(8, 3), tenant(), tenant("other"), policy=Policy(decisions=4))
    first = plan(seen)
    assert [write.promise.reservation for write in first.promises] == ["one"]
    assert (len(first.holds), first.decided, first.unfinished) == (1, 2, True)


@pytest.mark.usefixtures("strict")
def test_with_every_turn_one_more_is_answered_until_none_is_left() -> None:
    seen, recall, told = snapshot(*HARD, *fleet(8, 3)), Recall(), list[tuple[int, bool]]()
    for _ in range(4):
        made = plan(seen, recall)
        recall = made.recall
        told.append((len(made.holds), made.unfinished))
    assert told == [(1, True), (2, True), (3, False), (3, False)]


@pytest.mark.usefixtures("strict")
def test_while_all_answers_are_in_doubt_each_has_its_turn() -> None:
    seen, recall, told = snapshot(*HARD, *fleet(8, 3)), Recall(), list[int]()
    for _ in range(4):
        made = plan(seen, recall)
        recall = made.recall.doubted()
        told.append(len(made.holds))
    assert told == [1, 2, 3, 3]
