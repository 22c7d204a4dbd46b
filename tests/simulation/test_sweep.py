"""The sweep reaches every call, a point of it can be told, and it finds what is planted."""

from __future__ import annotations

import pytest
from tests.simulation.sweep.scenarios import SCENARIOS
from tests.simulation.sweep.sweep import WAYS, Point, Run, Way, points, told_point, try_point

from holdfast.agent import handover
from holdfast.planner.upkeep import handback

FIRST, HANDED_ON = (
    0,
    next(n for n, each in enumerate(SCENARIOS) if each.name == "from one tenant to the next"),
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_scenario_is_whole_where_nothing_goes_wrong(scenario: object) -> None:
    assert Run(scenario).play() == ""  # type: ignore[arg-type]


def test_the_sweep_has_ten_scenarios_and_every_call_of_each_in_every_way() -> None:
    assert len(SCENARIOS) >= 10
    found = list(points(FIRST))
    calls = {point.call for point in found}
    assert calls == set(range(1, len(calls) + 1))
    assert {point.way for point in found} == set(WAYS)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.value)
def test_the_call_that_is_named_goes_wrong_in_its_way(way: Way) -> None:
    words = told_point(Point(FIRST, 2, way))
    assert "SWEEP            planner-1, " in words
    assert f": {way.value}\n" in words
    assert words.endswith("BROKEN  ")


def test_a_bug_in_the_hand_over_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handover.HandOver, "_has_pods", lambda *_: False)
    monkeypatch.setattr(handover, "send_away", lambda *_: None)
    assert try_point(Point(HANDED_ON, 1, Way.LOST_REPLY)).startswith("I10")


def test_a_bug_in_the_release_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handback, "_empty", lambda sheet, uid: sheet.entries[uid].state == "Releasing")
    found = [try_point(Point(HANDED_ON, call, Way.CRASH_AFTER)) for call in (1, 30)]
    assert all(found)
