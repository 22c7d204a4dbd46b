"""When GKE may upgrade nodes is told to the hub's calendar: one object for each pool and declared window."""

from __future__ import annotations

import jsonschema
from tests.infra.declarations import Declared, changed
from tests.infra.engine_documents import plan, step
from tests.infra.ledgers import POOL, promise, spec, standing
from tests.infra.recording import Recording, Registered, run
from tests.infra.test_hub_guard import FakeHub
from tests.infra.test_published_objects import schema

from holdfast.api.bounds import LONGEST_WINDOW_SECONDS
from holdfast.api.ledger import MAX_OUTAGES
from holdfast.hardware.instants import LONGEST_SECONDS
from holdfast_infra.declaration.rules.times import MOST_WINDOWS
from holdfast_infra.engine_files import read_plan
from holdfast_infra.hub_guard import Change, HubGuard
from holdfast_infra.hub_guard.change import UPGRADES
from holdfast_infra.plan_guard.judgement import judge
from holdfast_infra.plan_guard.seen_hub import SeenHub
from holdfast_infra.program import main

SPRING = {"start": "2027-04-05T00:00:00Z", "end": "2027-04-12T00:00:00Z"}
AUTUMN = {"start": "2027-10-04T00:00:00Z", "end": "2027-10-11T00:00:00Z"}


def with_windows(*windows: Declared) -> Recording:
    return run(main, "lake-mariner", changed(("cluster/maintenanceWindows", list(windows))))


def told(recorded: Recording) -> list[Registered]:
    return recorded.of("MaintenanceWindow")


def test_every_pool_is_out_of_the_calendar_in_every_window() -> None:
    upgrades = told(with_windows(SPRING, AUTUMN))
    found = {(each.inputs["spec"]["pool"], each.inputs["spec"]["start"]) for each in upgrades}
    pools = ("lake-mariner.tpu7x-a", "lake-mariner.h200-a")
    assert found == {(pool, window["start"]) for pool in pools for window in (SPRING, AUTUMN)}
    for each in upgrades:
        jsonschema.validate(each.inputs, schema("MaintenanceWindow"))
        assert each.inputs["spec"]["end"] in (SPRING["end"], AUTUMN["end"])
        assert "units" not in each.inputs["spec"]


def test_another_time_is_another_object_and_the_others_stay() -> None:
    longer = {**AUTUMN, "end": "2027-10-18T00:00:00Z"}
    before, after = ({each.name for each in told(with_windows(SPRING, last))} for last in (AUTUMN, longer))
    assert (len(before - after), len(after - before), len(before & after)) == (2, 2, 2)
    assert told(with_windows()) == []


def test_a_window_stands_on_its_pool_and_stops_neither_units_nor_a_destroy() -> None:
    recorded = run(main, "lake-mariner", changed(("cluster/maintenanceWindows", [SPRING]), ("protect", True)))
    (seal,) = recorded.of("StackSeal")
    for each in told(recorded):
        assert any(pool.urn in each.depends_on for pool in recorded.of("AcceleratorPool"))
        assert each.urn in recorded.waits_for(seal)
        assert not each.protect
        assert each.hooks == {"before_delete": [], "before_update": []}
        assert not any(each.urn in recorded.waits_for(unit) for unit in recorded.of("NodePool"))


def test_a_window_that_is_dropped_gives_time_back_and_nobody_is_asked() -> None:
    hub = FakeHub([standing(spec("a"), promise(1, 0, 30))])
    old = {"metadata": {"name": "upgrade-2027-04-05-0"}, "spec": {"pool": POOL, **SPRING}}
    assert HubGuard(hub, "lake-mariner").refusal(Change(UPGRADES, "w", old, None)) is None
    assert hub.asked == []
    dropped = read_plan(plan(step("delete", UPGRADES, "MaintenanceWindow/w", old)))
    assert judge(dropped.steps, SeenHub(hub), "lake-mariner") == ()


def test_the_bounds_of_a_window_are_those_of_the_hubs_calendar() -> None:
    assert (MOST_WINDOWS, LONGEST_SECONDS) == (MAX_OUTAGES, LONGEST_WINDOW_SECONDS)
