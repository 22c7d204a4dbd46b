"""A unit that is declared without hardware stands in for none, also before its agent has seen that it is gone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.infra.declarations import changed
from tests.infra.engine_documents import NODE_POOL as NODES
from tests.infra.engine_documents import plan, step
from tests.infra.ledgers import POOL, dated, day, promise, report, spec, standing
from tests.infra.recording import run
from tests.infra.test_hub_guard import FakeHub, removal, unit
from tests.infra.test_plan_guard import left

from holdfast_infra.declaration import parse
from holdfast_infra.hub_guard import Change, HubGuard
from holdfast_infra.hub_guard.change import POOL as PUBLISHED
from holdfast_infra.hub_guard.undelivered import undelivered, without
from holdfast_infra.program import main

DECLARED = spec("a", "b", "c")
TWO = standing(DECLARED, promise(2, 5, 30))
SEEN = report(a="Healthy", b="Healthy", c="Healthy")
"""As its agent wrote it before the node pool of one of them went."""


def guard(seen: Any, *gone: str, pool: dict[str, Any] = TWO) -> HubGuard:
    hub = FakeHub([pool], reports={} if seen is None else {POOL: seen})
    return HubGuard(hub, "lake-mariner", {POOL: gone})


@pytest.mark.parametrize("seen", [SEEN, None], ids=["reported", "never reported"])
def test_a_unit_whose_node_pool_an_earlier_run_deleted_stands_in_for_none_that_leaves(seen: Any) -> None:
    assert guard(seen).refusal(removal("b")) is None
    assert guard(seen, "a", "b").refusal(removal("b"))
    assert "short of 1 unit" in str(guard(seen, "a").refusal(removal("b")))
    assert guard(seen, "b").refusal(removal("b")) is None


def test_nor_for_one_that_is_left_out_of_the_declaration() -> None:
    old, new = ({"metadata": {"name": POOL}, "spec": each} for each in (DECLARED, spec("a", "b")))
    change = Change(PUBLISHED, f"AcceleratorPool/{POOL}", old, new)
    assert "units of c from declared to left out" in str(guard(SEEN, "a").refusal(change))
    assert guard(SEEN).refusal(change) is None


def test_it_is_asked_about_itself_as_it_stands_whatever_date_is_declared_for_it() -> None:
    pool = standing(spec("a", "b"), promise(2, 5, 30))
    later = dated(spec("a", "b"), "a", availableFrom=day(10))
    old, new = ({"metadata": {"name": POOL}, "spec": each} for each in (pool["spec"], later))
    change = Change(PUBLISHED, f"AcceleratorPool/{POOL}", old, new)
    assert "availableFrom of a" in str(guard(SEEN, "a", pool=pool).refusal(change))
    assert "short of 1 unit" in str(guard(SEEN, "a", pool=pool).refusal(removal("a")))


def test_one_that_is_to_come_counts_from_its_date_on() -> None:
    coming = standing(dated(DECLARED, "a", availableFrom=day(3)), promise(2, 5, 30))
    assert guard(SEEN, "a", pool=coming).refusal(removal("b")) is None
    late = standing(dated(DECLARED, "a", availableFrom=day(-1)), promise(2, 5, 30))
    assert guard(SEEN, "a", pool=late).refusal(removal("b"))


def test_a_report_without_them_leaves_the_others_as_they_were_seen() -> None:
    assert without(report(a="Healthy", b="Degraded"), TWO, {"a"}) == {"spec": report(b="Degraded")["spec"]}
    assert without(None, TWO, {"a"}) == {"spec": report(b="Healthy", c="Healthy")["spec"]}


def test_the_program_tells_its_guard_which_are_declared_so(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    made = HubGuard.__init__

    def kept(self: HubGuard, hub: Any, datacenter: str, gone: Any = None) -> None:
        told.append(gone)
        made(self, hub, datacenter, gone)

    monkeypatch.setattr(HubGuard, "__init__", kept)
    run(main, "lake-mariner", changed())
    assert told == [undelivered(parse(changed()))]
    assert told[0] == {POOL: {"cube-005"}, "lake-mariner.h200-a": frozenset()}


def test_a_plan_is_judged_by_what_its_own_configuration_declares(tmp_path: Path) -> None:
    pool = standing(spec("cube-000", "cube-001", "cube-005"), promise(2, 5, 30))
    goes = plan(step("delete", NODES, "tpu7x-a-cube-000", unit("cube-000")))
    assert left(tmp_path, goes, pool) == 0
    document = json.loads(goes)
    document["config"] |= {"holdfast:datacenter": json.dumps(changed())}
    assert left(tmp_path, json.dumps(document), pool) == 1
    document["config"] |= {"holdfast:datacenter": '{"name": "lake-mariner"}'}
    assert left(tmp_path, json.dumps(document), pool) == 0
