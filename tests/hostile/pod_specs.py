"""A lawful pod of a tenant, one edit away from unlawful, and the ways by which a pod comes to be."""

from __future__ import annotations

from typing import Any

from tests.documents import Document, unique
from tests.hostile.attack import Try, meta

SELECTOR = "holdfast.node-restriction.kubernetes.io/reservation"
CONFINED = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
APPS, BATCH, CORE = "/apis/apps/v1", "/apis/batch/v1", "/api/v1"
WAYS = {
    "pod": (CORE, "pods"),
    "Job": (BATCH, "jobs"),
    "Deployment": (APPS, "deployments"),
    "StatefulSet": (APPS, "statefulsets"),
    "DaemonSet": (APPS, "daemonsets"),
    "ReplicaSet": (APPS, "replicasets"),
    "CronJob": (BATCH, "cronjobs"),
    "ReplicationController": (CORE, "replicationcontrollers"),
}
CHANGED = "changed Deployment"
"""A Deployment that was lawful when it was made."""
OF_THE_ROLE = ("pod", "Job", "Deployment", "StatefulSet", "CronJob", CHANGED)
"""What the role holdfast-tenant lets people create."""
OF_A_MISTAKE = ("pod", "DaemonSet", "ReplicaSet", "ReplicationController")
"""What somebody with more rights could create besides."""
AT_THE_HUB = (*WAYS, "PodTemplate")


def tolerating(who: str) -> Document:
    """The toleration of what a tenant holds."""
    key = {"key": "holdfast.dev/reservation", "operator": "Equal", "value": f"UID-OF-{who}"}
    return {**key, "effect": "NoExecute"}


def lawful(who: str) -> Document:
    """The spec of a pod as status.access and docs/tenants.md tell it."""
    return {
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "nodeSelector": {SELECTOR: f"UID-OF-{who}"},
        "tolerations": [tolerating(who), {"key": "nvidia.com/gpu", "operator": "Exists"}],
        "containers": [container()],
    }


def container(**context: Any) -> Document:
    """A confined container."""
    return {"name": "train", "image": "train", "securityContext": {**CONFINED, **context}}


def created(who: str, way: str, spec: Document) -> Try:
    """The request that makes pods of this spec by one of the ways."""
    if way == CHANGED:
        step = {"op": "replace", "path": "/spec/template/spec", "value": spec}
        return Try("PATCH", f"{APPS}/namespaces/{who}/deployments/calm", [step])
    if way == "PodTemplate":
        return Try("POST", f"{CORE}/namespaces/{who}/podtemplates", _made(way, spec))
    root, plural = WAYS[way]
    return Try("POST", f"{root}/namespaces/{who}/{plural}", _made(way, spec))


def _made(way: str, spec: Document) -> Document:
    labels = {"app": "attack"}
    head = {"metadata": meta(unique("attack"))}
    once = {"metadata": {"labels": labels}, "spec": {**spec, "restartPolicy": "Never"}}
    always = {"metadata": {"labels": labels}, "spec": spec}
    if way == "pod":
        return {**head, "spec": spec}
    if way == "Job":
        return {**head, "spec": {"template": once}}
    if way == "PodTemplate":
        return {**head, "template": always}
    if way == "CronJob":
        return {**head, "spec": {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": {"template": once}}}}
    if way == "ReplicationController":
        return {**head, "spec": {"selector": labels, "template": always}}
    named = {"serviceName": "attack"} if way == "StatefulSet" else {}
    return {**head, "spec": {"selector": {"matchLabels": labels}, "template": always, **named}}
