"""Each kind of question: its offers, and the hold where there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import (
    ABERNATHY,
    DAY,
    HOUR,
    LAKE,
    NOW,
    pool,
    promise,
    reservation,
    snapshot,
    tenant,
    with_ledger,
    with_units,
)
from tests.planner.admission.test_relaxations import worlds
from tests.planner.availability.asking import Hours, answer, granted, hours, taken, two

from holdfast.api.reasons import Reason
from holdfast.planner.admission.admit import admit
from holdfast.planner.admission.case import case_of
from holdfast.planner.availability.offering import answer_to
from holdfast.planner.state.board import Board
from holdfast.planner.state.ledger import Outage, Part
from holdfast.planner.state.snapshot import AnswerKind, Reservation, Snapshot, Window

CHECK, EARLIEST, SLOTS, LATEST_END = AnswerKind
DAYLONG = {"duration": DAY}
TABLE: tuple[tuple[str, AnswerKind, tuple[Any, ...], dict[str, Any], list[Hours]], ...] = (
    ("a window that fits", CHECK, (two(),), {"end": NOW + DAY}, [(0, 24, 1)]),
    ("the first that a flexible ask would get", CHECK, (taken(two(), (0, 6)),), {"duration": HOUR}, [(6, 7, 1)]),
    ("fewer, where that was accepted", CHECK, (two(),), {"count": 3, "min_count": 1, "end": NOW + DAY}, [(0, 24, 1)]),
    ("as soon as there is room for as long", EARLIEST, (taken(two(), (2, 6)),),
     {"start": NOW + HOUR, "end": NOW + 4 * HOUR}, [(6, 9, 1)]),
    ("not before the start that was asked for", EARLIEST, (two(),), {"start": NOW + HOUR, "end": NOW + 4 * HOUR},
     [(1, 4, 1)]),
    ("not before the earliest start", EARLIEST, (two(),), {"duration": HOUR, "earliest": NOW + 3 * HOUR}, [(3, 4, 1)]),
    ("one after the other", SLOTS, (two(),), DAYLONG, [(0, 24, 1), (24, 48, 1), (48, 72, 1), (72, 96, 1)]),
    ("one after the other, in the gaps", SLOTS, (taken(two(), (1, 3), (4, 9)),), {"duration": HOUR},
     [(0, 1, 1), (3, 4, 1), (9, 10, 1), (10, 11, 1)]),
    ("within the bounds", SLOTS, (two(),), {"duration": HOUR, "latest": NOW + 2 * HOUR}, [(0, 1, 1), (1, 2, 1)]),
    ("on to the next promise", LATEST_END, (taken(two(), (9, 12)),), {"end": NOW + HOUR}, [(0, 9, 1)]),
    ("on to the bound", LATEST_END, (two(),), {"duration": HOUR, "latest": NOW + 5 * HOUR}, [(0, 5, 1)]),
    ("on to the day a unit leaves", LATEST_END, (with_units(two(), "cube-000", retires=NOW + 2 * DAY),),
     {"end": NOW + HOUR}, [(0, 48, 1)]),
    ("on to the horizon", LATEST_END, (two(), tenant(horizon=2 * DAY)), {"end": NOW + HOUR}, [(0, 48, 1)]),
    ("on to the end of the contract", LATEST_END,
     (pool(grace=0), promise("mistral/b", start=NOW + DAY, end=NOW + 2 * DAY), tenant(chips=128)),
     {"end": NOW + HOUR}, [(0, 24, 1)]),
)  # fmt: skip


@pytest.mark.parametrize(("name", "question", "world", "ask", "found"), TABLE, ids=[row[0] for row in TABLE])
def test_what_is_offered(
    name: str, question: AnswerKind, world: tuple[Any, ...], ask: dict[str, Any], found: list[Hours]
) -> None:
    assert hours(answer(question, *world, **ask)) == found


REFUSED: tuple[tuple[str, dict[str, Any], tuple[Any, ...], Reason], ...] = (
    ("an unknown accelerator", {"accelerator": "abacus"}, (two(),), Reason.MISCONFIGURED),
    ("a namespace of nobody", {"tenant": None}, (two(),), Reason.MISCONFIGURED),
    ("a shape that cannot be formed", {"topology": "4x4x6"}, (two(),), Reason.TOPOLOGY_IMPOSSIBLE),
    ("more than the fleet", {"count": 2}, (two(),), Reason.EXCEEDS_CAPACITY),
    ("more than the contract", {"count": 9}, (pool(cubes=20), tenant(chips=256)), Reason.EXCEEDS_ENTITLEMENT),
    ("a window beyond the horizon", {"start": NOW + 9 * DAY, "end": NOW + 10 * DAY},
     (two(), tenant(horizon=8 * DAY)), Reason.EXCEEDS_ENTITLEMENT),
    ("a window that is over", {"start": NOW - 200, "end": NOW - 100}, (two(),), Reason.WINDOW_CONFLICT),
    ("a start long ago", {"start": NOW - DAY, "end": NOW + DAY}, (two(),), Reason.WINDOW_CONFLICT),
    ("a duration longer than its bounds", {"duration": DAY, "latest": NOW + HOUR}, (two(),), Reason.WINDOW_CONFLICT),
    ("no pool there", {"datacenters": ("abernathy",)}, (two(),), Reason.NO_MATCHING_POOL),
    ("no pool at all", {}, (), Reason.NO_MATCHING_POOL),
    ("a silent site", {}, (replace(two(), reachable=False),), Reason.DATACENTER_UNREACHABLE),
)  # fmt: skip


@pytest.mark.parametrize("question", AnswerKind)
@pytest.mark.parametrize(("name", "ask", "world", "reason"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_cannot_be_is_told_with_its_reason(
    name: str, ask: dict[str, Any], world: tuple[Any, ...], reason: Reason, question: AnswerKind
) -> None:
    told = answer(question, *world, **ask)
    assert told.hold is not None
    assert (told.hold.reason, told.offers) == (reason, ())


def test_a_window_that_is_taken_is_told_with_conflicts_earliest_start_and_what_helps() -> None:
    told = answer(CHECK, taken(two(), (2, 6)), start=NOW + HOUR, end=NOW + 4 * HOUR)
    assert told.hold is not None
    assert told.hold.reason is Reason.WINDOW_CONFLICT
    assert told.hold.conflicts == ((NOW + 2 * HOUR, NOW + 4 * HOUR),)
    assert told.hold.earliest_start == NOW + 6 * HOUR
    assert [one.kind for one in told.hold.relaxations] == ["Later", "Shorter"]


def test_slots_of_every_datacenter_are_offered_the_preferred_first() -> None:
    there = (two(LAKE), two(ABERNATHY))
    told = answer(SLOTS, *there, duration=HOUR, datacenters=("lake-mariner", "abernathy"), most=3)
    assert [(one.start, one.datacenters) for one in told.offers] == [
        (NOW, ("lake-mariner",)),
        (NOW, ("abernathy",)),
        (NOW + HOUR, ("lake-mariner",)),
    ]


def test_an_offer_over_several_datacenters_names_all_of_them_and_their_units() -> None:
    (one,) = answer(
        EARLIEST, two(LAKE), two(ABERNATHY), count=2, end=NOW + DAY, across_datacenters=True
    ).offers
    assert one.datacenters == ("abernathy", "lake-mariner")
    assert dict(one.pools) == {ABERNATHY: 2, LAKE: 2}


def test_an_earliest_start_needs_no_end_but_ends_within_the_horizon() -> None:
    busy = (taken(two(), (0, 99)), tenant(horizon=100 * HOUR))
    assert hours(answer(EARLIEST, *busy, end=NOW + HOUR)) == [(99, 100, 1)]
    assert hours(answer(EARLIEST, *busy, end=NOW + 2 * HOUR)) == []


@pytest.mark.parametrize("second", [1, 299])
def test_nobody_reads_the_second_at_which_anothers_promise_ends(second: int) -> None:
    busy = taken(two(), (0, 1 + second / HOUR))
    for question, ask in (
        (EARLIEST, {"duration": HOUR}),
        (CHECK, {"start": NOW + HOUR + second, "end": NOW + DAY}),
    ):
        told = answer(question, busy, **ask)
        found: list[int | None] = [one.start for one in told.offers]
        if told.hold is not None:
            found.append(told.hold.earliest_start)
        assert found == [NOW + HOUR + 300]


@given(worlds(), st.sampled_from(AnswerKind), st.integers(1, 4))
def test_every_offer_is_granted_when_it_is_asked_for_in_the_same_world(
    drawn: tuple[Snapshot, Reservation], question: AnswerKind, most: int
) -> None:
    seen, ask = drawn
    told = answer_to(case_of(Board(replace(seen, reservations={})), ask), question, most)
    assert (told.hold is None) == bool(told.offers)
    assert [one for one in told.offers if not granted(seen, ask, one)] == []
    assert len(told.offers) <= most


@pytest.mark.parametrize(("other", "fits"), [(950, False), (1200, True)])
def test_a_ramp_down_is_offered_only_where_its_larger_interval_is_promised_to_its_end(
    other: int, fits: bool
) -> None:
    ramp = Window(NOW, NOW + 2000, parts=(Part(NOW, NOW + 1000, 2), Part(NOW + 1000, NOW + 2000, 1)))
    busy = taken(pool(cubes=4, grace=0), (other / HOUR, 1))
    ask = reservation("mistral/when", count=2, window=ramp)
    board = Board(snapshot(busy, ask))
    admit(board)
    assert (bool(answer(CHECK, busy, count=2, window=ramp).offers), ask.uid in board.writes) == (fits, fits)


@given(worlds(), st.sampled_from(AnswerKind))
def test_offers_are_whole_slots_in_order_of_their_start(
    drawn: tuple[Snapshot, Reservation], question: AnswerKind
) -> None:
    seen, ask = drawn
    found = answer_to(case_of(Board(replace(seen, reservations={})), ask), question, 4).offers
    assert [one.start for one in found] == sorted(one.start for one in found)
    assert all(one.start % 300 == one.end % 300 == 0 for one in found)


def test_a_plain_reservation_is_what_these_worlds_are_made_of() -> None:
    seen = snapshot(two())
    (one,) = answer(CHECK, two(), end=NOW + DAY).offers
    assert granted(seen, reservation("mistral/when", end=NOW + DAY), one)
    assert not granted(snapshot(taken(two(), (0, 1))), reservation("mistral/when", end=NOW + DAY), one)


def test_offers_keep_clear_of_maintenance() -> None:
    work = {"m": Outage("work", NOW + 5 * HOUR, NOW + 8 * HOUR)}
    found = answer(AnswerKind.SLOTS, with_ledger(two(), outages=work), duration=3 * HOUR, most=3)
    assert hours(found) == [(0, 3, 1), (8, 11, 1), (11, 14, 1)]
