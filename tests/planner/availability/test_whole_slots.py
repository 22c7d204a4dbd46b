"""No answer is finer than a slot: what is asked is rounded before it is planned."""

from __future__ import annotations

from typing import Any

import pytest
from tests.builders import DAY, HOUR, NOW, reservation, snapshot

from holdfast.planner.admission.case import case_of
from holdfast.planner.availability.whole_slots import in_whole_slots
from holdfast.planner.state.board import Board
from holdfast.planner.state.ledger import Part
from holdfast.planner.state.snapshot import Window

SLOT = 300
ROWS: tuple[tuple[str, dict[str, Any], Window], ...] = (
    ("whole slots stay", {"start": NOW + HOUR, "end": NOW + DAY}, Window(NOW + HOUR, NOW + DAY)),
    ("a fixed window is widened", {"start": NOW + HOUR + 1, "end": NOW + DAY - 1}, Window(NOW + HOUR, NOW + DAY)),
    ("no start is the next slot", {"end": NOW + DAY}, Window(NOW, NOW + DAY)),
    ("a start a moment ago is the next slot", {"start": NOW - SLOT, "end": NOW + DAY}, Window(NOW, NOW + DAY)),
    ("a start long ago stays", {"start": NOW - DAY, "end": NOW + DAY}, Window(NOW - DAY, NOW + DAY)),
    ("a duration is slots begun", {"duration": HOUR + 1}, Window(duration=HOUR + SLOT, earliest=NOW)),
    ("bounds are narrowed", {"duration": HOUR, "earliest": NOW + 1, "latest": NOW + DAY - 1},
     Window(duration=HOUR, earliest=NOW + SLOT, latest=NOW + DAY - SLOT)),
    ("bounds are widened where only so the duration fits", {"duration": HOUR, "earliest": NOW + 61,
     "latest": NOW + HOUR + 61}, Window(duration=HOUR, earliest=NOW, latest=NOW + HOUR + SLOT)),
    ("and not where it does not fit anyway", {"duration": HOUR, "earliest": NOW + 61, "latest": NOW + HOUR + 60},
     Window(duration=HOUR, earliest=NOW + SLOT, latest=NOW + HOUR)),
)  # fmt: skip


@pytest.mark.parametrize(("name", "ask", "window"), ROWS, ids=[row[0] for row in ROWS])
def test_how_a_window_is_rounded(name: str, ask: dict[str, Any], window: Window) -> None:
    asked = reservation(**ask)
    assert in_whole_slots(case_of(Board(snapshot()), asked)).reservation.window == window


def test_nothing_begins_before_the_next_slot() -> None:
    asked = reservation(end=NOW + DAY)
    found = in_whole_slots(case_of(Board(snapshot(now=NOW + 1)), asked)).reservation.window
    assert found.start == NOW + SLOT


def parts_of(*seconds: tuple[int, int, int], now: int = NOW) -> list[tuple[int, int, int]]:
    """Intervals (from, until, slices) in seconds from NOW, and what is planned of them in whole slots."""
    asked = tuple(Part(NOW + start, NOW + end, count) for start, end, count in seconds)
    window = Window(asked[0].start, asked[-1].end, parts=asked)
    found = in_whole_slots(case_of(Board(snapshot(now=now)), reservation(window=window))).reservation.window
    assert (found.start, found.end) == (found.parts[0].start, found.parts[-1].end)
    return [(part.start - NOW, part.end - NOW, part.count) for part in found.parts]


@pytest.mark.parametrize(
    ("name", "asked", "planned"),
    [
        ("whole slots stay", ((0, 600, 2), (600, 900, 1)), [(0, 600, 2), (600, 900, 1)]),
        ("the later one is larger", ((0, 400, 2), (400, 900, 3)), [(0, 300, 2), (300, 900, 3)]),
        ("the earlier one is larger", ((0, 400, 3), (400, 900, 2)), [(0, 600, 3), (600, 900, 2)]),
        ("both are alike", ((0, 400, 2), (400, 900, 2)), [(0, 300, 2), (300, 900, 2)]),
        ("they are apart", ((0, 310, 3), (590, 900, 2)), [(0, 600, 3), (600, 900, 2)]),
        ("the larger one lies in it", ((0, 310, 1), (310, 320, 9), (320, 900, 2)),
         [(0, 300, 1), (300, 600, 9), (600, 900, 2)]),
        ("the smaller one lies in it", ((0, 310, 4), (310, 320, 1), (320, 900, 3)), [(0, 600, 4), (600, 900, 3)]),
        ("all of it lies in one", ((310, 320, 1), (330, 340, 4), (350, 360, 2)), [(300, 600, 4)]),
    ],
)  # fmt: skip
def test_a_slot_that_several_intervals_touch_is_asked_for_with_the_most_of_them(
    name: str, asked: tuple[tuple[int, int, int], ...], planned: list[tuple[int, int, int]]
) -> None:
    assert parts_of(*asked) == planned


def test_intervals_that_are_over_are_left_out_and_one_that_runs_is_cut() -> None:
    asked = ((0, 200, 3), (400, 900, 2))
    assert parts_of(*asked, now=NOW + 301) == [(600, 900, 2)]
