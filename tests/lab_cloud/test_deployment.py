"""The monitor engine's steps against the real plugin protocol, with goals in place of a program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from holdfast_lab.cloud.faults import Fault
from holdfast_lab.cloud.project import LAB_PROJECT
from holdfast_lab.engine.monitor.goal import Goal, Names
from holdfast_lab.engine.monitor.state import Pending, StackState, state_of
from holdfast_lab.pulumi_protocol.property_values import as_secret, is_secret

Network = Callable[..., Goal]
CLUSTER = "gcp:container/cluster:Cluster"
NODE_POOL = "gcp:container/nodePool:NodePool"
SUBNETWORK = "gcp:compute/subnetwork:Subnetwork"


def test_what_is_new_is_created_and_then_unchanged(stack: Any, network: Network) -> None:
    assert stack.up(network("a"), network("b"))
    assert stack.up(network("a"), network("b"))
    assert stack.calls() == ["create ok a", "create ok b"]


def test_a_preview_changes_neither_cloud_nor_state_but_asks(stack: Any, network: Network) -> None:
    stack.up(network("a"), network("b"))
    assert stack.up(network("a", routingMode="GLOBAL"), network("c"), dry_run=True)
    assert stack.calls() == ["create ok a", "create ok b"]
    assert stack.asked == ["a", "b"]
    assert [each.name for each in StackState(stack.file, True).snapshot.resources] == ["default", "a", "b"]


def test_a_change_in_place_is_an_update(stack: Any, network: Network) -> None:
    stack.up(network("a"))
    assert stack.up(network("a", routingMode="GLOBAL"))
    assert stack.calls()[-1] == "update ok a"
    assert stack.cloud.store.all()[0].outputs["routingMode"] == "GLOBAL"


def test_the_same_name_is_replaced_by_deleting_first(stack: Any, network: Network) -> None:
    stack.up(network("a"))
    assert stack.up(network("a", mtu=8896))
    assert stack.calls() == ["create ok a", "delete ok a", "create ok a"]


def on(name: str, below: Goal) -> Goal:
    """A subnet of a network, as the program registers one: its input comes from the network."""
    given = {"name": name, "network": below.name, "region": "us-east4", "ipCidrRange": "10.0.0.0/20"}
    return Goal(
        Names("s", "p").urn("", SUBNETWORK, name),
        SUBNETWORK,
        name,
        True,
        given,
        property_dependencies={"network": [below.urn]},
        hooks={"before_delete": ["ask"]},
    )


def test_what_stands_on_something_that_is_replaced_goes_before_it_and_comes_again(
    stack: Any, network: Network
) -> None:
    below, only_waits = network("a"), network("waits")
    above, waits = on("s", below), replace(only_waits, dependencies=(below.urn,))
    stack.up(below, above, waits)
    bigger = network("a", mtu=8896)
    assert stack.up(bigger, on("s", bigger), waits)
    assert stack.calls()[3:] == ["delete ok s", "delete ok a", "create ok a", "create ok s"]
    assert stack.asked == ["s", "a"]


@pytest.mark.parametrize(
    "guarded", [{"objections": {"s": "promised"}}, {"protect": True}], ids=["hook", "protect"]
)
def test_what_may_not_go_keeps_what_it_stands_on(
    stack: Any, network: Network, guarded: dict[str, Any]
) -> None:
    below = network("a")
    above = replace(on("s", below), protect=guarded.get("protect", False))
    stack.up(below, above)
    stack.objections = guarded.get("objections", {})
    assert not stack.up(network("a", mtu=8896), above)
    assert stack.held() == ["a", "s"]


def test_another_name_is_replaced_by_creating_first(stack: Any, network: Network) -> None:
    stack.up(network("a"))
    renamed = network("a", {"inputs": {"name": "a-new"}})
    assert stack.up(renamed)
    assert stack.calls() == ["create ok a", "create ok a-new", "delete ok a"]
    assert stack.up(renamed)
    assert stack.held() == ["a-new"]


def test_a_hook_that_objects_to_a_deletion_stops_everything_after_it(stack: Any, network: Network) -> None:
    below = network("below")
    above = network("above", {"dependencies": (below.urn,)})
    stack.up(below, above)
    stack.objections = {"above": "above is promised to mistral"}
    assert not stack.up()
    assert stack.held() == ["above", "below"]
    assert stack.report.errors == ["before_delete hook 'ask' failed: above is promised to mistral"]


@pytest.mark.parametrize("change", [{"routingMode": "GLOBAL"}, {"mtu": 8896}], ids=["update", "replace"])
def test_a_hook_that_objects_to_a_change_stops_what_comes_later(
    stack: Any, network: Network, change: dict[str, Any]
) -> None:
    stack.up(network("a"))
    stack.objections = {"a": "promised"}
    assert not stack.up(network("a", **change), network("later"))
    assert stack.calls() == ["create ok a"]


def test_a_hook_that_no_program_registered_refuses(stack: Any, network: Network) -> None:
    stack.up(network("a", {"hooks": {"before_delete": ["gone"]}}))
    assert not stack.up()
    assert stack.held() == ["a"]


def test_nothing_is_deleted_if_any_of_it_is_protected(stack: Any, network: Network) -> None:
    stack.up(network("a"), network("b", {"protect": True}))
    assert not stack.up()
    assert stack.held() == ["a", "b"]
    assert "protected" in stack.report.errors[0]


def test_what_is_protected_is_not_replaced_until_protect_is_lifted(stack: Any, network: Network) -> None:
    stack.up(network("a", {"protect": True}))
    assert not stack.up(network("a", {"protect": True}, mtu=8896))
    assert stack.up(network("a", mtu=8896))


def test_what_is_retained_leaves_the_state_and_stays_in_the_cloud(stack: Any, network: Network) -> None:
    stack.up(network("a", {"retain": True}))
    assert stack.up()
    assert stack.held() == ["a"]
    assert stack.calls() == ["create ok a"]


def test_an_alias_keeps_what_stands_under_its_new_name(stack: Any, network: Network) -> None:
    old = network("old", {"inputs": {"name": "n"}})
    stack.up(old)
    assert stack.up(network("new", {"inputs": {"name": "n"}, "former_urns": (old.urn,)}))
    assert stack.calls() == ["create ok n"]


def test_a_name_registered_twice_is_refused(stack: Any, network: Network) -> None:
    assert not stack.up(network("a"), network("a"))
    assert "twice" in stack.report.errors[0]


def test_a_secret_input_is_a_secret_output(stack: Any, network: Network) -> None:
    stack.up(network("a", description=as_secret("hidden")))
    resource = StackState(stack.file, True).snapshot.resources[-1]
    assert is_secret(resource.outputs["description"])
    assert stack.cloud.store.all()[0].inputs["description"] == "hidden"


def test_another_project_than_the_labs_is_refused_in_the_preview(stack: Any, network: Network) -> None:
    assert not stack.up(network("a", project="our-real-project"), dry_run=True)
    assert "is not the lab's" in stack.report.errors[0]


@pytest.mark.parametrize("operation", ["creating", "updating", "deleting"])
@pytest.mark.parametrize("happened", [True, False])
def test_a_run_that_was_cut_off_is_settled_by_reading_the_cloud(
    stack: Any, network: Network, operation: Any, happened: bool
) -> None:
    stack.up(network("a"))
    state = StackState(stack.file, dry_run=False)
    was = state.find(network("a").urn)
    assert was is not None
    if operation == "creating":
        state.settle(None, was, None)
        was = replace(state_of(network("a"), "", was.inputs, {}), provider=provider_of(state))
    state.begin(Pending(operation, was))
    if not happened if operation == "creating" else happened and operation == "deleting":
        stack.cloud.store.remove(f"projects/{LAB_PROJECT}/global/networks/a")
    assert stack.up(network("a"))
    assert stack.held() == ["a"]
    assert StackState(stack.file, True).snapshot.pending == []


def test_what_was_deleted_behind_the_stacks_back_is_seen_by_a_refresh_only(
    stack: Any, network: Network
) -> None:
    stack.up(network("a"))
    stack.cloud.store.remove(f"projects/{LAB_PROJECT}/global/networks/a")
    assert stack.up(network("a"))
    assert stack.held() == []
    assert stack.up(network("a"), dry_run=True, refreshed=True)
    assert stack.held() == []
    assert stack.up(network("a"), refreshed=True)
    assert stack.held() == ["a"]


def provider_of(state: StackState) -> str:
    provider = next(each for each in state.snapshot.resources if each.name == "default")
    return f"{provider.urn}::{provider.id}"


def pool(cluster: str, name: str = "a") -> Goal:
    inputs = {"name": name, "cluster": cluster, "location": "us-east4", "nodeCount": 3}
    return Goal(Names("s", "p").urn("", NODE_POOL, name), NODE_POOL, name, True, inputs)


def test_a_partial_delivery_stands_unfinished_and_the_next_run_completes_it(stack: Any) -> None:
    urn = Names("s", "p").urn("", CLUSTER, "dc")
    cluster = Goal(urn, CLUSTER, "dc", True, {"name": "dc", "location": "us-east4"})
    stack.cloud.faults.set(Fault("partial", "a", 1))
    assert not stack.up(cluster, pool("dc"))
    stack.cloud.faults.clear()
    assert stack.up(cluster, pool("dc"))
    assert stack.calls() == ["create ok dc", "create refused a", "update ok a"]


def test_a_stock_out_stops_the_run_and_the_next_one_goes_on_from_there(stack: Any, network: Network) -> None:
    urn = Names("s", "p").urn("", CLUSTER, "dc")
    cluster = Goal(urn, CLUSTER, "dc", True, {"name": "dc", "location": "us-east4"})
    stack.up(network("old"))
    stack.cloud.faults.set(Fault("stock-out", "a"))
    assert not stack.up(cluster, pool("dc"))
    assert "old" in stack.held()
    stack.cloud.faults.clear()
    assert stack.up(cluster, pool("dc"))
    assert stack.held() == ["dc", "a"]
