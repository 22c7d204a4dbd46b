"""How far a flexible window reaches: to its latest end, and never beyond its tenant's horizon."""

from __future__ import annotations

from typing import Any

import pytest
from tests.builders import DAY, HOUR, LAKE, NOW, pool, promise, reservation, snapshot, tenant
from tests.planner.world import World

from holdfast.planner.admission.case import case_of
from holdfast.planner.admission.rules import within_horizon
from holdfast.planner.admission.windows import windows
from holdfast.planner.state.board import Board

NEAR = tenant(horizon=2 * DAY)


def tried(ask: dict[str, Any], *things: Any) -> list[int]:
    """The starts that are tried, in hours from NOW; none where the horizon forbids the ask."""
    wanted = reservation(**ask)
    case = case_of(Board(snapshot(wanted, pool(), NEAR, *things)), wanted)
    return [] if within_horizon(case) else [(start - NOW) // HOUR for start, _ in windows(case)]


@pytest.mark.parametrize(
    ("name", "ask", "starts"),
    [
        ("a latest end beyond it", {"duration": HOUR, "latest": NOW + 9 * DAY}, [0]),
        ("no latest end", {"duration": HOUR}, [0]),
        ("as long as it", {"duration": 2 * DAY, "latest": NOW + 9 * DAY}, [0]),
        ("longer than it", {"duration": 2 * DAY + 1, "latest": NOW + 9 * DAY}, []),
        ("an earliest start with room before it", {"duration": HOUR, "earliest": NOW + 47 * HOUR}, [47]),
        ("one with too little", {"duration": HOUR, "earliest": NOW + 47 * HOUR + 1, "latest": NOW + 9 * DAY}, []),
    ],
)  # fmt: skip
def test_a_flexible_window_lies_before_its_tenants_horizon_however_late_would_do(
    name: str, ask: dict[str, Any], starts: list[int]
) -> None:
    assert tried(ask) == starts


def test_a_window_in_force_beyond_a_horizon_that_was_shortened_is_kept_and_made_no_longer() -> None:
    kept = promise("mistral/pretrain", start=NOW + 3 * DAY, end=NOW + 4 * DAY)
    amended = {"latest": NOW + 9 * DAY, "generation": 2}
    assert tried({"duration": DAY, **amended}, kept)[0] == 72
    assert tried({"duration": DAY + 1, **amended}, kept)[0] == 0
    assert tried({"duration": DAY, "latest": NOW + 4 * DAY - 1, "generation": 2}, kept)[0] == 0


def test_a_later_start_is_promised_up_to_the_horizon_and_not_beyond_it() -> None:
    for hours, ready in ((47, "True Scheduled"), (48, "False WindowConflict")):
        world = World().has(pool(LAKE, 2, grace=0))
        world.tenants["mistral-ai"] = NEAR
        world.asks(reservation("other/a", end=NOW + hours * HOUR))
        world.rest()
        world.asks(reservation("mistral/b", duration=HOUR, latest=NOW + 9 * DAY))
        assert world.rest().ready("mistral/b") == ready
