"""A pool's calendar: exact whatever moves with the clock, the same however it was come by, and when names decide."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.builders import NOW, entry, grant, pool, unit, with_ledger
from tests.planner.lifetimes import Random

from holdfast.assignment.assigned import complete
from holdfast.assignment.demand import Demand
from holdfast.planner.state.calendar import hull, lowest
from holdfast.planner.state.ledger import Entry, EntryState, GrantState, Outage
from holdfast.planner.state.pool_calendar import PoolCalendar, calendar_of, demand_of, presences
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Health, Policy, Pool
from holdfast.planner.wake import next_of, of_pool

SPAN = 40


def some_entry(chance: Random, label: str) -> tuple[str, Entry]:
    start = NOW + chance.randint(-10, SPAN)
    state = chance.choice((EntryState.COMMITTED, EntryState.COMMITTED, EntryState.RELEASING))
    return entry(label, chance.randint(1, 3), start=start, end=start + chance.randint(1, 20), state=state)


def some_pool(chance: Random) -> Pool:
    """Five units, each with a life and a health of its own, some of them held or on their way back."""
    units = {
        f"cube-{i}": unit(
            f"cube-{i}",
            available=chance.choice((0, 0, NOW + chance.randint(1, 20))),
            retires=NOW + chance.choice((10**6, 10**6, chance.randint(1, SPAN))),
            health=chance.choice((Health.HEALTHY, Health.HEALTHY, Health.UNHEALTHY, Health.MISSING)),
        )
        for i in range(5)
    }
    entries = [some_entry(chance, f"t/r{i}") for i in range(4)]
    grants = {
        name: grant(f"t/r{chance.randint(0, 4)}", i, state=chance.choice(list(GrantState)), since=NOW - 3)
        for i, name in enumerate(units)
        if chance.random() < 0.5
    }
    made = pool(cubes=0, units=units, grace=chance.randint(0, 5), repair=chance.randint(0, 15))
    return with_ledger(made, *entries, grants=grants, outages=some_outages(chance))


def some_outages(chance: Random) -> dict[str, Outage]:
    """Up to two, of some units or of all."""
    starts = [NOW + chance.randint(-5, SPAN) for _ in range(chance.choice((0, 0, 1, 2)))]
    units = ((), ("cube-0",), ("cube-1", "cube-2"))
    return {
        f"m{i}": Outage("work", start, start + chance.randint(1, 15), chance.choice(units))
        for i, start in enumerate(starts)
    }


def of(one: Pool, now: int = NOW) -> PoolCalendar:
    return calendar_of(one, one.ledger.entries, one.ledger.grants, one.ledger.outages, now)


@given(st.integers(0, 10**9))
def test_the_least_is_that_of_looking_at_every_instant(seed: int) -> None:
    chance = Random(seed)
    one = some_pool(chance)
    own = next(iter(one.ledger.entries))
    start = NOW + chance.randint(0, SPAN)
    end = start + chance.randint(1, SPAN)
    units = presences(one, one.ledger.entries, one.ledger.grants, one.ledger.outages, NOW)
    asked = [s for uid, each in one.ledger.entries.items() if uid != own for s in demand_of(each, NOW)]
    there = [each.at(NOW) for stretches in units.values() for each in stretches]
    counted = lowest(there, asked, start, end)
    without = list(demand_of(one.ledger.entries[own], NOW))
    assert of(one).least(start, end, NOW, without) == counted
    assert of(one).profile(NOW, without).least(start, end) == counted


@given(st.integers(0, 10**9))
def test_an_entry_put_in_the_place_of_another_gives_the_calendar_that_is_worked_out_anew(seed: int) -> None:
    chance = Random(seed)
    one = with_ledger(some_pool(chance), grants={})
    label, coming = some_entry(chance, "t/r0")
    before = one.ledger.entries.get(label)
    after = with_ledger(one, *{**one.ledger.entries, label: coming}.items())
    step, anew = of(one).with_entry(label, before, coming, NOW), of(after)
    for start in range(NOW - 12, NOW + 3 * SPAN):
        assert step.least(start, start + 7, NOW) == anew.least(start, start + 7, NOW)
        assert step.demand.least(start, start + 1) == anew.demand.least(start, start + 1)


@given(st.integers(0, 10**9))
def test_the_calendar_holds_until_the_next_instant_that_it_names(seed: int) -> None:
    chance = Random(seed)
    one = some_pool(chance)
    known = of(one)
    until = min(next_of(of_pool(one, Sheet.of(one, NOW), {}, Policy()), NOW), NOW + SPAN)
    for later in range(NOW, until):
        for start in (later, later + 5, later + 20):
            assert known.least(start, start + 9, later) == of(one, later).least(start, start + 9, later)


@given(st.integers(0, 10**9))
def test_where_no_unit_leaves_within_a_demand_enough_by_count_is_enough_by_name(seed: int) -> None:
    chance = Random(seed)
    units = {f"cube-{i}": unit(f"cube-{i}", available=NOW + chance.randint(0, 9)) for i in range(4)}
    entries = [some_demand(chance, f"t/r{i}") for i in range(5)]
    start, whole = NOW + chance.randint(0, 20), chance.choice(((), ("cube-0", "cube-2")))
    outages = {"m": Outage("work", start, start + 9, whole)} if chance.random() < 0.7 else {}
    one = with_ledger(pool(cubes=0, units=units), *entries, outages=outages)
    calendar = of(one)
    if calendar.counting_decides(0, 0):
        enough = calendar.least(NOW, NOW + 99, NOW) >= 0
        demands = [Demand(hull(each)) for _, each in entries]
        assert complete(Sheet.of(one, NOW).units(), demands) is enough


def some_demand(chance: Random, label: str) -> tuple[str, Entry]:
    start = NOW + chance.randint(0, 12)
    return entry(label, chance.randint(1, 2), start=start, end=start + chance.randint(1, 9))


def test_names_decide_where_a_unit_leaves_before_a_demand_is_over() -> None:
    leaves = {"cube-0": unit("cube-0", retires=NOW + 10), "cube-1": unit("cube-1")}
    calendar = of(with_ledger(pool(cubes=0, units=leaves), entry(start=NOW, end=NOW + 5)))
    assert calendar.counting_decides(NOW, NOW + 10)
    assert calendar.counting_decides(NOW + 70, NOW + 10**6)
    assert not calendar.counting_decides(NOW, NOW + 10**6)
    assert of(with_ledger(pool(), entry())).counting_decides(NOW, NOW + 10**9)


def test_names_decide_where_maintenance_falls_into_a_demand() -> None:
    work = {"m": Outage("work", NOW + 10, NOW + 20)}
    before = with_ledger(pool(), entry(start=NOW, end=NOW + 10), outages=work)
    assert of(before).counting_decides(NOW + 20, NOW + 10**9)
    assert not of(before).counting_decides(NOW + 9, NOW + 21)
    assert not of(with_ledger(pool(), entry(start=NOW, end=NOW + 11), outages=work)).counting_decides(0, 0)
