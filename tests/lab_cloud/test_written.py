"""The lab's engine writes plan and state in the real engine's form: whoever reads one reads the other."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.lab_cloud.test_deployment import on

from holdfast_infra.engine_files import read_plan, read_state
from holdfast_lab.engine.monitor.goal import Goal
from holdfast_lab.engine.monitor.state import Pending, StackState, read_snapshot, state_of
from holdfast_lab.engine.monitor.written import deployment, digest
from holdfast_lab.pulumi_protocol.property_values import as_secret

Network = Callable[..., Goal]


def planned(stack: Any) -> list[tuple[str, str, tuple[str, ...]]]:
    """What a reader of the document sees of the last run."""
    found = read_plan(json.dumps(digest(stack.report, {"gcp:project": "holdfast-lab"})))
    return [(each.op, each.name, each.fields) for each in found.steps]


def test_changes_are_steps_with_their_reasons_and_what_stays_or_comes_is_none(
    stack: Any, network: Network
) -> None:
    stack.up(network("a"), network("b"), network("c"), network("d"))
    new = network("a", routingMode="GLOBAL"), network("b", mtu=8896), network("c"), network("e")
    stack.up(*new, dry_run=True)
    assert planned(stack) == [
        ("update", "a", ("routingMode",)),
        ("replace", "b", ("mtu",)),
        ("delete", "d", ()),
    ]
    summary = digest(stack.report, {})["changeSummary"]
    assert summary == {"update": 1, "replace": 1, "create": 1, "delete": 1}


def test_a_step_that_is_refused_is_in_the_plan_and_the_refusal_among_its_errors(
    stack: Any, network: Network
) -> None:
    stack.up(network("a"))
    stack.objections["a"] = "a is promised"
    assert not stack.up(network("a", mtu=8896), dry_run=True)
    found = read_plan(json.dumps(digest(stack.report, {})))
    assert ([each.name for each in found.steps], len(found.errors)) == (["a"], 1)
    assert "a is promised" in found.errors[0]


def test_what_goes_with_its_ground_and_comes_again_is_one_replacement(stack: Any, network: Network) -> None:
    stack.up(network("a"), on("s", network("a")))
    bigger = network("a", mtu=8896)
    stack.up(bigger, on("s", bigger), dry_run=True)
    assert planned(stack) == [("replace", "a", ("mtu",)), ("replace", "s", ())]
    assert digest(stack.report, {})["changeSummary"] == {"replace": 2}


def test_a_state_says_what_stands_with_its_identity_and_blinds_secrets(stack: Any, network: Network) -> None:
    stack.up(network("a", description=as_secret("hush")))
    text = json.dumps(deployment(read_snapshot(stack.file)))
    (found,) = read_state(text).resources
    assert (found.name, found.id) == ("a", "projects/holdfast-lab/global/networks/a")
    assert found.inputs["description"] == "[secret]"
    assert "hush" not in text


def test_a_change_that_never_was_answered_is_a_pending_operation(stack: Any, network: Network) -> None:
    StackState(stack.file, False).begin(Pending("creating", state_of(network("a"), "", {"name": "a"}, {})))
    (pending,) = read_state(json.dumps(deployment(read_snapshot(stack.file)))).pending
    assert (pending.operation, pending.resource.name, pending.resource.id) == ("creating", "a", "")
