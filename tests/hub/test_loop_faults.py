"""A fault of ours in one pool's upkeep, in the shipped loop: told, left alone for a while, tried again."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from tests.hub.test_refusals import ready, turns
from tests.simulation.hub import POOLS, Hub, Planner, contested, ledger

from holdfast.hub.metrics import HubMetrics
from holdfast.hub.refusals import FIRST_PAUSE
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.upkeep import repair

ILL, WELL = POOLS


@pytest.fixture
def failures(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One pool's replacements cannot be counted; each time that is noted."""
    met, sound = list[str](), repair.replacements_left

    def poisoned(sheet: Sheet, policy: Any) -> int:
        if sheet.pool.name == ILL:
            met.append(ILL)
            raise ArithmeticError("no such number")
        return sound(sheet, policy)

    monkeypatch.setattr(repair, "replacements_left", poisoned)
    return met


def told(hub: Hub) -> tuple[str, list[str]]:
    """How its ask stands, and where it lies."""
    return ready(hub, "train"), [name for name in POOLS if (ledger(hub, name) or {}).get("promises")]


@pytest.mark.usefixtures("failures")
def test_the_other_pool_serves_meanwhile_and_nothing_is_written_into_the_one_that_fails() -> None:
    hub = contested()
    before = ledger(hub, ILL)
    turns(Planner(hub, hub.server))
    assert told(hub) == ("Promised", [WELL])
    assert ledger(hub, ILL) == before


def test_it_is_left_alone_for_a_while_and_tried_again(failures: list[str]) -> None:
    hub = contested()
    planner = Planner(hub, hub.server)
    turns(planner)
    assert len(failures) == 1
    hub.time.sleep(FIRST_PAUSE)
    turns(planner)
    assert len(failures) == 2


@pytest.mark.usefixtures("failures")
def test_a_person_is_told_its_name_and_where_it_fails() -> None:
    hub, metrics = contested(), HubMetrics(registry := CollectorRegistry())
    planner = Planner(hub, hub.server)
    planner.look()
    turn = planner.loop.turn(planner.api)
    assert turn is not None
    assert turn.plan.frozen[ILL].startswith(
        "planning for it fails with ArithmeticError: no such number in poisoned"
    )
    metrics.after(turn, 0)
    assert registry.get_sample_value("holdfast_frozen") == 1
