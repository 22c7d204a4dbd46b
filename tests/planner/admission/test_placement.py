"""Where and when: pools, shares, entitlement and the windows that are tried."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.builders import (
    ABERNATHY,
    DAY,
    HOUR,
    LAKE,
    MINUTE,
    NOW,
    entry,
    form,
    grant,
    lost,
    pool,
    promise,
    reservation,
    snapshot,
    tenant,
    with_ledger,
    with_units,
)  # fmt: skip

from holdfast.planner.admission.case import Case, case_of
from holdfast.planner.admission.entitlement import slices_allowed
from holdfast.planner.admission.placement import most_slices, place
from holdfast.planner.admission.windows import last_end, length, windows
from holdfast.planner.state.board import Board
from holdfast.planner.state.ledger import PromiseState
from holdfast.planner.state.snapshot import Health, Pool, Reservation

OTHER = "lake-mariner.tpu7x-b"


def case(ask: Reservation, *things: Any, now: int = NOW) -> Case:
    return case_of(Board(snapshot(ask, *things, now=now)), ask)


def placed(ask: Reservation, *things: Any) -> dict[str, int] | None:
    found = place(case(ask, *things), NOW, NOW + DAY)
    return None if found is None else dict(found.slices)


@pytest.mark.parametrize(
    ("name", "cubes", "count", "slices"),
    [
        ("the tightest pool that takes everything", (8, 4), 2, {OTHER: 2}),
        ("the only pool that takes everything", (8, 2), 2, {LAKE: 2}),
        ("the largest first where none takes everything", (4, 6), 4, {OTHER: 3, LAKE: 1}),
        ("by name where all are alike", (4, 4), 1, {LAKE: 1}),
        ("nowhere where all together are too small", (2, 2), 3, None),
        ("odd cubes do not make a slice", (3, 3), 3, None),
    ],
)
def test_slices_go_to(name: str, cubes: tuple[int, int], count: int, slices: dict[str, int] | None) -> None:
    assert placed(reservation(count=count), pool(LAKE, cubes[0]), pool(OTHER, cubes[1])) == slices


def test_spares_are_left_aside() -> None:
    assert placed(reservation(count=2), pool(cubes=4, spares=1)) is None
    assert placed(reservation(count=2), pool(cubes=5, spares=1)) == {LAKE: 2}


def test_what_runs_does_not_grow_into_spares_where_another_pool_has_room() -> None:
    mine, running = promise(start=NOW - DAY, generation=1), entry(start=NOW - DAY)
    ours = with_ledger(
        pool(LAKE, 4, spares=1), running, grants={"cube-000": grant(), "cube-001": grant(number=2)}, granted=2
    )
    assert placed(reservation(count=2, generation=2), mine, ours, pool(OTHER, 3)) == {LAKE: 1, OTHER: 1}


def test_a_pool_that_refuses_one_tenant_is_open_to_another_of_the_same_turn() -> None:
    ours, theirs = reservation(), reservation("other/run")
    there = replace(pool(), refuses={"mistral-ai": "namespace mistral-ai belongs to no tenant"})
    board = Board(snapshot(ours, theirs, there, tenant(), tenant("other")))
    assert [place(case_of(board, one), NOW, NOW + DAY) is not None for one in (ours, theirs)] == [False, True]


def test_the_tenants_order_of_datacenters_comes_before_snugness() -> None:
    pools = pool(LAKE, 8), pool(ABERNATHY, 2)
    assert placed(reservation(datacenters=("lake-mariner", "abernathy")), *pools) == {LAKE: 1}
    assert placed(reservation(datacenters=("abernathy", "lake-mariner")), *pools) == {ABERNATHY: 1}


def test_a_whole_answer_elsewhere_is_better_than_a_part_in_the_preferred_place() -> None:
    ask = reservation(count=2, min_count=1, datacenters=("abernathy", "lake-mariner"))
    assert placed(ask, pool(LAKE, 4), pool(ABERNATHY, 2)) == {LAKE: 2}
    assert placed(ask, pool(LAKE, 2), pool(ABERNATHY, 2)) == {ABERNATHY: 1}
    assert most_slices(case(ask, pool(LAKE, 2), pool(ABERNATHY, 4)), NOW, NOW + DAY) == 2


def test_counting_is_not_enough_where_units_differ() -> None:
    differing = with_units(pool(cubes=2), "cube-000", retires=NOW + 2 * DAY)
    later = entry("other/a", 1, start=NOW + DAY + HOUR, end=NOW + 3 * DAY)
    busy = with_ledger(
        differing, later, entry("other/b", 1, end=NOW + 2 * HOUR), grants={"cube-001": grant("other/b")}
    )
    ask = reservation(topology="4x4x4")
    assert placed(ask, busy) == {LAKE: 1}
    assert place(case(ask, busy), NOW, NOW + 2 * DAY + 1) is None


def test_one_that_leaves_and_one_that_comes_are_not_one_that_stays() -> None:
    leaving = with_units(pool(cubes=3), "cube-000", retires=NOW + DAY)
    passing = with_units(leaving, "cube-001", available=NOW + DAY, health=Health.MISSING)
    ask = reservation(end=NOW + 2 * DAY)
    assert place(case(ask, passing), NOW, NOW + DAY) is not None
    assert place(case(ask, passing), NOW, NOW + 2 * DAY) is None


def test_a_next_form_of_another_occupies_its_maximum() -> None:
    growing = entry("other/a", 2, next=form(4, attempt="x"))
    assert placed(reservation(count=2), with_ledger(pool(cubes=6), growing)) is None


KEPT = promise(start=NOW - DAY, generation=1)
HELD: Pool = with_ledger(
    pool(cubes=4),
    entry(start=NOW - DAY),
    grants={"cube-000": grant(), "cube-001": grant(number=2)},
    granted=2,
)


@pytest.mark.parametrize(
    ("name", "unit", "end", "count", "slices"),
    [
        ("it grows while all is well", {}, NOW + DAY, 2, {LAKE: 2}),
        ("it is extended while all is well", {}, NOW + 2 * DAY, 1, {LAKE: 1}),
        ("it keeps its units while one has failed", {"health": Health.UNHEALTHY}, NOW + DAY, 1, {LAKE: 1}),
        ("it does not grow while one has failed", {"health": Health.UNHEALTHY}, NOW + DAY, 2, None),
        ("a unit delivered since it began counts", {"available": NOW - HOUR}, NOW + DAY, 2, {LAKE: 2}),
        ("it grows beside a retiring unit it keeps", {"retiring": True}, NOW + DAY, 1, {LAKE: 1}),
        ("it is not extended on a retiring unit", {"retiring": True}, NOW + 2 * DAY, 1, None),
        ("it is not extended beyond a retirement", {"retires": NOW + DAY + HOUR}, NOW + 2 * DAY, 1, None),
    ],
)
def test_a_window_that_has_begun(
    name: str, unit: dict[str, Any], end: int, count: int, slices: dict[str, int] | None
) -> None:
    ask = reservation(count=count, end=end, generation=2)
    held = with_units(HELD, "cube-001", **unit)
    if "health" in unit:
        held = replace(
            held, ledger=replace(held.ledger, grants={**held.ledger.grants, "cube-001": lost(number=2)})
        )
    found = place(case(ask, held, KEPT), KEPT.start, end)
    assert (None if found is None else dict(found.slices)) == slices


@pytest.mark.parametrize(
    ("name", "cubes", "asked", "slices"),
    [
        ("as many in each where half may lie in one", (16, 16), (4, None, 50), {LAKE: 2, OTHER: 2}),
        ("to the next pool what is more than a share", (16, 4), (4, None, 75), {LAKE: 3, OTHER: 1}),
        ("nowhere where the others have no room for the rest", (16, 2), (4, None, 50), None),
        ("so many of them as each pool's share allows", (12, 6), (8, 1, 50), {LAKE: 3, OTHER: 3}),
        ("in one pool where they may", (16, 16), (4, None, 100), {LAKE: 4}),
        ("one by one where a share is less than a slice", (16, 16), (2, None, 1), {LAKE: 1, OTHER: 1}),
        ("a single one anywhere", (16, 16), (1, None, 1), {LAKE: 1}),
    ],
)
def test_slices_that_must_lie_apart_go(
    name: str, cubes: tuple[int, int], asked: tuple[int, int | None, int], slices: dict[str, int] | None
) -> None:
    count, least, percent = asked
    ask = reservation(count=count, min_count=least, max_percent_per_pool=percent)
    assert placed(ask, pool(LAKE, cubes[0]), pool(OTHER, cubes[1])) == slices


@pytest.mark.parametrize(("entries", "chosen"), [(99, OTHER), (100, LAKE), (200, LAKE)])
def test_a_ledger_with_a_hundred_entries_more_comes_behind_a_roomier_pool(entries: int, chosen: str) -> None:
    """The other pool is the tighter one; its entries are over, so they take no room."""
    over = form(1, start=NOW - 3 * DAY, end=NOW - DAY)
    many = [entry(f"chai/over-{n}", 1, form=over) for n in range(entries)]
    assert placed(reservation(), pool(LAKE, 8), with_ledger(pool(OTHER, 4), *many)) == {chosen: 1}


def test_slices_that_run_are_never_moved_to_a_roomier_pool() -> None:
    two = replace(KEPT, pools={LAKE: 2, OTHER: 2}, slices=2)
    there = with_ledger(pool(OTHER, 8), entry(start=NOW - DAY))
    ask = reservation(count=3, generation=2)
    found = place(case(ask, HELD, there, two), two.start, NOW + DAY)
    assert found is not None
    assert dict(found.slices) in ({LAKE: 1, OTHER: 2}, {LAKE: 2, OTHER: 1})
    silent = replace(there, reachable=False)
    assert place(case(ask, HELD, silent, two), two.start, NOW + DAY) is None


def test_an_extension_for_which_only_another_pool_has_room_moves_nothing_that_runs() -> None:
    next_day = entry("other/a", 2, start=NOW + DAY + MINUTE, end=NOW + 3 * DAY)
    full_then = with_ledger(
        pool(cubes=2), entry(start=NOW - DAY), next_day, grants=HELD.ledger.grants, granted=2
    )
    ask = reservation(end=NOW + 2 * DAY, generation=2)
    assert place(case(ask, full_then, pool(OTHER, 8), KEPT), KEPT.start, NOW + 2 * DAY) is None


ALLOWED: tuple[tuple[str, dict[str, Any], tuple[int, int], int], ...] = (
    ("all while nothing is held", {}, (NOW, NOW + DAY), 4),
    ("less by what is held then", {"start": NOW + HOUR}, (NOW, NOW + DAY), 3),
    ("all where what is held has ended", {"end": NOW + HOUR}, (NOW + HOUR, NOW + DAY), 4),
    (
        "all where the other promise is over",
        {"state": PromiseState.RELEASING, "cause": "Expired"},
        (NOW, NOW + DAY),
        4,
    ),
    ("all where another tenant holds it", {"tenant": "anthropic"}, (NOW, NOW + DAY), 4),
    ("all where it is another accelerator", {"accelerator": "h200"}, (NOW, NOW + DAY), 4),
)


@pytest.mark.parametrize(("name", "changes", "window", "slices"), ALLOWED, ids=[row[0] for row in ALLOWED])
def test_how_much_the_contract_allows(
    name: str, changes: dict[str, Any], window: tuple[int, int], slices: int
) -> None:
    older = promise("mistral/older", **changes) if changes else promise("nobody/else", tenant="nobody")
    found = case(reservation(), pool(), older, tenant(chips=512))
    assert slices_allowed(found, *window) == slices


@pytest.mark.parametrize(
    "changes",
    [
        {"pools": {LAKE: 2}, "slices": 1, "attempt": "a9"},
        {"state": PromiseState.RELEASING, "cause": "Expired"},
    ],
    ids=["lowered", "ended"],
)
def test_what_this_very_turn_gives_back_counts_until_its_write_has_been_seen(changes: dict[str, Any]) -> None:
    older = promise("mistral/older", cubes=4)
    board = Board(snapshot(reservation(), pool(), older, tenant(chips=512)))
    board.swap(replace(older, round=2, **changes))
    assert slices_allowed(case_of(board, reservation()), NOW, NOW + DAY) == 2


def first(ask: Reservation, *things: Any, now: int = NOW) -> list[tuple[int, int]]:
    return [window for window, _ in zip(windows(case(ask, *things, now=now)), range(3), strict=False)]


BUSY = with_ledger(pool(cubes=2), entry("other/a", 2, end=NOW + HOUR + MINUTE))
BEGUN = {"start": NOW - HOUR, "end": NOW + DAY}
LATER = {"start": NOW + 2 * HOUR, "end": NOW + 3 * HOUR}
WINDOWS: tuple[tuple[str, dict[str, Any], dict[str, int] | None, list[tuple[int, int]]], ...] = (
    ("a fixed window", {"start": NOW + 5, "end": NOW + 9}, None, [(NOW + 5, NOW + 9)]),
    ("a fixed start just past is now", {"start": NOW - 5, "end": NOW + 9}, None, [(NOW, NOW + 9)]),
    ("no start is now", {"end": NOW + 9}, None, [(NOW, NOW + 9)]),
    ("a fixed window that is over", {"end": NOW}, None, []),
    ("a begun window keeps its start", {"start": NOW + 5, "end": NOW + 9}, BEGUN, [(NOW - HOUR, NOW + 9)]),
    ("one not begun may be moved to now", {"end": NOW + 9}, LATER, [(NOW, NOW + 9)]),
    ("flexible: now, then where something ends", {"duration": 60}, None,
     [(NOW, NOW + 60), (NOW + HOUR + MINUTE, NOW + HOUR + 120)]),
    ("flexible: not before its earliest", {"duration": 60, "earliest": NOW + DAY}, None, [(NOW + DAY, NOW + DAY + 60)]),
    ("flexible: not beyond its latest", {"duration": 60, "latest": NOW + HOUR}, None, [(NOW, NOW + 60)]),
    ("flexible and begun: its own start", {"duration": 60}, BEGUN, [(NOW - HOUR, NOW - HOUR + 60)]),
    ("flexible and promised: its own window first", {"duration": 60}, LATER,
     [(NOW + 2 * HOUR, NOW + 2 * HOUR + 60), (NOW, NOW + 60), (NOW + HOUR + MINUTE, NOW + HOUR + 120)]),
)  # fmt: skip


@pytest.mark.parametrize(("name", "ask", "kept", "tried"), WINDOWS, ids=[row[0] for row in WINDOWS])
def test_the_windows_that_are_tried(
    name: str, ask: dict[str, Any], kept: dict[str, int] | None, tried: list[tuple[int, int]]
) -> None:
    inforce = [] if kept is None else [promise("mistral/pretrain", tenant="x", **kept)]
    assert first(reservation(**ask), BUSY, *inforce) == tried


@pytest.mark.parametrize(
    ("ask", "last", "lasts"),
    [
        ({"end": NOW + 9}, NOW + 9, 9),
        ({"start": NOW + 5, "end": NOW + 9}, NOW + 9, 4),
        ({"duration": 60}, NOW + 60, 60),
        ({"duration": 60, "earliest": NOW + 5}, NOW + 65, 60),
        ({"duration": 60, "latest": NOW + 90}, NOW + 60, 60),
    ],
)
def test_how_far_and_how_long_an_ask_reaches(ask: dict[str, Any], last: int, lasts: int) -> None:
    found = case(reservation(**ask), pool())
    assert (last_end(found), length(found)) == (last, lasts)
