"""Who leaves when a promise of slices shrinks: whole slices, so that the others go on."""

from __future__ import annotations

from typing import Any

import pytest
from tests.builders import (
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

from holdfast.planner.state.board import Board
from holdfast.planner.state.ledger import Grant, GrantState
from holdfast.planner.state.snapshot import Health, Pool
from holdfast.planner.upkeep.leaving import in_order_of_leaving
from holdfast.planner.upkeep.repair import repair

OLD, YOUNG = ("cube-000", "cube-001"), ("cube-002", "cube-003")
DEAD: dict[str, Any] = {"health": Health.UNHEALTHY}


def sliced(slices: dict[str, str], **grants: Grant) -> Pool:
    """A pool where mistral holds cube-000 to cube-003 and more as named, all open, each in the slice that is told."""
    given = {f"cube-{n:03}": grant(number=n + 1) for n in range(4)}
    given |= {name.replace("_", "-"): each for name, each in grants.items()}
    made = with_ledger(pool(cubes=8), entry(count=2), grants=given, granted=9)
    for name, each in given.items():
        made = with_units(made, name, open_grant=each.number, slice=slices.get(name, ""))
    return made


def leaving(of: Pool, size: int = 2) -> list[str]:
    """All units in the order in which they would leave."""
    sheet = Board(snapshot(of, promise(), reservation())).sheets[of.name]
    return in_order_of_leaving(sheet, list(sheet.active(promise().uid)), size)


def told(*slices: tuple[str, ...]) -> dict[str, str]:
    """What the agent tells: slice by unit."""
    return {unit: f"slice-{number}" for number, units in enumerate(slices) for unit in units}


SPARE = {"cube_000": lost(), "cube_007": grant(number=9, replaces="cube-000")}


@pytest.mark.parametrize(
    ("name", "of", "first"),
    [
        ("the younger of two slices", sliced(told(OLD, YOUNG)), YOUNG),
        ("the slice of which a cube is cordoned",
         with_units(sliced(told(OLD, YOUNG)), "cube-001", cordoned=True), OLD),
        ("the slice of which a cube has failed",
         with_units(sliced(told(OLD, YOUNG), cube_001=lost(number=2)), "cube-001", **DEAD), OLD),
        ("the slice that was formed around a spare last, however young the spare",
         sliced(told(("cube-001", "cube-007"), YOUNG), cube_000=grant("other/a", 1),
                cube_007=grant(number=9)), YOUNG),
        ("what is left of a broken slice before a whole one", sliced(told(YOUNG)), OLD),
        ("the newest grants where nothing is told of slices", sliced({}), YOUNG),
    ],
)  # fmt: skip
def test_first_leaves(name: str, of: Pool, first: tuple[str, ...]) -> None:
    assert set(leaving(of)[:2]) == set(first)


def test_a_replaced_cube_leaves_first_and_then_its_broken_slice_with_the_spare() -> None:
    of = with_units(sliced(told(OLD, YOUNG), **SPARE), "cube-000", **DEAD)
    of = with_units(of, "cube-007", slice="")
    assert leaving(of) == ["cube-000", "cube-007", "cube-001", "cube-003", "cube-002"]


def test_units_that_are_slices_themselves_leave_by_age_whatever_is_told() -> None:
    assert leaving(sliced(told(OLD, YOUNG)), size=1) == ["cube-003", "cube-002", "cube-001", "cube-000"]


def test_a_share_of_two_slices_that_shrinks_by_one_keeps_the_one_around_a_spare() -> None:
    formed = told(("cube-001", "cube-007"), YOUNG)
    of = sliced(
        formed, cube_000=grant("other/a", 1, state=GrantState.RELEASING, since=NOW), cube_007=grant(number=9)
    )
    mine = promise(units_per_slice=2)
    board = Board(snapshot(of, mine, reservation()))
    repair(board)
    still = board.sheets[of.name].active(mine.uid)
    assert still == ("cube-001", "cube-007")
