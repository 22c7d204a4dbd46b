"""No answer is finer than a slot: what is asked is rounded before it is planned."""

from __future__ import annotations

from typing import Any

import pytest
from tests.builders import DAY, HOUR, NOW, reservation, snapshot

from holdfast.planner.admission.case import case_of
from holdfast.planner.availability.whole_slots import in_whole_slots
from holdfast.planner.state.board import Board
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
