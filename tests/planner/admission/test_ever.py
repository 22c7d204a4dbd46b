"""What could never be sold, whatever heals, is delivered or handed back: told with the numbers that decide it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.builders import (
    ABERNATHY,
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
    with_ledger,
)  # fmt: skip
from tests.planner.several import several

from holdfast.planner.admission.case import case_of
from holdfast.planner.admission.ever import together, too_many
from holdfast.planner.state.board import Board
from holdfast.planner.state.snapshot import Pool

SECOND = "lake-mariner.tpu7x-b"
TWO = {"cube-000": grant(), "cube-001": grant(number=2)}


def running(cubes: int, start: int = NOW - HOUR, **changes: Any) -> Pool:
    """The pool at Lake Mariner with one slice that runs."""
    return with_ledger(pool(LAKE, cubes, **changes), entry(start=start), grants=TWO, granted=2)


def found(ask: dict[str, Any], *things: Any) -> tuple[int, int] | None:
    wanted = reservation(**ask)
    case = case_of(Board(snapshot(wanted, *things)), wanted)
    return too_many(case, together(case))


APART = {"max_percent_per_pool": 50}
FRESH: tuple[tuple[str, tuple[int, int], dict[str, Any], tuple[int, int] | None], ...] = (
    ("as many as there are", (8, 4), {"count": 6}, None),
    ("one more", (8, 4), {"count": 7}, (7, 6)),
    ("fewer, where fewer are accepted", (8, 4), {"count": 7, "min_count": 6}, None),
    ("apart in two pools alike", (12, 12), {"count": 8, **APART}, None),
    ("as many apart as have the share of so many", (12, 6), {"count": 8, "min_count": 6, **APART}, None),
    ("more than have the share of so many", (12, 6), {"count": 8, "min_count": 7, **APART}, (7, 6)),
    ("an odd number in two halves", (12, 12), {"count": 5, **APART}, (5, 4)),
    ("a ramp through an odd number", (12, 12), {"count": 6, "window": several((0, 1, 5), (1, 2, 6)), **APART}, (5, 4)),
    ("a ramp of even numbers", (12, 12), {"count": 6, "window": several((0, 1, 4), (1, 2, 6)), **APART}, None),
)  # fmt: skip


@pytest.mark.parametrize(("name", "cubes", "ask", "enough"), FRESH, ids=[row[0] for row in FRESH])
def test_what_two_pools_could_ever_sell(
    name: str, cubes: tuple[int, int], ask: dict[str, Any], enough: tuple[int, int] | None
) -> None:
    assert found(ask, pool(LAKE, cubes[0]), pool(SECOND, cubes[1])) == enough


@pytest.mark.parametrize(
    ("name", "start", "across", "enough"),
    [
        ("only where it runs", NOW - HOUR, False, (4, 2)),
        ("in several datacenters where it may", NOW - HOUR, True, None),
        ("anywhere while it does not run", NOW + HOUR, False, None),
    ],
)
def test_where_more_of_what_is_in_force_could_ever_be_sold(
    name: str, start: int, across: bool, enough: tuple[int, int] | None
) -> None:
    home = running(4, start) if start < NOW else with_ledger(pool(LAKE, 4), entry(start=start))
    ask = {"count": 4, "generation": 2, "start": start, "end": NOW + DAY, "across_datacenters": across}
    assert found(ask, home, pool(ABERNATHY, 16), promise(start=start)) == enough


@pytest.mark.parametrize(("end", "enough"), [(NOW + DAY, None), (NOW + DAY + 1, (1, 0))])
def test_what_runs_on_a_spare_could_be_sold_for_as_long_as_it_is_and_no_longer(
    end: int, enough: tuple[int, int] | None
) -> None:
    ask = {"generation": 2, "start": NOW - HOUR, "end": end}
    assert found(ask, running(2, spares=1), promise(start=NOW - HOUR)) == enough


@pytest.mark.parametrize(("start", "enough"), [(NOW - HOUR, None), (NOW + HOUR, (2, 1))])
def test_what_runs_beyond_its_share_may_stay_and_what_does_not_run_yet_may_not(
    start: int, enough: tuple[int, int] | None
) -> None:
    held = with_ledger(pool(LAKE, 8), entry(count=4, start=start))
    ask = {"count": 2, "generation": 2, "start": start, "end": NOW + DAY, **APART}
    assert found(ask, held, promise(cubes=4, start=start)) == enough
