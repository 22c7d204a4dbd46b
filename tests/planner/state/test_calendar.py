"""Counting in time: what a unit gives, what an entry needs, what remains."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import DAY, HOUR, NOW, entry, form, grant, lost, pool, unit

from holdfast.assignment.demand import Span
from holdfast.planner.state.calendar import (
    Presence,
    between,
    highest,
    hull,
    leaves,
    lowest,
    presence,
    spans,
    with_clearing,
)
from holdfast.planner.state.ledger import FAR, GrantState, Outage, Trouble
from holdfast.planner.state.snapshot import Health, Unit

POOL = pool(grace=60, turn_around=540, repair=DAY)
RELEASING, QUARANTINED = GrantState.RELEASING, GrantState.QUARANTINED
LIVES: tuple[tuple[str, dict[str, Any], Any, tuple[int, int] | None], ...] = (
    ("a healthy unit is there for good", {}, None, (0, FAR)),
    ("a degraded unit counts", {"health": Health.DEGRADED}, None, (0, FAR)),
    ("a retiring unit does not", {"retiring": True}, None, None),
    ("a cordoned unit does not", {"cordoned": True}, None, None),
    ("a unit never seen does not", {"health": Health.MISSING}, None, None),
    ("a unit to be delivered counts from its date",
     {"health": Health.MISSING, "available": NOW + DAY}, None, (NOW + DAY, FAR)),
    ("a failed unit counts after its repair", {"health": Health.UNHEALTHY}, None, (NOW + DAY, FAR)),
    ("a unit in trouble that may pass counts for as long as its holder keeps it",
     {"health": Health.UNHEALTHY}, grant(trouble=Trouble(NOW)), (0, FAR)),
    ("so does one that is not heard of, and one of which nobody has judged yet",
     {"health": Health.MISSING}, grant(), (0, FAR)),
    ("one that failed counts for its holder alone, while that is asked",
     {"health": Health.UNHEALTHY}, grant(trouble=Trouble(NOW, failed=NOW)), (0, NOW + HOUR)),
    ("one that is to be swapped counts after its repair",
     {"health": Health.UNHEALTHY}, lost(), (NOW + DAY, FAR)),
    ("a unit that retires may be cleared afterwards", {"retires": NOW + HOUR}, None, (0, NOW + HOUR + 600)),
    ("an active unit stays in the count", {}, grant(), (0, FAR)),
    ("a unit on its way back counts once it should be clean",
     {}, grant(state=RELEASING, since=NOW - 100), (NOW + 500, FAR)),
    ("a late one gets as long again, never now", {}, grant(state=RELEASING, since=NOW - DAY), (NOW + 600, FAR)),
    ("a quarantined unit counts once it should be clean",
     {}, grant(None, state=QUARANTINED), (NOW + 600, FAR)),
    ("a dead quarantined unit counts after its repair",
     {"health": Health.UNHEALTHY}, grant(None, state=QUARANTINED), (NOW + DAY, FAR)),
    ("a unit that retires before it is delivered never counts",
     {"available": NOW + DAY, "retires": NOW + HOUR}, None, None),
)  # fmt: skip


@pytest.mark.parametrize(("name", "changes", "held", "span"), LIVES, ids=[row[0] for row in LIVES])
def test_when_a_unit_can_be_counted_on(
    name: str, changes: dict[str, Any], held: Any, span: tuple[int, int] | None
) -> None:
    found = presence(unit("cube-000", **changes), held, POOL, NOW, NOW + HOUR)
    assert (None if found is None else (found.at(NOW).start, found.at(NOW).end)) == span


def test_the_site_lease_ends_every_unit() -> None:
    leased = replace(POOL, lease_end=NOW + DAY)
    assert leaves(Unit("u"), leased) == NOW + DAY + 600
    assert {end for one in leased.units.values() if (end := leaves(one, leased))} == {NOW + DAY + 600}


def test_without_gains_and_losses_the_level_is_nothing() -> None:
    assert lowest((), (), NOW, NOW + DAY) == 0
    assert highest((), NOW) == 0


def test_an_entry_with_a_next_form_needs_the_larger_at_every_instant() -> None:
    _, amended = entry(count=3, start=0, end=10, next=form(2, start=5, end=20))
    assert list(spans(amended)) == [Span(0, 5, 3), Span(5, 10, 3), Span(10, 20, 2)]
    assert hull(amended) == Span(0, 20, 3)


def test_between_two_separate_forms_nothing_is_needed() -> None:
    _, moved = entry(count=3, start=0, end=5, next=form(2, start=10, end=20))
    assert list(spans(moved)) == [Span(0, 5, 3), Span(10, 20, 2)]


OUTAGES: tuple[tuple[str, tuple[tuple[int, int], ...], list[tuple[int, int]]], ...] = (
    ("none leaves it whole", (), [(0, 100)]),
    ("one in the middle leaves what is before and after", ((20, 30),), [(0, 20), (30, 100)]),
    ("one at its beginning leaves what is after", ((-5, 30),), [(30, 100)]),
    ("one at its end leaves what is before", ((90, 100),), [(0, 90)]),
    ("one over all of it leaves nothing", ((0, 200),), []),
    ("two that overlap leave nothing between them", ((30, 50), (20, 40)), [(0, 20), (50, 100)]),
    ("one inside another takes nothing more", ((20, 80), (30, 40)), [(0, 20), (80, 100)]),
    ("two that touch leave nothing between them", ((20, 30), (30, 40)), [(0, 20), (40, 100)]),
)


@pytest.mark.parametrize(("name", "taken", "left"), OUTAGES, ids=[row[0] for row in OUTAGES])
def test_what_outages_leave_of_a_units_time(
    name: str, taken: tuple[tuple[int, int], ...], left: list[tuple[int, int]]
) -> None:
    outages = [Outage("work", start, end) for start, end in taken]
    assert list(between(Presence(0, 100, 7), outages)) == [Presence(a, b, 7) for a, b in left]


def test_a_form_carries_the_time_to_clear_its_units() -> None:
    made = with_clearing(POOL, "a1", 2, (NOW, NOW + DAY), 3)
    assert (made.start, made.end, made.count, made.round) == (NOW, NOW + DAY + 600, 2, 3)


SPANS = st.lists(st.builds(Span, st.integers(0, 9), st.integers(0, 12), st.integers(1, 3)), max_size=6)


@given(SPANS, SPANS, st.integers(0, 8), st.integers(1, 6))
def test_the_lowest_level_is_that_of_looking_at_every_instant(
    gains: list[Span], losses: list[Span], start: int, length: int
) -> None:
    def level(instant: int) -> int:
        plus = sum(span.count for span in gains if span.start <= instant < span.end)
        return plus - sum(span.count for span in losses if span.start <= instant < span.end)

    whole = [level(instant) for instant in range(start, start + length)]
    assert lowest(gains, losses, start, start + length) == min(whole)
    assert highest(losses, start) == max(
        sum(s.count for s in losses if s.start <= i < s.end) for i in range(start, 14)
    )
