"""Which pods keep a unit from being clean, and which of them must still be told to end."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.agent.site_world import pod

from holdfast.agent.tenant_pods import TenantPod, is_tenant_pod, must_be_told, tenant_namespaces
from holdfast.cluster.core_objects import Metadata, Namespace
from holdfast.hardware.names import TENANT_LABEL

TENANTS = frozenset({"mistral"})


def owned_by(kind: str) -> dict[str, Any]:
    return {
        "ownerReferences": [{"apiVersion": "v1", "kind": kind, "name": "o", "uid": "u", "controller": True}]
    }


def running(namespace: str = "mistral", **metadata: Any) -> TenantPod:
    return msgspec.convert(pod("p", "host-0", namespace, **metadata), TenantPod)


@pytest.mark.parametrize(
    ("pod", "sent_away"),
    [
        pytest.param(running(), True, id="a tenant's pod"),
        pytest.param(
            running(**owned_by("DaemonSet")), True, id="a tenant's pod that claims a DaemonSet as owner"
        ),
        pytest.param(
            running("monitoring", **owned_by("DaemonSet")), False, id="the cluster's pod on every node"
        ),
        pytest.param(running("monitoring", **owned_by("Node")), False, id="a static pod of the kubelet"),
        pytest.param(running("monitoring", **owned_by("ReplicaSet")), True, id="anybody else's pod"),
        pytest.param(running("default"), True, id="a pod in the default namespace"),
        pytest.param(running("kube-system"), False, id="Kubernetes' own"),
        pytest.param(running("holdfast-system"), False, id="Holdfast's own"),
        pytest.param(running("gke-managed-system"), False, id="GKE's own"),
    ],
)
def test_a_pod_of_a_tenant_or_of_nobody_known_is_sent_away(pod: TenantPod, sent_away: bool) -> None:
    assert is_tenant_pod(pod, TENANTS) is sent_away


def test_a_finished_pod_holds_no_chip() -> None:
    done = msgspec.structs.replace(
        running(), status=msgspec.structs.replace(running().status, phase="Succeeded")
    )
    assert not is_tenant_pod(done, TENANTS)


RUNS = [{"name": "main", "state": {"running": {"startedAt": "2027-01-01T00:00:00Z"}}}]
ENDED = [{"name": "main", "state": {"terminated": {"exitCode": 0}}}]
OVER: dict[str, Any] = {"phase": "Failed", "containerStatuses": ENDED}


@pytest.mark.parametrize(
    ("status", "stays"),
    [
        (OVER, False),
        ({**OVER, "containerStatuses": RUNS}, True),
        ({**OVER, "initContainerStatuses": RUNS}, True),
        ({**OVER, "ephemeralContainerStatuses": RUNS}, True),
        ({"phase": "Succeeded"}, False),
    ],
    ids=["all ended", "its own runs", "one beside it runs", "one put in later runs", "nothing told"],
)
def test_a_pod_that_is_called_finished_counts_while_a_container_of_it_runs(
    status: dict[str, Any], stays: bool
) -> None:
    one = msgspec.convert({**pod("p", "host-0"), "status": status}, TenantPod)
    assert is_tenant_pod(one, TENANTS) is stays


ENDING = "2027-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("metadata", "told"),
    [
        ({}, True),
        ({"deletionTimestamp": ENDING, "deletionGracePeriodSeconds": 60}, False),
        ({"deletionTimestamp": ENDING, "deletionGracePeriodSeconds": 86_400}, True),
    ],
    ids=["running", "ending within the pool's grace", "ending in its own, longer time"],
)
def test_a_guest_is_told_once_unless_it_takes_more_time_than_it_has(
    metadata: dict[str, Any], told: bool
) -> None:
    assert must_be_told(running(**metadata), 60) is told


def test_a_system_namespace_with_a_tenants_label_is_no_tenants() -> None:
    names = ("mistral", "kube-system", "holdfast-agents", "default")
    labelled = [Namespace(Metadata(name=name, labels={TENANT_LABEL: name})) for name in names]
    assert tenant_namespaces([*labelled, Namespace(Metadata(name="bare"))]) == {"mistral"}
