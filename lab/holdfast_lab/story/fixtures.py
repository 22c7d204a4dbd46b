"""The objects the story's people apply, as they would stand in their YAML."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

GROUP_VERSION = "holdfast.dev/v1alpha1"
Document = dict[str, Any]


def instant(seconds: float) -> str:
    """RFC 3339 in UTC, whole seconds."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_of(text: str) -> int:
    """Epoch seconds of an instant as the API writes it."""
    return int(datetime.fromisoformat(text).timestamp())


def tenant(name: str, chips: Mapping[str, int]) -> list[Document]:
    """What a platform engineer applies for a new customer: entitlement, namespace, and who may act there."""
    entitlements = [{"acceleratorType": kind, "chips": count} for kind, count in sorted(chips.items())]
    return [
        {
            "apiVersion": GROUP_VERSION,
            "kind": "Tenant",
            "metadata": {"name": name},
            "spec": {"group": name, "entitlements": entitlements},
        },
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": name, "labels": {"holdfast.dev/tenant": name}},
        },
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": {"name": "tenant", "namespace": name},
            "roleRef": {
                "apiGroup": "rbac.authorization.k8s.io",
                "kind": "ClusterRole",
                "name": "holdfast-reservation-editor",
            },
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": name}],
        },
    ]


def reservation(path: str, accelerator: str, count: int, window: Document, topology: str = "") -> Document:
    """A capacity reservation, `path` being namespace/name."""
    namespace, _, name = path.partition("/")
    spec: Document = {"acceleratorType": accelerator, "count": count, "window": window}
    if topology:
        spec["topology"] = topology
    return {
        "apiVersion": GROUP_VERSION,
        "kind": "CapacityReservation",
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }


def pod_template(access: Document, chips: Document, seconds: int = 2) -> Document:
    """A pod as a tenant writes it from status.access: the selector and tolerations, one host's chips, its run."""
    confined = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    image = "registry.k8s.io/pause:3.10"
    container = {"name": "work", "image": image, "resources": {"limits": chips}, "securityContext": confined}
    accelerator = [{"key": key, "operator": "Exists", "effect": "NoSchedule"} for key in chips]
    return {
        "metadata": {"annotations": {"lab.holdfast.dev/run-seconds": str(seconds)}},
        "spec": {
            "restartPolicy": "Never",
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
            "nodeSelector": access["nodeSelector"],
            "tolerations": [*access["tolerations"], *accelerator],
            "containers": [container],
        },
    }


def job(name: str, hosts: int, template: Document) -> Document:
    """A job of one pod on each of `hosts` hosts."""
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name},
        "spec": {"parallelism": hosts, "completions": hosts, "backoffLimit": 0, "template": template},
    }


def pod(name: str, template: Document) -> Document:
    """One pod that runs until it is told to end."""
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": template["spec"]}
