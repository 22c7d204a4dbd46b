"""A pool's calendar: exact whatever moves with the clock, the same however it was come by, and when names decide."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.builders import NOW, entry, grant, pool, unit, with_ledger
from tests.planner.lifetimes import Random

from holdfast.planner.state.assignment import Demand, complete
from holdfast.planner.state.calendar import Span, lowest
from holdfast.planner.state.ledger import Entry, EntryState, GrantState
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
    return with_ledger(made, *entries, grants=grants)


def of(one: Pool, now: int = NOW) -> PoolCalendar:
    return calendar_of(one, one.ledger.entries, one.ledger.grants, now)


@given(st.integers(0, 10**9))
def test_the_least_is_that_of_looking_at_every_instant(seed: int) -> None:
    chance = Random(seed)
    one = some_pool(chance)
    own = next(iter(one.ledger.entries))
    start = NOW + chance.randint(0, SPAN)
    end = start + chance.randint(1, SPAN)
    units = presences(one, one.ledger.entries, one.ledger.grants, NOW)
    asked = [s for uid, each in one.ledger.entries.items() if uid != own for s in demand_of(each)]
    counted = lowest([each.at(NOW) for each in units.values()], asked, start, end)
    without = list(demand_of(one.ledger.entries[own]))
    assert of(one).least(start, end, NOW, without) == counted
    assert of(one).profile(NOW, without).least(start, end) == counted


@given(st.integers(0, 10**9))
def test_an_entry_put_in_the_place_of_another_gives_the_calendar_that_is_worked_out_anew(seed: int) -> None:
    chance = Random(seed)
    one = with_ledger(some_pool(chance), grants={})
    label, coming = some_entry(chance, "t/r0")
    before = one.ledger.entries.get(label)
    after = with_ledger(one, *{**one.ledger.entries, label: coming}.items())
    step, anew = of(one).with_entry(label, before, coming), of(after)
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
def test_where_no_unit_leaves_before_a_demand_is_over_enough_by_count_is_enough_by_name(seed: int) -> None:
    chance = Random(seed)
    units = {f"u{i}": Span(chance.randint(0, 9), 99, 1) for i in range(4)}
    spans = [
        Span(a := chance.randint(0, 12), a + chance.randint(1, 9), chance.randint(1, 2)) for _ in "12345"
    ]
    enough = lowest(units.values(), spans, 0, 50) >= 0
    assert complete(units, [Demand(span) for span in spans]) is enough


def test_names_decide_where_a_unit_leaves_before_a_demand_is_over() -> None:
    leaves = {"cube-0": unit("cube-0", retires=NOW + 10), "cube-1": unit("cube-1")}
    calendar = of(with_ledger(pool(cubes=0, units=leaves), entry(start=NOW, end=NOW + 5)))
    assert calendar.counting_decides(NOW + 10)
    assert not calendar.counting_decides(NOW + 10**6)
    assert of(with_ledger(pool(), entry())).counting_decides(NOW + 10**9)
