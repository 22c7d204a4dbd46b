"""The engine's documents, read: what changes something that stands, and what is not ours to understand."""

from __future__ import annotations

import json

import pytest
from tests.infra.engine_documents import NETWORK, NODE_POOL, export, plan, state_of, step

from holdfast_infra.engine_files import UnreadableFile, read_plan, read_state

OLD, NEW = {"name": "a", "nodeCount": 16}, {"name": "a", "nodeCount": 15}


@pytest.mark.parametrize(
    ("op", "read_as"),
    [
        ("delete", "delete"),
        ("delete-replaced", "delete"),
        ("replace", "replace"),
        ("import-replacement", "replace"),
        ("update", "update"),
        ("same", None),
        ("create", None),
        ("create-replacement", None),
        ("read", None),
        ("refresh", None),
        ("import", None),
        ("remove-pending-replace", None),
    ],
)
def test_an_operation_is_read_as_what_it_does_to_what_stands(op: str, read_as: str | None) -> None:
    found = read_plan(plan(step(op, NODE_POOL, "tpu7x-a-a", OLD, NEW))).steps
    assert [each.op for each in found] == ([read_as] if read_as else [])


def test_an_update_has_both_inputs_and_says_which_differ_and_a_replacement_has_no_new_ones() -> None:
    (update,) = read_plan(plan(step("update", NODE_POOL, "tpu7x-a-a", OLD, NEW))).steps
    assert (update.name, update.old, update.new, update.fields) == ("tpu7x-a-a", OLD, NEW, ("nodeCount",))
    (replaced,) = read_plan(plan(step("replace", NODE_POOL, "tpu7x-a-a", OLD, NEW))).steps
    assert (replaced.new, replaced.fields) == (None, ("nodeCount",))


def test_the_two_halves_of_a_replacement_are_one_step() -> None:
    halves = [step(op, NETWORK, "n", OLD, NEW) for op in ("replace", "delete-replaced", "create-replacement")]
    assert [each.op for each in read_plan(plan(*halves)).steps] == ["replace"]


@pytest.mark.parametrize("kind", ["pulumi:providers:kubernetes", "pulumi:pulumi:Stack"])
def test_what_stands_nowhere_is_no_hardware(kind: str) -> None:
    assert read_plan(plan(step("delete", kind, "x", OLD))).steps == ()
    assert read_state(export(state_of(kind, "x", OLD))).resources == ()


def test_components_are_no_hardware() -> None:
    component = step("delete", "holdfast:infra:TpuCubes", "x", OLD)
    component["oldState"]["custom"] = False
    assert read_plan(plan(component)).steps == ()


def test_a_plan_says_its_stack_its_configuration_and_why_it_is_not_whole() -> None:
    found = read_plan(plan(errors=("the hook said no",)))
    assert (found.stack, found.errors) == ("lake-mariner", ("the hook said no",))
    assert found.config == {"holdfast:hubContext": "hub"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not one JSON document"),
        ("Previewing update (lake-mariner)\n{}", "is not one JSON document"),
        ('{"sequence": 0}\n{"sequence": 1}', "is not one JSON document"),
        ("[]", "is no JSON object"),
        ("{}", "has none of steps"),
        (export(), "has none of steps"),
        (json.dumps({"steps": [{"op": "update"}]}), "has a step of another form"),
        (plan(step("update", NODE_POOL, "a", OLD)), "has a step of another form"),
        (plan(step("teleport", NODE_POOL, "a", OLD)), "nobody here knows what the operation 'teleport' does"),
    ],
)
def test_what_is_no_plan_says_why_and_how_one_is_made(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        read_plan(text)


def test_a_state_has_what_stands_what_was_replaced_and_what_was_never_answered() -> None:
    gone = state_of(NODE_POOL, "a", OLD, id="projects/p/a", delete=True)
    found = read_state(export(gone, pending=(("creating", state_of(NODE_POOL, "b", OLD)),)))
    assert (found.stack, [each.replaced for each in found.resources]) == ("lake-mariner", [True])
    assert found.resources[0].id == "projects/p/a"
    assert [(each.operation, each.resource.name) for each in found.pending] == [("creating", "b")]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (plan(), "has no deployment of version 3 or 4"),
        ('{"version": 9, "deployment": {}}', "has no deployment of version 3 or 4"),
        ('{"version": 3}', "has no deployment of version 3 or 4"),
        ('{"version": 3, "deployment": {"resources": [{}]}}', "has a resource of another form"),
        (export(pending=(("pondering", state_of(NODE_POOL, "b", OLD)),)), "knows the operation 'pondering'"),
    ],
)
def test_what_is_no_state_says_why_and_how_one_is_made(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        read_state(text)


def test_a_stack_that_never_was_up_has_nothing() -> None:
    assert read_state('{"version": 3, "deployment": {}}').resources == ()
