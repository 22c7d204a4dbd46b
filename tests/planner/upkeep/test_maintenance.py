"""Maintenance decided: where it touches nobody by exact search, and what stands in its way or it in others'."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import (
    DAY,
    HOUR,
    LAKE,
    MINUTE,
    NOW,
    entry,
    grant,
    pool,
    promise,
    reservation,
    snapshot,
    with_ledger,
    with_units,
)  # fmt: skip
from tests.planner.lifetimes import Random
from tests.planner.maintaining import accepted, ledger, maintains, maintenance, names, told, withdraws
from tests.planner.world import World

from holdfast.api.reasons import Reason
from holdfast.planner.plan import plan
from holdfast.planner.state.ledger import EntryState, GrantState, Outage
from holdfast.planner.state.snapshot import Health
from holdfast.planner.upkeep import maintenance as upkeep

MINE, THEIRS = "mistral/pretrain", "anthropic/eval"


def busy(chance: Random) -> World:
    """Three cubes and some promises over the next days; whole hours, so that slots cut nothing off."""
    world = World().has(pool(LAKE, 3, grace=0))
    for n in range(chance.randint(1, 5)):
        start = NOW + chance.randint(0, 20) * HOUR
        ask = reservation(
            f"{THEIRS}{n}", topology="4x4x4", start=start, end=start + chance.randint(1, 9) * HOUR
        )
        world.asks(ask)
    return world.rest()


@given(st.integers(0, 10**9))
def test_the_starts_that_are_told_are_accepted_and_no_earlier_one_would_be(seed: int) -> None:
    chance = Random(seed)
    world = busy(chance)
    units = chance.choice(((), ("cube-000",), ("cube-001", "cube-002")))
    start, lasting = NOW + chance.randint(0, 20) * HOUR, chance.randint(1, 8) * HOUR
    maintains(world, maintenance("asked", start, start + lasting, units=units))
    if accepted(world.rest(), "asked") == "True TakenOut":
        return
    first, *_ = told(world, "asked").next_starts
    for hours in range((first - start) // HOUR + 1):
        other = World(
            **{one: getattr(world, one) for one in ("pools", "reservations", "promises", "tenants")}
        )
        begins = start + hours * HOUR
        maintains(other, maintenance("tried", begins, begins + lasting, units=units))
        assert (accepted(other.rest(), "tried") == "True TakenOut") is (begins == first)


def test_a_promise_is_not_extended_over_maintenance_of_a_unit_it_holds() -> None:
    world = World().has(pool(LAKE, 4))
    world.asks(reservation(THEIRS, end=NOW + HOUR))
    world.rest()
    maintains(world, maintenance(start=NOW + 2 * HOUR, end=NOW + 3 * HOUR, units=("cube-000",)))
    assert accepted(world.rest()) == "True TakenOut"
    world.amends(THEIRS, end=NOW + 2 * HOUR)
    world.rest()
    assert world.promise(THEIRS).end == NOW + HOUR
    world.amends(THEIRS, end=NOW + 2 * HOUR - MINUTE)
    assert world.rest().promise(THEIRS).end == NOW + 2 * HOUR - MINUTE


@pytest.mark.parametrize("named", [0, 63, 64])
def test_all_that_it_touches_must_be_named_and_no_more_than_can_be(named: int) -> None:
    world = World().has(pool(LAKE, 65))
    labels = [f"{THEIRS}{n}" for n in range(64)]
    for label in labels:
        world.asks(reservation(label, topology="4x4x4", end=NOW + DAY))
    world.rest()
    maintains(world, maintenance())
    world.rest()
    names(world, *labels[:named])
    world.rest()
    assert accepted(world) == ("True PromisesShort" if named == 64 else "False TouchesPromises")
    assert len(told(world).touched) == 64


def test_more_than_can_be_named_take_nothing() -> None:
    world = World().has(pool(LAKE, 65))
    labels = [f"{THEIRS}{n}" for n in range(65)]
    for label in labels:
        world.asks(reservation(label, topology="4x4x4", end=NOW + DAY))
    world.rest()
    maintains(world, maintenance(against=frozenset(labels)))
    assert accepted(world.rest()) == "False TouchesPromises"
    assert ledger(world).outages == {}


WRONG: list[dict[str, object]] = [
    {"health": Health.UNHEALTHY},
    {"cordoned": True},
    {"available": NOW + HOUR},
    {"retiring": True},
    {"retires": NOW + HOUR},
]


@pytest.mark.parametrize("wrong", WRONG, ids=[next(iter(one)) for one in WRONG])
def test_while_something_else_is_wrong_it_still_touches_whom_it_would_keep_short(
    wrong: dict[str, object],
) -> None:
    there = with_ledger(with_units(pool(LAKE, 2, repair=14 * DAY), "cube-000", **wrong), entry(THEIRS))
    asked = maintenance(start=NOW, end=NOW + DAY, units=("cube-000",))
    seen = snapshot(there, promise(THEIRS), reservation(THEIRS), maintenance={asked.uid: asked})
    assert plan(seen).maintenance[asked.uid].reason is Reason.TOUCHES_PROMISES


def test_while_units_are_late_on_their_way_back_it_still_touches_who_is_to_have_them() -> None:
    late = {f"cube-00{n}": grant(MINE, n + 1, state=GrantState.RELEASING, since=NOW - 61) for n in range(2)}
    leaving = entry(MINE, start=NOW - DAY, end=NOW, state=EntryState.RELEASING)
    there = with_ledger(pool(LAKE, 2), leaving, entry(THEIRS), grants=late, granted=2)
    asked = maintenance(start=NOW, end=NOW + DAY, units=("cube-000",))
    seen = snapshot(there, promise(THEIRS), reservation(THEIRS), maintenance={asked.uid: asked})
    assert plan(seen).maintenance[asked.uid].reason is Reason.TOUCHES_PROMISES


def test_one_that_outlasts_another_touches_the_promise_that_the_other_names() -> None:
    world = World().has(pool(LAKE, 2))
    world.asks(reservation(MINE, start=NOW + HOUR, end=NOW + DAY))
    world.rest()
    maintains(world, maintenance("first", NOW + HOUR, NOW + 2 * HOUR, against=frozenset({MINE})))
    world.rest().now += 1
    maintains(world, maintenance("second", NOW + HOUR, NOW + 5 * HOUR, units=("cube-000",)))
    world.rest()
    assert (accepted(world, "first"), accepted(world, "second")) == (
        "True PromisesShort",
        "False TouchesPromises",
    )
    withdraws(world, "first")
    assert accepted(world.rest(), "second") == "False TouchesPromises"


def asked_by_name(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The starts of which is asked by name whom they touch."""
    starts, touched = list[int](), upkeep._touched

    def noted(judged: upkeep.Judged, outage: Outage) -> dict[str, int]:
        starts.append(outage.start)
        return touched(judged, outage)

    monkeypatch.setattr(upkeep, "_touched", noted)
    return starts


