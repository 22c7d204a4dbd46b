"""What the slice controller makes of one Slice, as documented. Pure: documents in, a verdict out.

a new Slice takes the finalizer and is ACTIVATING                                             [2]
it forms if each partition exists with all its nodes, all Ready, none in another slice        [1]
if not: SliceCreationFailed, and tried again only with retry-on-failure: "true"               [1] [3]
formed: ACTIVE, its nodes labelled cloud.google.com/gke-tpu-slice and -topology               [2] [4]
a partition DEGRADED, which is usable: ACTIVE_DEGRADED; UNHEALTHY: FAILED                     [2]
nodes gone: INCOMPLETE                                                                        [2]
deleted: DEACTIVATING, its nodes' labels taken away; the finalizer goes when it is apart      [2] [3]

[1] docs.cloud.google.com/kubernetes-engine/docs/reference/crds/slice
[2] docs.cloud.google.com/kubernetes-engine/docs/how-to/create-dynamic-slices
[3] google/skills gke-ai-troubleshooting (status and failure signatures of dynamic slices)
[4] GoogleCloudPlatform's guide to take dynamic slicing off a cluster (labels to remove)

Assumed, as nothing says otherwise: of two Slices with a common partition the first one forms; a node that is NotReady
for a while changes nothing about chips that are joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Document = dict[str, Any]
Misbehaviour = Literal["", "fail", "hang", "lie"]
"""fail: FAILED for good. hang: neither forms nor comes apart. lie: ACTIVE at once, whatever stands behind it."""

FINALIZER = "accelerator.gke.io/slice-finalizer"
RETRY = "slice.gke.io/retry-on-failure"
SLICE_LABEL, TOPOLOGY_LABEL = "cloud.google.com/gke-tpu-slice", "cloud.google.com/gke-tpu-slice-topology"
PARTITION = "cloud.google.com/gke-tpu-partition-4x4x4"
HOSTS = 16
"""Nodes of a tpu7x partition [2]."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a Slice should be next. `joined`: whether its nodes carry its labels."""

    reason: str
    message: str = ""
    joined: bool = False
    finalizer: bool = True

    @property
    def ready(self) -> str:
        """The status of condition Ready."""
        return "True" if self.reason in ("ACTIVE", "ACTIVE_DEGRADED") else "False"


def verdict(
    one: Document,
    others: Sequence[Document],
    nodes: Sequence[Document],
    wrong: Misbehaviour = "",
    hosts: int = HOSTS,
) -> Verdict:
    """The next state of a Slice among all others of the cluster and its nodes."""
    before = state_of(one)
    if "deletionTimestamp" in one["metadata"]:
        apart = before == "DEACTIVATING" and wrong != "hang"
        return Verdict("DEACTIVATING", "taking the slice apart", finalizer=not apart)
    if FINALIZER not in one["metadata"].get("finalizers", []):
        return (
            Verdict("ACTIVE", joined=False) if wrong == "lie" else Verdict("ACTIVATING", "joining partitions")
        )
    return _misbehaving(wrong) if wrong else _forming(one, others, nodes, hosts)


def _forming(one: Document, others: Sequence[Document], nodes: Sequence[Document], hosts: int) -> Verdict:
    before = state_of(one)
    if before == "SliceCreationFailed" and one["metadata"].get("annotations", {}).get(RETRY) != "true":
        return Verdict("SliceCreationFailed", _message(one))
    if before not in ("ACTIVE", "ACTIVE_DEGRADED", "FAILED", "INCOMPLETE") and (
        why := _prerequisite(one, others, nodes, hosts)
    ):
        return Verdict("SliceCreationFailed", f"Prerequisites validation failed: {why}")
    return _formed(one, nodes, hosts)


def _misbehaving(wrong: Misbehaviour) -> Verdict:
    if wrong == "lie":
        return Verdict("ACTIVE", joined=False)
    if wrong == "fail":
        return Verdict("FAILED", "Slice formation timed out.")
    return Verdict("ACTIVATING", "joining partitions")


def state_of(one: Document) -> str:
    """The reason of condition Ready; empty before the first."""
    conditions = one.get("status", {}).get("conditions", [])
    return next((str(each["reason"]) for each in conditions if each["type"] == "Ready"), "")


def _message(one: Document) -> str:
    return next((str(each["message"]) for each in one["status"]["conditions"] if each["type"] == "Ready"), "")


def partitions_of(one: Document) -> list[str]:
    """The ids a Slice names."""
    return list(one["spec"].get("partitionIds", []))


def nodes_of(one: Document, nodes: Iterable[Document]) -> list[Document]:
    """The nodes of a Slice's partitions."""
    ids = set(partitions_of(one))
    return [node for node in nodes if node["metadata"].get("labels", {}).get(f"{PARTITION}-id") in ids]


def _prerequisite(one: Document, others: Iterable[Document], nodes: Sequence[Document], hosts: int) -> str:
    """Why it cannot be formed; empty if it can."""
    mine = nodes_of(one, nodes)
    for partition in partitions_of(one):
        there = [node for node in mine if node["metadata"]["labels"][f"{PARTITION}-id"] == partition]
        if len(there) != hosts:
            return f"partition {partition} has {len(there)} of {hosts} nodes."
        if not all(map(_is_ready, there)):
            return f"nodes of partition {partition} are not ready."
    for other in others:
        shared = sorted(set(partitions_of(one)) & set(partitions_of(other)))
        if shared and _first(other, one):
            return f"nodes of partition {shared[0]} are used by slice {other['metadata']['name']}."
    return ""


def _first(other: Document, one: Document) -> bool:
    """Whether another Slice has its nodes already."""
    formed = state_of(other) in ("ACTIVE", "ACTIVE_DEGRADED", "FAILED", "INCOMPLETE", "DEACTIVATING")
    made = [(each["metadata"].get("creationTimestamp", ""), each["metadata"]["uid"]) for each in (other, one)]
    return formed or made[0] < made[1]


def _formed(one: Document, nodes: Sequence[Document], hosts: int) -> Verdict:
    mine = nodes_of(one, nodes)
    states = {node["metadata"]["labels"].get(f"{PARTITION}-state", "HEALTHY") for node in mine}
    if len(mine) != hosts * len(partitions_of(one)):
        return Verdict("INCOMPLETE", "nodes are gone", joined=True)
    if "UNHEALTHY" in states:
        return Verdict("FAILED", "a partition is unhealthy", joined=True)
    return Verdict("ACTIVE_DEGRADED" if "DEGRADED" in states else "ACTIVE", joined=True)


def _is_ready(node: Document) -> bool:
    conditions = node.get("status", {}).get("conditions", [])
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def labels_for(one: Document, joined: bool) -> dict[str, str | None]:
    """The labels of its nodes."""
    if not joined:
        return {SLICE_LABEL: None, TOPOLOGY_LABEL: None}
    return {SLICE_LABEL: one["metadata"]["name"], TOPOLOGY_LABEL: one["spec"]["topology"]}


def status_of(one: Document, said: Verdict, now: str) -> Document:
    """The status to write; the instant moves with the reason alone."""
    conditions = one.get("status", {}).get("conditions", [])
    before: Document = next((each for each in conditions if each["type"] == "Ready"), {})
    since = before.get("lastTransitionTime", now) if before.get("reason") == said.reason else now
    told = {"type": "Ready", "status": said.ready, "reason": said.reason, "message": said.message}
    return {"conditions": [{**told, "lastTransitionTime": since}]}
