from __future__ import annotations

import pytest
from tests.builders import DAY, HOUR, NOW
from tests.console.asks import ABERNATHY, LAKE, NEXT, RACKS
from tests.console.views.fleet import engineer, one_of, person_of
from tests.console.world import Collections

from holdfast.console.views.floor import UnitCell, block_of, floor
from holdfast.console.views.in_view import InView
from holdfast.hardware.instants import text_of


def cell(seen: InView, pool: str, unit: str) -> UnitCell:
    return next(one for one in block_of(seen, seen.pools[pool]).units if one.unit == unit)


@pytest.mark.parametrize(
    ("pool", "unit", "look"),
    [
        (LAKE, "cube-00", "held"),
        (LAKE, "cube-10", "ill"),
        (LAKE, "cube-14", "degraded"),
        (LAKE, "cube-15", "quarantined"),
        (LAKE, "cube-13", "free"),
        (LAKE, "cube-16", "due"),
        (NEXT, "rack-00", "due"),
    ],
)
def test_a_unit_looks_as_it_is(pool: str, unit: str, look: str) -> None:
    assert cell(engineer(), pool, unit).look == look


def test_a_unit_says_who_holds_it_since_when_and_how_many_hosts_are_ready() -> None:
    found = cell(engineer(), LAKE, "cube-10")
    assert (found.holder, found.tenant, found.since) == ("acme/finetune", "acme", NOW - 3 * DAY)
    assert (found.health, found.ready, found.hosts) == ("Unhealthy", 13, 16)


def test_what_an_agent_holds_back_is_said_at_the_unit() -> None:
    assert cell(engineer(), RACKS, "rack-07").note.startswith("refused:")


def test_what_is_wrong_who_repairs_it_and_who_took_it_back_is_said_at_the_unit() -> None:
    def tell(world: Collections) -> None:
        report = one_of(world["poolreports"], LAKE)["spec"]["units"]["cube-10"]
        report["trouble"] = {"source": "DCGM", "reason": "XidError", "lasting": True}
        report["remediation"] = {"by": "nvsentinel", "since": text_of(NOW), "until": text_of(NOW + HOUR)}
        marks = {"recall.holdfast.dev/cube-10": "ada"}
        one_of(world["acceleratorpools"], LAKE)["metadata"]["annotations"] = marks

    assert cell(engineer(tell), LAKE, "cube-10").note == (
        "taken back for safety by ada; DCGM says XidError, which does not heal by itself; "
        "nvsentinel repairs it, from 2027-01-15T08:00:00Z until 2027-01-15T09:00:00Z"
    )
    assert cell(engineer(), LAKE, "cube-10").note == ""


def test_a_unit_that_is_at_work_already_alarms_nobody() -> None:
    def begun(world: Collections) -> None:
        outage = {"name": "flush", "units": ["cube-10"], "from": NOW - 5, "until": NOW + 5}
        one_of(world["acceleratorpools"], LAKE)["status"]["outages"] = {"a" * 36: outage}

    found = cell(engineer(begun), LAKE, "cube-10")
    assert (found.look, found.work) == ("out", "flush: coolant flush")


@pytest.mark.parametrize(("cordoned", "look"), [(True, "cordoned"), (False, "free")])
def test_a_cordoned_unit_looks_so(cordoned: bool, look: str) -> None:
    def close(world: Collections) -> None:
        one_of(world["poolreports"], LAKE)["spec"]["units"]["cube-13"]["cordoned"] = cordoned

    assert cell(engineer(close), LAKE, "cube-13").look == look


def test_a_unit_that_nobody_reports_is_missing() -> None:
    seen = engineer(reports={})
    assert (cell(seen, LAKE, "cube-00").health, cell(seen, LAKE, "cube-00").ready) == ("Missing", 0)


def test_the_ill_are_counted_and_the_worst_named_first() -> None:
    abernathy, lake = floor(engineer())
    assert [(site.name, site.heard, site.units, site.ill) for site in (abernathy, lake)] == [
        ("abernathy", False, 24, 1), ("lake-mariner", True, 34, 2),
    ]  # fmt: skip
    block = next(one for one in lake.blocks if one.pool == LAKE)
    assert [one.unit for one in block.ill] == ["cube-10", "cube-14"]
    assert (block.hosts, block.missing, block.looks["due"]) == (384, 3, 8)


def test_the_floor_is_empty_for_who_may_not_read_pools() -> None:
    assert floor(person_of("mistral")) == ()
    assert next(site.name for site in floor(engineer())) == ABERNATHY.partition(".")[0]
