"""Changes that help: which are found where, and that each is promised when it is asked for."""

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
    entry,
    pool,
    promise,
    reservation,
    snapshot,
    tenant,
    with_ledger,
    with_units,
)
from tests.planner.admission.test_starts import FAR_POOL, OTHER, pools

from holdfast.api.reasons import Reason
from holdfast.planner.admission.admit import admit
from holdfast.planner.admission.case import case_of
from holdfast.planner.admission.relaxations import relaxed
from holdfast.planner.state.board import Board
from holdfast.planner.state.snapshot import Pool, Reservation, Snapshot
from holdfast.planner.state.steps import Hold, Relaxation

SLOT = 300
FOUR = pool(cubes=4)
BUSY = with_ledger(FOUR, entry("other/a", 4))
"""All four cubes are another's for a day and a minute."""
THIRD = pool("barber-lake.tpu7x-a", 4)
TWO = with_ledger(FOUR, entry("other/a", 2, start=NOW + 6 * HOUR, end=NOW + DAY))
"""Two of four cubes are free all day, the others for six hours."""


def held(*things: Any, **ask: Any) -> Hold:
    """The hold that a first ask gets from the whole of admission."""
    wanted = reservation(**ask)
    board = Board(snapshot(wanted, *things))
    admit(board)
    return board.holds[wanted.uid]


def kinds(hold: Hold) -> dict[str, Relaxation]:
    return {one.kind: one for one in hold.relaxations}


FIXED = {"start": NOW + 5 * HOUR, "end": NOW + 8 * HOUR}
FOUND: tuple[tuple[str, tuple[Pool, ...], dict[str, Any], Relaxation], ...] = (
    ("later", (BUSY,), {"start": NOW, "end": NOW + DAY}, Relaxation("Later", NOW + DAY + SLOT, NOW + 2 * DAY + SLOT)),
    ("later, without a start", (BUSY,), {"end": NOW + DAY - 7},
     Relaxation("Later", NOW + DAY + SLOT, NOW + 2 * DAY + SLOT)),
    ("fewer", (TWO,), {"count": 2, **FIXED}, Relaxation("Fewer", count=1)),
    ("fewer, flexible", (TWO,), {"count": 3, "duration": DAY, "latest": NOW + 2 * DAY}, Relaxation("Fewer", count=2)),
    ("fewer than the fewest accepted", (TWO,), {"count": 3, "min_count": 2, **FIXED}, Relaxation("Fewer", count=1)),
    ("another datacenter", (BUSY, pool(ABERNATHY)), {"datacenters": ("lake-mariner",)},
     Relaxation("Elsewhere", datacenters=("abernathy",))),
    ("the first other by name that has room", (BUSY, with_ledger(pool(ABERNATHY, 2), entry("other/a")), THIRD),
     {"datacenters": ("lake-mariner",)}, Relaxation("Elsewhere", datacenters=("barber-lake",))),
    ("several datacenters", (FOUR, pool(ABERNATHY, 4)), {"count": 4}, Relaxation("Elsewhere", across_datacenters=True)),
    ("cut at its end", (TWO,), {"count": 2, "start": NOW + HOUR, "end": NOW + 7 * HOUR},
     Relaxation("Shorter", start=NOW + HOUR, end=NOW + 6 * HOUR - SLOT)),
    ("cut at its end, without a start", (TWO,), {"count": 2, "end": NOW + 7 * HOUR},
     Relaxation("Shorter", end=NOW + 6 * HOUR - SLOT)),
    ("cut at its beginning", (BUSY,), {"end": NOW + 3 * DAY}, Relaxation("Shorter", NOW + DAY + SLOT, NOW + 3 * DAY)),
    ("the longer of two cuts", (TWO,), {"count": 2, "start": NOW + 5 * HOUR, "end": NOW + 2 * DAY},
     Relaxation("Shorter", NOW + DAY, NOW + 2 * DAY)),
    ("a shorter duration in quarters", (TWO,), {"count": 2, "duration": 8 * HOUR, "latest": NOW + DAY},
     Relaxation("Shorter", duration=4 * HOUR)),
)  # fmt: skip


@pytest.mark.parametrize(("name", "world", "ask", "found"), FOUND, ids=[row[0] for row in FOUND])
def test_what_helps(name: str, world: tuple[Pool, ...], ask: dict[str, Any], found: Relaxation) -> None:
    assert kinds(held(*world, **ask)).get(found.kind) == found


