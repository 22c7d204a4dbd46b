from __future__ import annotations

from typing import Any

import msgspec
import pytest

from holdfast.cluster.core_objects import LEASES, NODES, PODS, Taint


def decode(view: Any, **document: Any) -> Any:
    return view.decode(msgspec.json.encode(document))


@pytest.mark.parametrize(
    ("conditions", "ready"),
    [
        ([{"type": "Ready", "status": "True", "reason": "KubeletReady"}], True),
        ([{"type": "Ready", "status": "False"}], False),
        ([{"type": "Ready", "status": "Unknown"}], False),
        ([{"type": "MemoryPressure", "status": "True"}], False),
        ([], False),
    ],
)
def test_only_a_kubelet_that_says_so_is_ready(conditions: Any, ready: bool) -> None:
    node = decode(NODES, metadata={"name": "a"}, status={"conditions": conditions, "capacity": {"cpu": "1"}})
    assert node.ready is ready


def test_a_taint_is_written_back_as_it_was_read() -> None:
    added = {"key": "k", "effect": "NoExecute", "timeAdded": "2027-01-01T00:00:00Z"}
    node = decode(NODES, metadata={"name": "a"}, spec={"taints": [added]})
    assert msgspec.to_builtins(node.spec.taints[0]) == added
    assert node.spec.taints[0].evicts
    assert not Taint("k", "NoSchedule").evicts


@pytest.mark.parametrize(("phase", "finished"), [("Running", False), ("Succeeded", True), ("Failed", True)])
def test_a_finished_pod_occupies_nothing(phase: str, finished: bool) -> None:
    assert decode(PODS, metadata={}, status={"phase": phase}).finished is finished


@pytest.mark.parametrize(
    ("kind", "controller", "owned"),
    [("DaemonSet", True, True), ("DaemonSet", False, False), ("Job", True, False)],
)
def test_a_pod_knows_whether_every_node_has_its_like(kind: str, controller: bool, owned: bool) -> None:
    owner = {"apiVersion": "apps/v1", "kind": kind, "name": "o", "uid": "u", "controller": controller}
    pod = decode(PODS, metadata={"ownerReferences": [owner]}, spec={"nodeName": "n"})
    assert pod.owned_by_daemon_set is owned


def test_a_lease_is_written_whole_and_without_empty_fields() -> None:
    lease = decode(LEASES, metadata={"name": "l", "resourceVersion": "1"}, spec={"holderIdentity": ""})
    assert msgspec.json.decode(LEASES.encode(lease)) == {
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": "l", "resourceVersion": "1"},
        "spec": {"holderIdentity": ""},
    }
