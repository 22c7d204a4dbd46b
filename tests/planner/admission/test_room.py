"""How many units a pool has for a reservation: what is free of it, and what is in force whatever has failed since."""

from __future__ import annotations

import pytest
from tests.builders import (
    DAY,
    HOUR,
    NOW,
    entry,
    grant,
    lost,
    pool,
    promise,
    reservation,
    snapshot,
    with_ledger,
    with_units,
)

from holdfast.planner.admission.case import Case, case_of
from holdfast.planner.admission.room import room, rooms
from holdfast.planner.state.board import Board
from holdfast.planner.state.snapshot import Health, Pool

BEGAN = NOW - DAY
HELD = with_ledger(
    pool(cubes=2),
    entry(start=BEGAN),
    grants={"cube-000": grant(), "cube-001": lost(number=2)},
    granted=2,
)
"""Two units, both in the hands of a window that runs for another day; one of them has failed."""
FAILED = with_units(HELD, "cube-001", health=Health.UNHEALTHY)


def case(there: Pool) -> Case:
    """An amendment of what is promised there."""
    ask = reservation(generation=2)
    return case_of(Board(snapshot(ask, promise(start=BEGAN, generation=1), there)), ask)


@pytest.mark.parametrize(
    ("name", "there", "window", "units"),
    [
        ("what runs, all of it well", HELD, (BEGAN, NOW + DAY), 2),
        ("what runs, though a unit has failed", FAILED, (BEGAN, NOW + DAY), 2),
        (
            "and beyond it what is free then",
            with_units(FAILED, "cube-000", retires=NOW + DAY),
            (BEGAN, NOW + 2 * DAY),
            1,
        ),
        ("what is free beside the spares", pool(cubes=4, spares=1), (NOW + DAY, NOW + DAY + HOUR), 3),
    ],
)
def test_there_is_room_for(name: str, there: Pool, window: tuple[int, int], units: int) -> None:
    asked = case(there)
    sheet = asked.board.sheets[there.name]
    assert room(asked, sheet, window) == units
    assert rooms(asked, [sheet], window) == rooms(asked, [sheet], window) == [units]
