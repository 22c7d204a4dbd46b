"""What a sheet has laid out over its units is laid out anew after each change of it."""

from __future__ import annotations

from dataclasses import replace

from tests.builders import DAY, HOUR, LAKE, MINUTE, NOW, entry, grant, pool, uid, with_ledger, with_units

from holdfast.planner.state.ledger import Outage
from holdfast.planner.state.sheet import Sheet

MINE = uid("mistral/pretrain")


def dated() -> Sheet:
    """Two of three cubes leave at different times; one promise has two of them by its entry."""
    made = with_units(pool(LAKE, 3), "cube-000", retires=NOW + 2 * DAY)
    made = with_units(made, "cube-001", retires=NOW + 3 * DAY)
    return Sheet.of(with_ledger(made, entry(end=NOW + 4 * DAY), grants={"cube-000": grant()}, granted=1), NOW)


def test_a_demand_that_is_changed_or_taken_out_is_laid_out_anew() -> None:
    sheet = dated()
    assert sheet.shortages() == {}
    sheet.enter(MINE, entry(count=3, end=NOW + 4 * DAY)[1])
    assert sheet.shortages() == {MINE: 1}
    sheet.strike(MINE)
    assert sheet.shortages() == {}


def test_a_unit_that_is_released_or_under_maintenance_is_there_at_another_time() -> None:
    sheet = dated()
    assert sheet.units()["cube-000"][0].start == 0
    sheet.release("cube-000")
    assert sheet.units()["cube-000"][0].start == NOW + MINUTE
    sheet.take_out("work", Outage("work", NOW + HOUR, NOW + 2 * HOUR, ("cube-002",)))
    assert sheet.units()["cube-002"][0].end == NOW + HOUR


def test_a_copy_of_a_sheet_is_laid_out_by_itself() -> None:
    sheet = dated()
    before = sheet.units()
    kinder = replace(sheet, grants={}, entries={}, calendar=None)
    assert (kinder.shortages(), sheet.units()) == ({}, before)
