"""Changes that are not in force: seen in a condition, a reason, an event, and by who waits for the generation."""

from __future__ import annotations

from typing import Any

import pytest
from tests.builders import ABERNATHY, DAY, HOUR, LAKE, NOW, pool, reservation
from tests.planner.world import World

from holdfast.api.reservation import WindowDocument
from holdfast.hardware.instants import text_of
from holdfast.hub.window_reader import window_of
from holdfast.planner.state.snapshot import Window

MINE = "mistral/pretrain"


def running() -> World:
    """One slice runs; another tenant holds the rest of the pool; another datacenter is empty."""
    world = World().has(pool(LAKE, 4), pool(ABERNATHY, 4))
    world.asks(reservation(MINE, end=NOW + DAY, datacenters=("lake-mariner",)))
    world.asks(reservation("anthropic/rest", end=NOW + DAY, datacenters=("lake-mariner",)))
    world.rest()
    assert world.ready(MINE) == "True Active"
    return world


def conditions(world: World) -> dict[str, tuple[str, int]]:
    status = world.ask(MINE).status
    assert status is not None
    return {
        each.type: (f"{each.status} {each.reason}", each.observed_generation) for each in status.conditions
    }


def amendment(world: World) -> str:
    status = world.ask(MINE).status
    return status.amendment.message if status is not None and status.amendment is not None else ""


def test_growth_that_must_wait_is_reconciling_and_nobody_waits_in_vain_for_its_generation() -> None:
    world = running()
    world.amends(MINE, count=2, end=NOW + DAY)
    world.rest()
    found = conditions(world)
    assert found["Ready"] == ("True Active", 1)
    assert found["Reconciling"] == ("True WindowConflict", 2)
    assert world.events.count((MINE, "WindowConflict")) == 1


def test_growth_that_fits_later_ends_reconciling_and_is_told_as_amended() -> None:
    world = running()
    world.amends(MINE, count=2, end=NOW + DAY)
    world.rest()
    world.cancels("anthropic/rest")
    world.rest()
    assert conditions(world)["Ready"] == ("True Active", 2)
    assert "Reconciling" not in conditions(world)
    assert (MINE, "Amended") in world.events


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"start": NOW + HOUR, "end": NOW + DAY}, "its start cannot move to"),
        ({"end": NOW + DAY, "datacenters": ("abernathy",)}, "units in lake-mariner stay there"),
    ],
)
def test_what_cannot_change_once_the_window_has_begun_says_so(change: dict[str, Any], says: str) -> None:
    world = running()
    world.amends(MINE, **change)
    world.rest()
    assert says in amendment(world)
    assert conditions(world)["Stalled"] == ("True WindowBegun", 2)
    assert world.promise(MINE).pools == {LAKE: 2}


def test_all_that_cannot_change_any_more_is_told_at_once() -> None:
    world = running()
    world.amends(MINE, start=NOW + HOUR, end=NOW + DAY, datacenters=("abernathy",))
    world.rest()
    assert "cannot move to" in amendment(world)
    assert "units in lake-mariner stay there" in amendment(world)


def test_setting_the_field_back_ends_it() -> None:
    world = running()
    world.amends(MINE, end=NOW + DAY, datacenters=("abernathy",))
    world.rest()
    world.amends(MINE, end=NOW + DAY, datacenters=("lake-mariner",))
    world.rest()
    assert amendment(world) == ""
    assert "Stalled" not in conditions(world)


@pytest.mark.parametrize(
    ("act", "cause"),
    [
        (lambda world: world.wait(DAY), "Expired"),
        (lambda world: world.cancels(MINE), "Cancelled"),
        (lambda world: world.amends(MINE, end=NOW), "Amended"),
    ],
)
def test_why_a_promise_ends_is_an_event(act: Any, cause: str) -> None:
    world = running()
    act(world)
    world.rest()
    assert (MINE, cause) in world.events


def read(**said: Any) -> Window:
    """A window as the operator reads it from a spec made now."""
    return window_of(WindowDocument.model_validate(said), 1, NOW)


FRIDAYS = {"weekdays": ["Friday"], "startTime": "20:00", "durationSeconds": 8 * HOUR, "count": 2}
TWO_DAYS = [{"start": text_of(NOW + day * DAY), "end": text_of(NOW + day * DAY + HOUR)} for day in (5, 2)]
NEVER = {"timeZone": "Europe/Paris", "count": None, "until": text_of(NOW + HOUR)}
NONSENSE = (
    ("there is no time zone Europe/Pariss", {"recurrence": {**FRIDAYS, "timeZone": "Europe/Pariss"}},
     {"recurrence": {**FRIDAYS, "timeZone": "Europe/Paris"}}),
    ("put them in order and apart", {"intervals": TWO_DAYS}, {"intervals": TWO_DAYS[::-1]}),
    ("it never happens", {"recurrence": {**FRIDAYS, **NEVER}},
     {"recurrence": {**FRIDAYS, **NEVER, "until": text_of(NOW + 8 * DAY)}}),
)  # fmt: skip


@pytest.mark.parametrize(("says", "wrong", "right"), NONSENSE, ids=[row[0] for row in NONSENSE])
@pytest.mark.parametrize("start", [NOW, NOW + 2 * HOUR], ids=["begun", "not begun"])
def test_a_window_that_contradicts_itself_changes_nothing_until_it_is_corrected(
    start: int, says: str, wrong: dict[str, Any], right: dict[str, Any]
) -> None:
    world = World().has(pool(LAKE, 4))
    world.asks(reservation(MINE, start=start, end=start + DAY))
    before = world.rest().promise(MINE)
    world.amends(MINE, window=read(**wrong))
    world.rest()
    assert conditions(world)["Stalled"] == ("True Misconfigured", 2)
    assert conditions(world)["Promised"] == ("True Promised", 1)
    assert says in amendment(world)
    assert world.promise(MINE) == before
    world.amends(MINE, window=read(**right))
    world.rest()
    assert conditions(world)["Promised"] == ("True Promised", 3)
    assert [part for part in world.promise(MINE).intervals if part.start > start]


@pytest.mark.parametrize(
    ("start", "change"),
    [
        (NOW, {"count": 1}),
        (NOW + HOUR, {"start": NOW + HOUR, "end": NOW + 10 * HOUR - 60}),
        (NOW + HOUR, {"start": NOW + HOUR // 2, "end": NOW + 10 * HOUR}),
    ],
    ids=["fewer slices", "an earlier end", "an earlier start"],
)
def test_whoever_gives_back_is_cleaned_no_longer_than_promised_though_more_is_declared_since(
    start: int, change: dict[str, Any]
) -> None:
    world = World().has(pool(LAKE, 2, grace=60, turn_around=0))
    world.asks(reservation(MINE, topology="4x4x4", count=2, start=start, end=NOW + 10 * HOUR))
    world.rest().declare(LAKE, turn_around=HOUR)
    world.asks(
        reservation("anthropic/b", topology="4x4x4", count=2, start=NOW + 10 * HOUR + 60, end=NOW + DAY)
    )
    assert world.rest().ready("anthropic/b") == "True Scheduled"
    world.amends(MINE, **change)
    assert world.rest().ready("anthropic/b") == "True Scheduled"
    assert world.ready(MINE).startswith("True")
