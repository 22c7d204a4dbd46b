"""Assigning named units: never a yes that an exact search refutes."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planner.lifetimes import Random

from holdfast.assignment.assigned import complete, lacks, served, shortages
from holdfast.assignment.demand import Demand, Span
from holdfast.assignment.laid import fitting

Units = dict[str, tuple[Span, ...]]
Asked = tuple[int, int, int, tuple[str, ...]]


def possible(units: Units, demands: list[Demand]) -> bool:
    """Exact: try every choice of whole units for every demand."""
    ordered = sorted(demands, key=lambda d: -len(d.pinned))

    def search(left: list[Demand], taken: list[tuple[str, int, int]]) -> bool:
        if not left:
            return True
        span, pinned = left[0].span, left[0].pinned
        busy = {name for name, start, end in taken if start < span.end and span.start < end}
        if busy & set(pinned):
            return False
        able = [n for n, u in units.items() if any(s.start <= span.start and s.end >= span.end for s in u)]
        able = [n for n in able if n not in busy and n not in pinned]
        choices = itertools.combinations(able, max(0, span.count - len(pinned)))
        return any(
            search(left[1:], taken + [(n, span.start, span.end) for n in (*pinned, *choice)])
            for choice in choices
        )

    return search(ordered, [])


def some_life(chance: Random) -> tuple[Span, ...]:
    """One stretch of time, or two with maintenance between them."""
    start, end = chance.choice((0, 0, 0, 2)), chance.choice((4, 6, 9))
    if chance.random() < 0.7:
        return (Span(start, end, 1),)
    return (Span(start, 3, 1), Span(4, end, 1)) if end > 4 else (Span(start, 3, 1),)


def some_set(chance: Random) -> tuple[Units, list[Demand]]:
    """A few units with their own lives, some with a pause; the first demands hold some of them already."""
    units = {f"u{i}": some_life(chance) for i in range(3)}
    demands: list[Demand] = []
    free = sorted(units)
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, 5)
        held: tuple[str, ...] = ()
        if free and start == 0 and chance.random() < 0.5:
            held = (free.pop(chance.randrange(len(free))),)
        demands.append(Demand(Span(start, start + chance.randint(1, 4), chance.randint(1, 2)), held))
    return units, demands


@given(st.integers(0, 10**9))
@settings(max_examples=600)
def test_a_yes_is_never_impossible(seed: int) -> None:
    units, demands = some_set(Random(seed))
    if complete(units, demands):
        assert possible(units, demands)


def test_what_is_possible_is_accepted() -> None:
    sets = [some_set(Random(seed)) for seed in range(1500)]
    could = [each for each in sets if possible(*each)]
    assert all(complete(*each) for each in could)


def accepted(seed: int) -> tuple[Units, list[Demand]]:
    """Four to seven units with their own lives, and whoever of many was promised some, one after the other."""
    chance = Random(seed)
    units = {f"u{i}": some_long_life(chance) for i in range(chance.randint(4, 7))}
    demands: list[Demand] = []
    for number in range(30):
        start = chance.randint(0, 50)
        span = Span(start, start + chance.randint(1, 15), chance.choice((1, 1, 1, 2)))
        made = Demand(span, owner=f"t{number}", accepted=number)
        if complete(units, [*demands, made]):
            demands.append(made)
    return units, demands


def some_long_life(chance: Random) -> tuple[Span, ...]:
    return (
        Span(chance.choice((0, 0, chance.randint(1, 20))), chance.choice((60, chance.randint(20, 60))), 1),
    )


def test_nobody_accepted_is_short_because_another_leaves_or_ends_earlier() -> None:
    for seed in range(60):
        units, demands = accepted(seed)
        for place, gone in enumerate(demands):
            half = replace(gone.span, end=(gone.span.start + gone.span.end + 1) // 2)
            others = [*demands[:place], *demands[place + 1 :]]
            assert complete(units, others)
            assert complete(units, [*others, replace(gone, span=half)])


def test_nobody_accepted_is_short_because_a_unit_comes_earlier_or_stays_longer() -> None:
    for seed in range(60):
        units, demands = accepted(seed)
        for name, (life,) in units.items():
            for better in (replace(life, start=life.start // 2), replace(life, end=(life.end + 60) // 2)):
                assert complete({**units, name: (better,)}, demands)


def test_named_units_are_given_as_they_are_told_to_be() -> None:
    for seed in range(60):
        units, demands = accepted(seed)
        laid = served(units, demands)
        taken = [
            (name, demand.span) for demand, names in zip(demands, laid.given(), strict=True) for name in names
        ]
        assert all(
            units[name][0].start <= span.start and span.end <= units[name][0].end for name, span in taken
        )
        for (one, mine), (other, yours) in itertools.combinations(taken, 2):
            assert one != other or mine.end <= yours.start or yours.end <= mine.start


CASES: tuple[tuple[str, tuple[int, ...], list[Asked], bool], ...] = (
    ("a unit that leaves early serves the short demand", (5, 9), [(0, 5, 1, ()), (0, 9, 1, ())], True),
    ("two demands cannot share the only long unit", (5, 9), [(0, 9, 1, ()), (0, 6, 1, ())], False),
    ("one after the other on one unit", (9,), [(0, 4, 1, ()), (4, 9, 1, ())], True),
    ("a pinned unit is not chosen by an earlier demand", (9,), [(0, 4, 1, ()), (1, 4, 1, ("u0",))], False),
    ("a pinned unit is free after its demand", (9,), [(0, 4, 1, ("u0",)), (4, 9, 1, ())], True),
    ("growth beside a pinned unit takes another", (9, 9), [(0, 4, 2, ("u0",))], True),
    ("growth beside a pinned unit finds none", (9,), [(0, 4, 2, ("u0",))], False),
    ("a unit held beyond the count asks for nothing", (9,), [(0, 4, 1, ("u0", "gone"))], True),
    ("nothing is asked of nothing", (), [], True),
)


@pytest.mark.parametrize(("name", "ends", "asked", "answer"), CASES, ids=[case[0] for case in CASES])
def test_assigning(name: str, ends: tuple[int, ...], asked: list[Asked], answer: bool) -> None:
    units = {f"u{i}": (Span(0, end, 1),) for i, end in enumerate(ends)}
    demands = [Demand(Span(start, end, count), pinned) for start, end, count, pinned in asked]
    assert complete(units, demands) is answer


def test_the_unit_that_leaves_first_yet_outlasts_the_span_is_in_front() -> None:
    spans = {"long": (0, 9), "short": (0, 5), "late": (1, 9), "gone": (0, 3)}
    units = {name: (Span(start, end, 1),) for name, (start, end) in spans.items()}
    assert fitting(units, Span(0, 4, 1)) == ["short", "long"]


def test_a_unit_with_a_pause_serves_before_and_after_it_and_not_across() -> None:
    units = {"u0": (Span(0, 4, 1), Span(6, 9, 1))}
    assert complete(units, [Demand(Span(0, 4, 1)), Demand(Span(6, 9, 1))])
    assert not complete(units, [Demand(Span(3, 7, 1))])


def test_what_is_lacked_is_told_with_its_time_and_summed_for_who_compares() -> None:
    units = {"u0": (Span(0, 2, 1), Span(6, 9, 1))}
    nights = [Demand(Span(start, start + 1, 2), owner="a") for start in (0, 3, 6)]
    assert lacks(units, nights) == {"a": [Span(0, 1, 1), Span(3, 4, 2), Span(6, 7, 1)]}
    assert shortages(units, nights) == {"a": 4}


def test_who_is_served_by_a_unit_under_maintenance_lacks_it_and_gets_no_other() -> None:
    units = {"u0": (Span(0, 4, 1), Span(6, 9, 1)), "u1": (Span(0, 9, 1),)}
    held = Demand(Span(0, 9, 1), ("u0",), "a", lost=("u0",))
    assert shortages(units, [held, Demand(Span(0, 9, 1), owner="b")]) == {"a": 1}
