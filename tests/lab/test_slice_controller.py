"""The lab's slice controller: each documented state and refusal, from the documents alone."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast_lab.slice_controller.rules import (
    FINALIZER,
    PARTITION,
    RETRY,
    SLICE_LABEL,
    Document,
    Misbehaviour,
    labels_for,
    status_of,
    verdict,
)

NOW, EARLIER = "2026-11-26T05:00:00Z", "2026-11-26T04:00:00Z"


def one(name: str = "s", state: str = "ACTIVATING", partition: str = "p0", **metadata: Any) -> Document:
    """A Slice of one partition that the controller has taken in."""
    meta = {
        "name": name,
        "uid": f"uid-{name}",
        "finalizers": [FINALIZER],
        "creationTimestamp": NOW,
        **metadata,
    }
    conditions = [
        {"type": "Ready", "status": "False", "reason": state, "message": "", "lastTransitionTime": EARLIER}
    ]
    spec = {"type": "tpu7x", "topology": "4x4x4", "partitionIds": [partition]}
    return {"metadata": meta, "spec": spec, "status": {"conditions": conditions if state else []}}


def hosts(
    partition: str = "p0", state: str = "HEALTHY", ready: str = "True", count: int = 2
) -> list[Document]:
    """Nodes of a partition."""
    labels = {f"{PARTITION}-id": partition, f"{PARTITION}-state": state}
    status = {"conditions": [{"type": "Ready", "status": ready}]}
    return [
        {"metadata": {"name": f"{partition}-{n}", "labels": labels}, "status": status} for n in range(count)
    ]


def reason(slice_: Document, nodes: list[Document], *others: Document, wrong: Misbehaviour = "") -> str:
    return verdict(slice_, others, nodes, wrong, hosts=2).reason


def test_a_new_one_takes_the_finalizer_and_is_activating() -> None:
    said = verdict(one(state="", finalizers=[]), (), hosts(), hosts=2)
    assert (said.reason, said.finalizer, said.ready) == ("ACTIVATING", True, "False")


def test_it_forms_once_all_its_nodes_are_there_and_ready_and_labels_them() -> None:
    said = verdict(one(), (), hosts(), hosts=2)
    assert (said.reason, said.ready) == ("ACTIVE", "True")
    assert labels_for(one(), said.joined)[SLICE_LABEL] == "s"


@pytest.mark.parametrize(
    "nodes", [[], hosts(count=1), hosts(ready="False")], ids=["none", "few", "not ready"]
)
def test_without_its_nodes_it_is_not_created(nodes: list[Document]) -> None:
    assert reason(one(), nodes) == "SliceCreationFailed"


def test_a_partition_is_in_one_slice_only_the_first() -> None:
    first, second = one("a", creationTimestamp=EARLIER), one("b")
    assert (reason(first, hosts(), second), reason(second, hosts(), first)) == (
        "ACTIVE",
        "SliceCreationFailed",
    )
    apart = one("a", state="DEACTIVATING", deletionTimestamp=NOW)
    assert reason(second, hosts(), apart) == "SliceCreationFailed"


@pytest.mark.parametrize(("note", "then"), [({}, "SliceCreationFailed"), ({RETRY: "true"}, "ACTIVE")])
def test_what_could_not_be_created_is_tried_again_only_where_asked(note: dict[str, str], then: str) -> None:
    assert reason(one(state="SliceCreationFailed", annotations=note), hosts()) == then


@pytest.mark.parametrize(
    ("nodes", "then"),
    [
        (hosts(), "ACTIVE"),
        (hosts(state="DEGRADED"), "ACTIVE_DEGRADED"),
        (hosts(state="UNHEALTHY"), "FAILED"),
        (hosts(count=1), "INCOMPLETE"),
        (hosts(ready="Unknown"), "ACTIVE"),
    ],
)
def test_a_formed_one_follows_its_partitions(nodes: list[Document], then: str) -> None:
    assert reason(one(state="ACTIVE"), nodes) == then


def test_a_deleted_one_is_taken_apart_and_then_let_go() -> None:
    first = verdict(one(state="ACTIVE", deletionTimestamp=NOW), (), hosts(), hosts=2)
    assert (first.reason, first.finalizer, first.joined) == ("DEACTIVATING", True, False)
    last = verdict(one(state="DEACTIVATING", deletionTimestamp=NOW), (), hosts(), hosts=2)
    assert not last.finalizer


def test_it_can_be_made_to_fail_to_hang_and_to_lie() -> None:
    assert reason(one(), hosts(), wrong="fail") == "FAILED"
    assert reason(one(), hosts(), wrong="hang") == "ACTIVATING"
    assert reason(one(), [], wrong="lie") == "ACTIVE"
    stuck = one(state="DEACTIVATING", deletionTimestamp=NOW)
    assert verdict(stuck, (), hosts(), "hang", hosts=2).finalizer


def test_the_instant_of_a_condition_moves_with_its_reason_alone() -> None:
    active = one(state="ACTIVE")
    again = status_of(active, verdict(active, (), hosts(), hosts=2), NOW)["conditions"][0]
    assert again["lastTransitionTime"] == EARLIER
    formed = status_of(one(), verdict(one(), (), hosts(), hosts=2), NOW)["conditions"][0]
    assert formed["lastTransitionTime"] == NOW
