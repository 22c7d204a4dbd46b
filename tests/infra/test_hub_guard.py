"""The hook: whom it asks, what it says, and that silence is a no."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pulumi
import pytest
from tests.infra.ledgers import POOL, UID, dated, day, entry, grant, pool, promise, spec, standing

from holdfast_infra.hub_guard import Change, HubGuard, HubSilent, RefusedByHub

NODE_POOL = "gcp:container/nodePool:NodePool"
CLUSTER = "gcp:container/cluster:Cluster"


@dataclass
class FakeHub:
    """A hub with these pools; silent if it has none to give."""

    objects: list[dict[str, Any]] | None
    asked: list[str] = field(default_factory=list)
    reports: dict[str, Any] = field(default_factory=dict)

    def identity(self) -> str:
        return "hub"

    def published(self, kind: str, name: str) -> Any:
        return self.report(name) if kind == "PoolReport" else self.pool(name)

    def pool(self, name: str) -> Any:
        self.asked.append(name)
        return next((each for each in self.pools() if each["metadata"]["name"] == name), None)

    def report(self, pool: str) -> Any:
        self.pools()
        return self.reports.get(pool)

    def pools(self) -> list[Any]:
        if self.objects is None:
            raise HubSilent("connection refused")
        return self.objects


def unit(name: str) -> dict[str, Any]:
    return {"name": name, "nodeConfig": {"labels": {"holdfast.dev/pool": POOL, "holdfast.dev/unit": name}}}


def removal(name: str) -> Change:
    return Change(NODE_POOL, f"tpu7x-a-{name}", unit(name), None)


def guard(*pools: dict[str, Any]) -> HubGuard:
    return HubGuard(FakeHub(list(pools)), "lake-mariner")


HELD = pool("a", "b", promises={UID: entry()}, units={"a": grant()})


def test_a_unit_is_looked_up_by_the_labels_it_was_born_with() -> None:
    hub = FakeHub([HELD])
    assert "unit a" in str(HubGuard(hub, "lake-mariner").refusal(removal("a")))
    assert hub.asked == [POOL]


@pytest.mark.parametrize("change", [removal("a"), Change(CLUSTER, "lake-mariner", {"name": "c"}, None)])
def test_a_silent_hub_is_a_no_and_an_empty_ledger_a_yes(change: Change) -> None:
    silent = HubGuard(FakeHub(None), "lake-mariner").refusal(change)
    assert "the hub did not answer" in str(silent)
    assert "(connection refused)" in str(silent)
    assert guard(pool("a", "b")).refusal(change) is None


def test_a_hub_that_was_silent_once_is_not_waited_for_again_in_this_run() -> None:
    hub = FakeHub(None)
    one_run = HubGuard(hub, "lake-mariner")
    refusals = [one_run.refusal(removal(name)) for name in "abc"]
    assert all("the hub did not answer" in str(each) for each in refusals)
    assert hub.asked == [POOL]


def test_a_unit_without_readable_labels_is_asked_about_as_part_of_the_site() -> None:
    assert "still backs" in str(guard(HELD).refusal(Change(NODE_POOL, "n", {"nodeConfig": "secret"}, None)))


def test_a_harmless_update_is_not_even_asked_about() -> None:
    change = Change(NODE_POOL, "n", unit("a"), unit("a") | {"upgradeSettings": {"maxSurge": 0}})
    assert HubGuard(FakeHub(None), "lake-mariner").refusal(change) is None


def test_an_update_that_touches_nodes_is_judged_like_a_removal() -> None:
    change = Change(NODE_POOL, "n", unit("a"), unit("a") | {"nodeCount": 15})
    assert "backs reservation" in str(guard(HELD).refusal(change))
    assert guard(pool("a", "b")).refusal(change) is None


def test_what_a_thing_is_never_changes_and_nobody_is_asked() -> None:
    other = {"labels": {"holdfast.dev/pool": POOL, "holdfast.dev/unit": "b"}}
    change = Change(NODE_POOL, "n", unit("a"), unit("a") | {"nodeConfig": other})
    assert "nodeConfig.labels from" in str(HubGuard(FakeHub(None), "lake-mariner").refusal(change))
    pool_of_gpus = published(
        POOL_KIND, DECLARED | {"acceleratorType": "tpu7x"}, DECLARED | {"acceleratorType": "h200"}
    )
    refusal = str(guard(standing(DECLARED)).refusal(pool_of_gpus))
    assert refusal.startswith("spec.acceleratorType from 'tpu7x' to 'h200': it says what this is")
    assert "as another unit or another pool" in refusal


def test_a_host_that_was_brought_is_asked_about_as_the_unit_it_is() -> None:
    marks = {"metadata": {"name": "host-1", "labels": unit("a")["nodeConfig"]["labels"]}}
    change = Change("kubernetes:core/v1:NodePatch", "host/host-1", marks, None)
    assert "unit a of pool" in str(guard(HELD).refusal(change))
    assert guard(pool("a", "b")).refusal(change) is None


def test_a_time_is_opened_for_upgrades_only_where_nothing_is_promised() -> None:
    always = [{"startTime": day(-9), "exclusionOptions": {"scope": "NO_MINOR_OR_NODE_UPGRADES"}}]
    around = [always[0] | {"endTime": day(10)}, always[0] | {"startTime": day(17)}]
    kept, opened = ({"maintenancePolicy": {"maintenanceExclusions": each}} for each in (always, around))
    change = Change(CLUSTER, "lake-mariner", kept, opened)
    refusal = str(guard(standing(DECLARED, promise(1, 12, 20))).refusal(change))
    assert refusal.startswith(
        f"{day(10)} to {day(17)} would be open for upgrades, in which pool {POOL} backs"
    )
    assert f"reservation team/pretrain (tenant acme) until {day(20)}" in refusal
    for free in (promise(1, 3, 10), promise(1, 17, 20)):
        assert guard(standing(DECLARED, free)).refusal(change) is None
    assert HubGuard(FakeHub(None), "lake-mariner").refusal(replace(change, old=opened, new=kept)) is None
    over = {"maintenancePolicy": {"maintenanceExclusions": [always[0] | {"endTime": day(-1)}]}}
    assert guard(standing(DECLARED, promise(1, -5, 5))).refusal(replace(change, old=over, new={})) is None
    assert "still backs" in str(
        guard(HELD).refusal(replace(change, new=opened | {"minMasterVersion": "1.36"}))
    )


def test_within_one_run_no_more_units_go_than_promises_allow() -> None:
    one_run = guard(pool("a", "b", "c", promises={UID: entry(count=2)}))
    assert one_run.refusal(removal("a")) is None
    assert "short of 1 unit" in str(one_run.refusal(removal("b")))
    assert one_run.refusal(removal("a")) is None


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (None, "tpu7x-a-a is not deleted or replaced: unit a of pool"),
        ({}, "tpu7x-a-a is not deleted or replaced: unit a of pool"),
        (unit("a") | {"nodeCount": 1}, "tpu7x-a-a is not changed (nodeCount): unit a of pool"),
    ],
)
def test_the_engine_gets_the_sentence_first(new: dict[str, Any] | None, sentence: str) -> None:
    args = pulumi.ResourceHookArgs("urn", "id", "tpu7x-a-a", NODE_POOL, new_inputs=new, old_inputs=unit("a"))
    with pytest.raises(RefusedByHub) as refused:
        guard(HELD)._on_change(args)
    assert str(refused.value).startswith(sentence)
    guard(pool("a", "b"))._on_change(args)


def test_a_change_without_any_inputs_is_no_update() -> None:
    args = pulumi.ResourceHookArgs("urn", "id", "x", CLUSTER, new_inputs={}, old_inputs={})
    with pytest.raises(RefusedByHub):
        guard(HELD)._on_change(args)


POOL_KIND = "kubernetes:holdfast.dev/v1alpha1:AcceleratorPool"
SITE_KIND = "kubernetes:holdfast.dev/v1alpha1:Datacenter"
DECLARED = spec("a", "b")
SLIPPED = dated(DECLARED, "b", availableFrom=day(10))
LEASED = {"lifecycle": "Operational", "lease": {"end": day(3_650)}}


def published(kind: str, old: dict[str, Any], new: dict[str, Any] | None) -> Change:
    name = POOL if kind == POOL_KIND else "lake-mariner"
    inputs = {"metadata": {"name": name}, "spec": old}
    return Change(
        kind, f"{kind.rpartition(':')[2]}/{name}", inputs, None if new is None else inputs | {"spec": new}
    )


TAKING = [
    published(POOL_KIND, DECLARED, SLIPPED),
    published(POOL_KIND, DECLARED, None),
    published(SITE_KIND, LEASED, LEASED | {"lease": {"end": day(4)}}),
]


@pytest.mark.parametrize("change", TAKING)
def test_a_published_object_that_takes_supply_is_asked_about(change: Change) -> None:
    promised = standing(DECLARED, promise(2, 3, 5))
    assert "team/pretrain" in str(guard(promised).refusal(change))
    assert guard(standing(DECLARED)).refusal(change) is None


@pytest.mark.parametrize("change", TAKING)
def test_a_silent_hub_is_a_no_to_whatever_takes_supply(change: Change) -> None:
    silent = HubGuard(FakeHub(None), "lake-mariner").refusal(change)
    assert f"nobody can say what {change.name} backs" in str(silent)


@pytest.mark.parametrize(
    "change",
    [
        published(POOL_KIND, SLIPPED, DECLARED),
        published(POOL_KIND, DECLARED, DECLARED | {"spares": {"count": 1}, "drainLeadSeconds": 7}),
        published(SITE_KIND, LEASED, LEASED | {"powerMegawatts": 5, "lease": {"end": day(4_000)}}),
    ],
)
def test_a_published_object_that_takes_nothing_is_not_even_asked_about(change: Change) -> None:
    assert HubGuard(FakeHub(None), "lake-mariner").refusal(change) is None


def test_a_lease_is_no_business_of_another_datacenters_pools() -> None:
    other = standing(DECLARED | {"datacenter": "abernathy"}, promise(2, 3, 5))
    assert guard(other).refusal(TAKING[2]) is None


def test_a_pool_that_the_hub_does_not_know_is_not_judged_but_refused() -> None:
    assert "the hub knows no pool" in str(guard().refusal(TAKING[0]))
    assert guard().refusal(TAKING[1]) is None


def test_a_spec_that_cannot_be_read_is_a_no() -> None:
    odd = published(POOL_KIND, DECLARED, DECLARED | {"units": "many"})
    assert "cannot be read" in str(guard(standing(DECLARED, promise(1, 3, 5))).refusal(odd))


def test_what_the_agent_reported_is_asked_for_too() -> None:
    hub = FakeHub([standing(dated(DECLARED, "b", availableFrom=day(-1)), promise(2, 3, 5))])
    assert "short of 1 unit" in str(HubGuard(hub, "lake-mariner").refusal(TAKING[0]))
    hub.reports[POOL] = {"spec": {"units": {"a": {"health": "Healthy"}, "b": {"health": "Missing"}}}}
    assert HubGuard(hub, "lake-mariner").refusal(TAKING[0]) is None


def test_a_unit_that_its_agent_does_not_see_stands_in_for_none_that_leaves() -> None:
    hub = FakeHub([standing(DECLARED, promise(1, 3, 5))])
    assert HubGuard(hub, "lake-mariner").refusal(removal("a")) is None
    hub.reports[POOL] = {"spec": {"units": {"a": {"health": "Healthy"}, "b": {"health": "Missing"}}}}
    assert "short of 1 unit" in str(HubGuard(hub, "lake-mariner").refusal(removal("a")))
    assert HubGuard(hub, "lake-mariner").refusal(removal("b")) is None