def test_while_a_promise_holds_the_unit_no_start_is_asked_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World().has(pool(LAKE, 8))
    world.asks(reservation(THEIRS, topology="4x4x4", end=NOW + 30 * DAY))
    for n in range(20):
        world.asks(reservation(f"mistral/{n}", start=NOW + (n + 1) * DAY, end=NOW + (n + 1) * DAY + 9 * HOUR))
    (unit,) = world.rest().units(THEIRS)
    maintains(world, maintenance("asked", units=(unit,)))
    starts = asked_by_name(monkeypatch)
    assert accepted(world.rest(), "asked") == "False TouchesPromises"
    assert told(world, "asked").next_starts == (NOW + 30 * DAY + 300,)
    assert {*starts} == {NOW + HOUR, NOW + 30 * DAY + 300}


@pytest.mark.parametrize(("tries", "told_of"), [(1, 0), (2, 1)])
def test_no_more_starts_are_asked_by_name_than_are_worth_it(
    tries: int, told_of: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Theirs can begin on the unit asked for alone, and stays there: once the short one is over, counting sees room."""
    world = World().has(pool(LAKE, 3))
    world.asks(reservation("mistral/short", topology="4x4x4", end=NOW + 5 * HOUR))
    world.asks(reservation(THEIRS, start=NOW + 2 * HOUR, end=NOW + 8 * HOUR))
    world.rest()
    maintains(world, maintenance("asked", units=("cube-001",), end=NOW + 4 * HOUR))
    monkeypatch.setattr(upkeep, "TRIES", tries)
    world.rest()
    assert len(told(world, "asked").next_starts) == told_of