RULES: tuple[tuple[str, tuple[Any, ...], dict[str, Any], Reason, Relaxation], ...] = (
    ("more chips than the contract", (pool(), tenant(chips=256)), {"count": 3}, Reason.EXCEEDS_ENTITLEMENT,
     Relaxation("Fewer", count=2)),
    ("more than the fleet", (FOUR,), {"count": 3}, Reason.EXCEEDS_CAPACITY, Relaxation("Fewer", count=2)),
    ("beyond the horizon", (FOUR, tenant(horizon=2 * DAY)), {"start": NOW + DAY, "end": NOW + 3 * DAY},
     Reason.EXCEEDS_ENTITLEMENT, Relaxation("Shorter", NOW + DAY, NOW + 2 * DAY)),
    ("no such pool there", (pool(ABERNATHY),), {"datacenters": ("lake-mariner",)}, Reason.NO_MATCHING_POOL,
     Relaxation("Elsewhere", datacenters=("abernathy",))),
    ("a silent site", (replace(FOUR, reachable=False), pool(ABERNATHY)), {"datacenters": ("lake-mariner",)},
     Reason.DATACENTER_UNREACHABLE, Relaxation("Elsewhere", datacenters=("abernathy",))),
)  # fmt: skip


@pytest.mark.parametrize(("name", "world", "ask", "reason", "found"), RULES, ids=[row[0] for row in RULES])
def test_what_helps_against_a_rule(
    name: str, world: tuple[Any, ...], ask: dict[str, Any], reason: Reason, found: Relaxation
) -> None:
    hold = held(*world, **ask)
    assert (hold.reason, kinds(hold).get(found.kind)) == (reason, found)


@pytest.mark.parametrize("ask", [{"accelerator": "abacus"}, {"topology": "9x9x9"}, {"end": NOW + 5}])
def test_nothing_helps_an_ask_that_only_another_ask_would(ask: dict[str, Any]) -> None:
    assert held(FOUR, **ask).relaxations == ()


def test_a_change_that_a_rule_forbids_is_not_offered() -> None:
    late = held(BUSY, tenant(horizon=DAY + HOUR), end=NOW + DAY)
    assert "Later" not in kinds(late)
    assert "Later" in kinds(held(BUSY, tenant(horizon=3 * DAY), end=NOW + DAY))


def test_fewer_are_offered_only_as_named_units_serve_them() -> None:
    leaving = with_units(pool(cubes=2), "cube-000", retires=NOW + HOUR)
    arriving = with_units(leaving, "cube-001", available=NOW + HOUR)
    ask = {"topology": "4x4x4", "count": 2, "end": NOW + 2 * HOUR}
    assert "Fewer" not in kinds(held(arriving, **ask))
    assert kinds(held(leaving, **ask))["Fewer"].count == 1


def test_of_an_amendment_only_a_smaller_count_is_looked_for() -> None:
    kept = promise(start=NOW - HOUR)
    there = with_ledger(pool(cubes=6), entry(start=NOW - HOUR), entry("other/a", 2))
    wanted = reservation(count=3, generation=2)
    board = Board(snapshot(wanted, there, kept, pool(ABERNATHY)))
    admit(board)
    assert board.holds[wanted.uid].relaxations == (Relaxation("Fewer", count=2),)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Snapshot, Reservation]:
    """An ask, often too large, over three pools of unlike units in two datacenters."""
    fixed = {"start": NOW + HOUR, "end": NOW + draw(st.integers(2, 12)) * HOUR}
    flexible = {"duration": draw(st.integers(1, 10)) * HOUR, "latest": NOW + 14 * HOUR}
    window: dict[str, Any] = draw(st.sampled_from((fixed, flexible, {"end": NOW + 9 * HOUR})))
    places = draw(st.sampled_from(((), ("lake-mariner",), ("abernathy", "lake-mariner"))))
    few = draw(st.sampled_from((None, 1)))
    ask = reservation(count=draw(st.integers(1, 4)), datacenters=places, min_count=few, **window)
    chips, horizon = draw(st.sampled_from((256, 100_000))), draw(st.sampled_from((10 * HOUR, 366 * DAY)))
    found = [draw(pools(name)) for name in (LAKE, OTHER, FAR_POOL)]
    return snapshot(ask, *found, tenant(chips=chips, horizon=horizon)), ask


@given(worlds())
def test_whoever_follows_the_advice_is_promised(drawn: tuple[Snapshot, Reservation]) -> None:
    seen, ask = drawn
    board = Board(seen)
    admit(board)
    hold = board.holds.get(ask.uid)
    for by in hold.relaxations if hold is not None else ():
        asked = relaxed(ask, by)
        again = Board(replace(seen, reservations={ask.uid: asked}))
        admit(again)
        assert again.holds.get(ask.uid) is None, by
        assert again.writes[ask.uid].promise.slices == asked.count
        assert case_of(again, asked).kept is None
