"""The hook: whom it asks, what it says, and that silence is a no."""

from dataclasses import dataclass, field
from typing import Any

import pulumi
import pytest
from tests.infra.ledgers import POOL, UID, entry, grant, pool

from holdfast_infra.hub_guard import Change, HubGuard, HubSilentError, RefusedByHubError

NODE_POOL = "gcp:container/nodePool:NodePool"
CLUSTER = "gcp:container/cluster:Cluster"


@dataclass
class FakeHub:
    """A hub with these pools; silent if it has none to give."""

    objects: list[dict[str, Any]] | None
    asked: list[str] = field(default_factory=list)

    def pool(self, name: str) -> Any:
        self.asked.append(name)
        return next((each for each in self.pools() if each["metadata"]["name"] == name), None)

    def pools(self) -> list[Any]:
        if self.objects is None:
            raise HubSilentError("connection refused")
        return self.objects


def unit(name: str) -> dict[str, Any]:
    return {"name": name, "nodeConfig": {"labels": {"holdfast.dev/pool": POOL, "holdfast.dev/unit": name}}}


def removal(name: str) -> Change:
    return Change(NODE_POOL, f"tpu7x-a-{name}", unit(name), None)


def guard(*pools: dict[str, Any]) -> HubGuard:
    return HubGuard(FakeHub(list(pools)), "lake-mariner")


HELD = pool("a", "b", peak=1, promises={UID: entry()}, units={"a": grant()})


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


def test_within_one_run_no_more_units_go_than_promises_allow() -> None:
    one_run = guard(pool("a", "b", "c", peak=2, promises={UID: entry()}))
    assert one_run.refusal(removal("a")) is None
    assert "promises need 2" in str(one_run.refusal(removal("b")))
    assert one_run.refusal(removal("a")) is None


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (None, "tpu7x-a-a is not deleted or replaced: unit a of pool"),
        ({}, "tpu7x-a-a is not deleted or replaced: unit a of pool"),
        (unit("a") | {"nodeCount": 1}, "tpu7x-a-a is not changed: unit a of pool"),
    ],
)
def test_the_engine_gets_the_sentence_first(new: dict[str, Any] | None, sentence: str) -> None:
    args = pulumi.ResourceHookArgs("urn", "id", "tpu7x-a-a", NODE_POOL, new_inputs=new, old_inputs=unit("a"))
    with pytest.raises(RefusedByHubError) as refused:
        guard(HELD)._on_change(args)
    assert str(refused.value).startswith(sentence)
    assert guard(pool("a", "b"))._on_change(args) is None


def test_a_change_without_any_inputs_is_no_update() -> None:
    args = pulumi.ResourceHookArgs("urn", "id", "x", CLUSTER, new_inputs={}, old_inputs={})
    with pytest.raises(RefusedByHubError):
        guard(HELD)._on_change(args)
