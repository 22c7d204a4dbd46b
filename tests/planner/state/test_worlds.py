"""Kinder worlds of one pool: each has a calendar of its own, worked out once for as long as the pool's stands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders import DAY, NOW, entry, grant, pool, with_ledger, with_units

from holdfast.planner.state import worlds
from holdfast.planner.state.ledger import EntryState, Trouble
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Health
from holdfast.planner.state.worlds import Change


@pytest.fixture
def troubled() -> Sheet:
    """Eight cubes: two promised, one cordoned, two failed, one that leaves within the hour."""
    made = with_units(pool(cubes=8), "cube-000", cordoned=True)
    made = with_units(made, "cube-001", "cube-002", health=Health.UNHEALTHY)
    made = with_units(made, "cube-003", retires=NOW + 3_600)
    return Sheet.of(with_ledger(made, entry()), NOW)


@pytest.mark.parametrize(
    ("change", "free"),
    [
        (lambda sheet: sheet, 2),
        (worlds.emptied, 4),
        (worlds.returned, 4),
        (worlds.uncordoned, 3),
        (worlds.healthy, 4),
        (worlds.delivered, 4),
        (worlds.staying, 3),
    ],
)
def test_a_world_has_what_it_is_kinder_in_whichever_was_asked_before(
    troubled: Sheet, change: Change, free: int
) -> None:
    for before in (worlds.emptied, worlds.healthy, worlds.staying, worlds.uncordoned):
        before(troubled)
    assert change(troubled).free(NOW, NOW + DAY // 2) == free


def test_its_calendar_is_worked_out_once_and_anew_after_a_change(troubled: Sheet) -> None:
    first = worlds.healthy(troubled).calendar
    assert worlds.healthy(troubled).calendar is first
    troubled.enter(*entry("mistral/evals", 1))
    assert worlds.healthy(troubled).calendar is not first
    assert troubled.free(NOW, NOW + DAY // 2) == 1


def test_where_nobody_holds_anything_an_entry_changes_nothing_until_its_units_are_on_their_way_back(
    troubled: Sheet,
) -> None:
    first = worlds.emptied(troubled).calendar
    uid, new = entry("mistral/evals", 1)
    troubled.enter(uid, new)
    assert worlds.emptied(troubled).calendar is first
    troubled.enter(uid, replace(new, state=EntryState.RELEASING))
    assert worlds.emptied(troubled).calendar is not first


def test_a_sheet_that_was_played_on_is_another_in_every_world(troubled: Sheet) -> None:
    first = worlds.in_world(worlds.healthy, troubled)
    assert worlds.in_world(worlds.healthy, troubled) is first
    troubled.enter(*entry("mistral/evals", 1))
    assert len(worlds.in_world(worlds.healthy, troubled).entries) == 2


@pytest.mark.parametrize("change", [worlds.healthy, worlds.repaired])
def test_a_unit_that_counts_as_failed_serves_whoever_comes_after_its_holder_where_nothing_has_failed(
    change: Change,
) -> None:
    held = {"cube-000": grant("mistral/evals", trouble=Trouble(NOW, failed=NOW, until=NOW + DAY))}
    made = with_units(pool(cubes=1, repair=30 * DAY), "cube-000", health=Health.UNHEALTHY)
    theirs = entry("anthropic/next", 1, start=NOW + 2 * DAY, end=NOW + 3 * DAY)
    sheet = Sheet.of(with_ledger(made, entry("mistral/evals", 1), theirs, grants=held), NOW)
    assert list(sheet.shortages()) == [theirs[0]]
    assert change(sheet).shortages() == {}
