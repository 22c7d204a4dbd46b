"""Laying demands from the end of time backwards: room that their own order misses, and nobody served loses any."""

from __future__ import annotations

import pytest

from holdfast.assignment import assigned
from holdfast.assignment.assigned import complete, served
from holdfast.assignment.demand import Demand, Span
from holdfast.assignment.laid import Laid
from holdfast.assignment.mirrored import mirrored

UNITS = {"u0": (Span(0, 12, 1),), "u1": (Span(0, 11, 1),), "u2": (Span(0, 8, 1),)}
DEMANDS = [Demand(Span(start, end, 1)) for start, end in ((1, 5), (4, 7), (5, 10), (6, 12))]


def test_what_an_exchange_of_two_does_not_find_is_found_backwards(monkeypatch: pytest.MonkeyPatch) -> None:
    assert complete(UNITS, DEMANDS)
    monkeypatch.setattr(assigned, "MIRRORS", 0)
    assert not complete(UNITS, DEMANDS)


def test_what_is_found_backwards_lies_in_the_order_of_time() -> None:
    laid = served(UNITS, DEMANDS)
    assert all(row == sorted(row) for row in laid.rows.values())
    assert all(laid.busy[name] == DEMANDS[row[-1]].span.end for name, row in laid.rows.items() if row)


def test_a_pinned_unit_is_there_backwards_until_it_is_pinned_no_more() -> None:
    assert complete(UNITS, [Demand(Span(0, 4, 1), ("u2",)), *DEMANDS])
    assert not complete(UNITS, [Demand(Span(0, 5, 1), ("u2",)), *DEMANDS])


def test_where_backwards_nothing_is_found_either_nothing_changes() -> None:
    units = {"short": (Span(0, 20, 1),), "long": (Span(0, 99, 1),)}
    laid = Laid.over(units, [Demand(Span(7, 21, 1)), Demand(Span(10, 40, 1))])
    laid.choose(0)
    assert not mirrored(laid, 1)
    assert (laid.given(), laid.counts) == ([["long"], []], [1, 0])
