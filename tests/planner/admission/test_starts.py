"""The earliest start is exact: the same as trying every instant at which anything changes, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.builders import (
    DAY,
    HOUR,
    LAKE,
    NOW,
    entry,
    grant,
    pool,
    promise,
    reservation,
    snapshot,
    tenant,
    with_ledger,
)

from holdfast.planner.admission.case import Case, case_of
from holdfast.planner.admission.diagnosis import hold_for
from holdfast.planner.admission.placement import Placement, place
from holdfast.planner.admission.room import room, rooms
from holdfast.planner.admission.starts import late_starts
from holdfast.planner.admission.together import units_over
from holdfast.planner.admission.windows import windows
from holdfast.planner.state.board import Board
from holdfast.planner.state.calendar import spans
from holdfast.planner.state.ledger import GrantState
from holdfast.planner.state.snapshot import Health, Pool, Reservation

OTHER = "lake-mariner.tpu7x-b"
FAR_POOL = "abernathy.tpu7x-a"
HOURS = st.integers(0, 12)
UNITS: tuple[dict[str, Any], ...] = (
    {},
    {},
    {"available": NOW + 3 * HOUR, "health": Health.MISSING},
    {"retires": NOW + 20 * HOUR},
    {"health": Health.UNHEALTHY},
    {"cordoned": True},
)


def case(ask: Reservation, *things: Any) -> Case:
    return case_of(Board(snapshot(ask, *things)), ask)


def first_of(asked: Case) -> Placement | None:
    """What admission finds."""
    return next((found for window in windows(asked) if (found := place(asked, *window)) is not None), None)


def every_start(asked: Case) -> Iterator[int]:
    """Every instant at which anything begins or ends, one by one."""
    window = asked.reservation.window
    assert window.duration is not None
    assert window.latest is not None
    first, last = asked.now, window.latest - window.duration
    edges = {first}
    for sheet in asked.board.sheets.values():
        for one in sheet.entries.values():
            edges.update(edge for span in spans(one) for edge in (span.start, span.end))
        edges.update(
            edge for spans in sheet.units().values() for span in spans for edge in (span.start, span.end)
        )
    edges.update(edge for one in asked.board.snapshot.promises.values() for edge in (one.start, one.end))
    yield from sorted(edge for edge in edges if first <= edge <= last)


@st.composite
def pools(draw: st.DrawFn, name: str) -> Pool:
    """A pool of up to six unlike units with up to eight entries, some of whose units are out."""
    kinds = draw(st.lists(st.sampled_from(UNITS), min_size=2, max_size=6))
    made = pool(
        name, len(kinds), spares=draw(st.integers(0, 1)), turn_around=draw(st.sampled_from((0, HOUR)))
    )
    units = {unit: replace(old, **kind) for (unit, old), kind in zip(made.units.items(), kinds, strict=True)}
    asked = draw(st.lists(st.tuples(HOURS, st.integers(1, 8), st.integers(1, 2)), max_size=8))
    entries = [
        entry(f"t{n}/{name}", count, start=NOW + at * HOUR, end=NOW + (at + length) * HOUR)
        for n, (at, length, count) in enumerate(asked)
    ]
    out = {"cube-000": grant(None, state=GrantState.QUARANTINED, since=NOW)} if draw(st.booleans()) else {}
    return with_ledger(replace(made, units=units), *entries, grants=out)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A flexible ask over three pools in two datacenters, with or without an entitlement that suffices."""
    ask = reservation(
        count=draw(st.integers(1, 3)),
        duration=draw(st.integers(1, 10)) * HOUR,
        latest=NOW + 3 * DAY,
        across_datacenters=draw(st.booleans()),
        min_count=draw(st.sampled_from((None, 1))),
        max_percent_per_pool=draw(st.sampled_from((None, None, 40, 50, 100))),
    )
    chips = draw(st.sampled_from((256, 100_000)))
    return case(ask, *(draw(pools(name)) for name in (LAKE, OTHER, FAR_POOL)), tenant(chips=chips))


@given(cases())
def test_nothing_earlier_would_have_fitted(asked: Case) -> None:
    lasting = asked.reservation.window.duration or 0
    tried = (place(asked, start, start + lasting) for start in every_start(asked))
    assert first_of(asked) == next((each for each in tried if each is not None), None)


@given(cases(), HOURS, st.integers(0, 10))
def test_pools_that_are_asked_at_once_have_room_for_what_each_has_alone(
    asked: Case, at: int, length: int
) -> None:
    window, sheets = (NOW + at * HOUR, NOW + (at + length) * HOUR), asked.matching()
    alone = [room(asked, sheet, window) for sheet in sheets]
    assert rooms(asked, sheets, window) == alone
    assert units_over(asked, sheets, window) == alone


def busy(ends: int) -> Pool:
    """A pool of two units, one of which is taken over and over: `ends` windows in sight, each an hour."""
    taken = [entry(f"t{n}/x", 1, start=NOW + n * HOUR, end=NOW + (n + 1) * HOUR - 60) for n in range(ends)]
    return with_ledger(pool(LAKE, 2), *taken)


def test_more_than_four_hundred_ends_in_sight_hide_no_start() -> None:
    asked = case(reservation(duration=DAY, latest=NOW + 300 * DAY), busy(900), tenant())
    found = first_of(asked)
    assert found is not None
    assert found.start == NOW + 900 * HOUR - 60


def test_a_hold_names_the_first_start_behind_nine_hundred_ends() -> None:
    asked = case(reservation(end=NOW + DAY), busy(900), tenant())
    slot = asked.board.snapshot.policy.slot
    assert hold_for(asked).earliest_start == -(-(NOW + 900 * HOUR - 60) // slot) * slot


def test_a_contract_with_nothing_left_is_looked_at_again_when_a_promise_of_the_tenants_own_ends() -> None:
    ends, mine = NOW + 5 * HOUR, "mistral/before"
    held = entry(mine, 2, start=NOW, end=ends + HOUR)
    before = promise(mine, start=NOW, end=ends)
    there = with_ledger(pool(LAKE, 8, turn_around=HOUR - 60), held)
    found = first_of(case(reservation(duration=HOUR, latest=NOW + DAY), there, before, tenant(chips=128)))
    assert found is not None
    assert found.start == ends


def test_what_is_left_of_a_fixed_window_is_looked_for_at_every_change() -> None:
    asked = case(reservation(end=NOW + 300 * HOUR), busy(200), tenant())
    assert list(late_starts(asked, NOW, NOW + 290 * HOUR, NOW + 300 * HOUR)) == [NOW, NOW + 200 * HOUR - 60]
