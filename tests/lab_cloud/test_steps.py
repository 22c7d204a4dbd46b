"""The engine's pure parts: which step, which order of removal, what differs, what is secret or unknown."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast_lab.engine.monitor.goal import Goal, Names
from holdfast_lab.engine.monitor.removal import waves
from holdfast_lab.engine.monitor.state import ResourceState
from holdfast_lab.engine.monitor.steps import Decision, decide, with_ignored
from holdfast_lab.pulumi_protocol.differences import differences
from holdfast_lab.pulumi_protocol.property_values import (
    UNKNOWN,
    as_secret,
    at,
    has_secret,
    has_unknown,
    marked_like,
    to_plain,
    to_struct,
    without_secrets,
)
from holdfast_lab.pulumi_protocol.provider_calls import Verdict

OLD = ResourceState("u", "t", "n", True, "id", {}, {}, provider="p::1")
CHANGED, FORCED = Verdict(("size",)), Verdict(("size",), ("size",), delete_first=True)


def goal(**options: Any) -> Goal:
    return Goal("u", "t", "n", True, {}, **{"provider": "p::1", **options})


@pytest.mark.parametrize(
    ("wanted", "old", "found", "decision"),
    [
        (goal(), OLD, Verdict(), Decision("same")),
        (goal(), OLD, CHANGED, Decision("update", ("size",))),
        (
            goal(),
            ResourceState("u", "t", "n", True, "id", {}, {}, provider="p::1", unfinished=True),
            Verdict(),
            Decision("update", ("unfinished",)),
        ),
        (goal(), OLD, FORCED, Decision("replace", ("size",), True)),
        (goal(delete_first=False), OLD, FORCED, Decision("replace", ("size",), False)),
        (goal(replace_on_changes=("size",)), OLD, CHANGED, Decision("replace", ("size",), False)),
        (goal(provider="p::2"), OLD, Verdict(), Decision("replace", ("provider",), False)),
    ],
    ids=["same", "update", "unfinished", "forced", "create first", "asked for", "another provider"],
)
def test_what_stands_gets_the_step_that_the_difference_needs(
    wanted: Goal, old: ResourceState, found: Verdict, decision: Decision
) -> None:
    assert decide(wanted, old, found) == decision


def resource(urn: str, *needs: str) -> ResourceState:
    return ResourceState(urn, "t", urn, True, urn, {}, {}, dependencies=list(needs))


def test_nothing_goes_before_what_needs_it() -> None:
    doomed = [resource("net"), resource("cluster", "net"), resource("a", "cluster"), resource("b", "cluster")]
    assert [[each.urn for each in wave] for wave in waves(doomed)] == [["a", "b"], ["cluster"], ["net"]]


def test_a_circle_ends_too() -> None:
    assert [len(wave) for wave in waves([resource("a", "b"), resource("b", "a")])] == [2]


@pytest.mark.parametrize(
    ("old", "new", "paths"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [("a", "update")]),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, [("a.b[1]", "update")]),
        ({"a": {"b": 1}}, {"a": {}}, [("a.b", "delete")]),
        ({"a": [1]}, {"a": [1, 2]}, [("a", "update")]),
        ({}, {"a": UNKNOWN}, [("a", "add")]),
        ({"a": None}, {}, []),
    ],
)
def test_differences_name_the_path(old: Any, new: Any, paths: list[tuple[str, str]]) -> None:
    assert [(each.path, each.kind) for each in differences(old, new)] == paths


def test_a_place_meets_paths_in_it_and_above_it() -> None:
    (found,) = differences({"n": {"t": [{"v": 1}]}}, {"n": {"t": [{"v": 2}]}})
    assert found.within(["n.t"])
    assert found.within(["n"])
    assert not found.within(["n.tags", "v"])


def test_values_survive_the_way_through_the_protocol() -> None:
    values = {"a": 1, "b": 1.5, "c": [True, "x", None], "d": {"e": None}}
    assert to_plain(to_struct(values)) == values


def test_secrets_are_opened_for_plugins_and_marked_again_in_their_answers() -> None:
    inputs = {
        "plain": 1,
        "key": as_secret("s"),
        "list": [as_secret("s")],
        "inner": {"key": as_secret("s"), "x": 1},
    }
    opened = without_secrets(inputs)
    assert opened == {"plain": 1, "key": "s", "list": ["s"], "inner": {"key": "s", "x": 1}}
    marked = marked_like(opened | {"made": 2}, inputs)
    assert [key for key, each in marked.items() if has_secret(each)] == ["key", "list", "inner"]
    assert marked["inner"]["x"] == 1


def test_an_unknown_value_is_found_anywhere() -> None:
    assert has_unknown({"a": [{"b": UNKNOWN}]})
    assert not has_unknown({"a": [{"b": "known"}]})


def test_a_path_leads_through_maps_and_lists_of_one() -> None:
    assert at({"a": [{"b": {"c": 1}}]}, "a.b.c") == 1
    assert at({"a": [{"b": 1}, {"b": 2}]}, "a.b") is None


def test_ignored_changes_keep_what_was() -> None:
    old, new = {"a": {"b": 1}, "c": 1}, {"a": {"b": 2, "d": 3}, "c": 2, "e": 5}
    assert with_ignored(new, old, ["a.b", "c", "e"]) == {"a": {"b": 1, "d": 3}, "c": 1}


def test_a_urn_shows_its_components_but_not_the_stack() -> None:
    names = Names("s", "p")
    stack = names.urn("", "pulumi:pulumi:Stack", "p-s")
    component = names.urn(stack, "x:y:Z", "z")
    assert names.urn(component, "gcp:a:B", "b") == "urn:pulumi:s::p::x:y:Z$gcp:a:B::b"
