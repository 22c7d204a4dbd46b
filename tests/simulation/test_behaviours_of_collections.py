"""Lists, selections and watches: what the simulated and a real API server have in common."""

from __future__ import annotations

from typing import Any

import pytest
from tests.simulation.behaviour import Subject, contract

from holdfast.cluster.transport.kinds import NODE, TENANT
from holdfast.cluster.transport.paths import Path

LABELLED: tuple[dict[str, str], ...] = ({"x": "1"}, {"x": "2"}, {})


def nodes(subject: Subject) -> None:
    """Three nodes of this corner with labels."""
    for name, labels in zip("abc", LABELLED, strict=True):
        subject.add(NODE, name, metadata={"labels": {**labels, "corner": subject.corner}})


@pytest.mark.parametrize(
    ("selector", "names"),
    [("x=1", "a"), ("x", "ab"), ("!x", "c"), ("x!=1", "bc"), ("x=1,x!=2", "a")],
)
def test_labels_choose(subject: Subject, selector: str, names: str) -> None:
    nodes(subject)
    found = subject.ask("GET", Path.of(NODE), labelSelector=f"corner={subject.corner},{selector}")
    listed = [one["metadata"]["name"] for one in found.document["items"]]
    assert listed == [subject.name(name) for name in names]


def test_a_field_chooses(subject: Subject) -> None:
    nodes(subject)
    found = subject.ask("GET", Path.of(NODE), fieldSelector=f"metadata.name={subject.name('b')}")
    assert [one["metadata"]["name"] for one in found.document["items"]] == [subject.name("b")]


def test_all_pages_of_a_list_show_one_instant(subject: Subject) -> None:
    nodes(subject)
    chosen = f"corner={subject.corner}"
    first = subject.ask("GET", Path.of(NODE), limit="2", labelSelector=chosen)
    subject.add(NODE, "d", metadata={"labels": {"corner": subject.corner}})
    rest: dict[str, str] = {"limit": "2", "labelSelector": chosen, "continue": first.metadata["continue"]}
    second = subject.ask("GET", Path.of(NODE), None, **rest)
    names = [one["metadata"]["name"] for page in (first, second) for one in page.document["items"]]
    assert names == [subject.name(name) for name in "abc"]
    assert second.metadata["resourceVersion"] == first.metadata["resourceVersion"]
    assert not second.metadata.get("continue")


def test_a_watch_tells_each_change_after_its_start(subject: Subject) -> None:
    since = subject.add(TENANT, "other", spec=contract())["metadata"]["resourceVersion"]
    subject.add(TENANT, "a", spec=contract(), metadata={"labels": {"corner": subject.corner}})
    second = subject.change(TENANT, "a", metadata={"labels": {"y": "1"}}).metadata["resourceVersion"]
    subject.ask("DELETE", subject.path(TENANT, "a"), {})
    chosen = f"corner={subject.corner}"
    assert verbs(subject, since, chosen) == ["ADDED", "MODIFIED", "DELETED"]
    assert verbs(subject, second, chosen) == ["DELETED"]


def test_a_deletion_in_a_watch_carries_the_revision_of_the_deletion(subject: Subject) -> None:
    made = subject.add(TENANT, "a", spec=contract(), metadata={"labels": {"corner": subject.corner}})[
        "metadata"
    ]
    subject.ask("DELETE", subject.path(TENANT, "a"), {})
    ((_, last),) = subject.watch(TENANT, made["resourceVersion"], labelSelector=f"corner={subject.corner}")
    assert int(last["metadata"]["resourceVersion"]) > int(made["resourceVersion"])


def test_what_leaves_a_selection_is_deleted_for_those_who_watch_it(subject: Subject) -> None:
    since = subject.add(TENANT, "a", spec=contract(), metadata={"labels": {"corner": subject.corner}})[
        "metadata"
    ]["resourceVersion"]
    subject.change(TENANT, "a", metadata={"labels": {"corner": None}})
    assert verbs(subject, since, f"corner={subject.corner}") == ["DELETED"]


def test_what_enters_a_selection_is_added_for_those_who_watch_it(subject: Subject) -> None:
    since = subject.add(TENANT, "a", spec=contract())["metadata"]["resourceVersion"]
    subject.change(TENANT, "a", metadata={"labels": {"corner": subject.corner}})
    assert verbs(subject, since, f"corner={subject.corner}") == ["ADDED"]


def verbs(subject: Subject, since: Any, selector: str) -> list[str]:
    """What a watcher of a selection of tenants is told."""
    return [verb for verb, _ in subject.watch(TENANT, since, labelSelector=selector)]
