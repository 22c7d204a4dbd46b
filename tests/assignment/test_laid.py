"""Laying demands over units: what lacks units waits for those that come first."""

from __future__ import annotations

import pytest

from holdfast.assignment.assigned import lacks
from holdfast.assignment.demand import Demand, Span

Hours = tuple[int, int]
ALL, FROM_26, PAUSE = ((0, 99),), ((26, 99),), ((0, 21), (26, 99))
LATE, BEFORE, AFTER = ("late", 22, 34), ("before", 10, 23), ("after", 24, 27)
CASES: tuple[tuple[str, dict[str, tuple[Hours, ...]], list[tuple[str, int, int]], set[str]], ...] = (
    ("the unit that comes free first is its own", {"a": ALL, "b": FROM_26}, [LATE, BEFORE, AFTER], {"late", "after"}),
    ("who begins before that may have it until then", {"a": ALL, "b": FROM_26}, [LATE, BEFORE], {"late"}),
    ("the unit that is delivered first is its own", {"a": ((23, 99),), "b": FROM_26}, [LATE, AFTER], {"late", "after"}),
    ("who begins later has the unit after", {"a": ALL, "b": FROM_26}, [LATE, BEFORE, ("after", 26, 34)], {"late"}),
    ("one that leaves before its end is nobody's", {"a": ((0, 30),), "b": FROM_26}, [LATE, BEFORE, AFTER], {"late"}),
    ("a unit is not waited for that others may use until its pause",
     {"a": ALL, "b": ((6, 9), (26, 99))}, [("before", 0, 50), ("late", 5, 34), ("x", 6, 9)], {"late"}),
    ("a unit that comes back from its pause is its own",
     {"a": ((0, 9), (26, 99))}, [("before", 0, 9), ("late", 5, 34), ("x", 26, 30)], {"late", "x"}),
    ("one idle until its pause stands for it", {"a": ALL, "b": PAUSE}, [BEFORE, ("late", 11, 34), AFTER], {"late"}),
    ("one in use at its pause does not", {"a": ALL, "b": PAUSE}, [BEFORE, LATE, AFTER], {"late", "after"}),
)  # fmt: skip


@pytest.mark.parametrize(("name", "units", "asked", "short"), CASES, ids=[case[0] for case in CASES])
def test_what_lacks_a_unit_waits_for_one(
    name: str, units: dict[str, tuple[Hours, ...]], asked: list[tuple[str, int, int]], short: set[str]
) -> None:
    there = {unit: tuple(Span(*hours, 1) for hours in each) for unit, each in units.items()}
    demands = [Demand(Span(start, end, 1), owner=owner) for owner, start, end in asked]
    assert lacks(there, demands).keys() == short, name
    assert all(len(each) == 1 for each in lacks(there, demands).values())


def test_who_lacks_nothing_waits_for_nothing() -> None:
    there = {"a": (Span(0, 99, 1),), "b": (Span(12, 99, 1),)}
    demands = [Demand(Span(5, 20, 1), owner="first"), Demand(Span(12, 20, 1), owner="second")]
    assert lacks(there, demands) == {}
