"""A job that runs as it stands on what a reservation has in one datacenter: one pod on every host. Pure.

one slice, or no slices    a Job, and a Service by which its pods find one another
several slices             a JobSet with one Job a slice (jobset.sigs.k8s.io), which brings its own Service; a Job for
                           each where the datacenter knows no JobSets
a queue                    named by a label; then neither selector nor toleration is needed

The pods are confined as every datacenter asks of tenants (docs/tenants.md), and ask for all chips of a host.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from holdfast.hardware import AcceleratorType
from holdfast.hardware.names import QUEUE_LABEL

Document = dict[str, Any]

SLICE_LABEL = "cloud.google.com/gke-tpu-slice"
"""Of the nodes of a formed TPU slice, written by GKE's slice controller: the slice's name."""
_LONGEST_NAME = 44
"""A Job's pods are called after it, its slice and its index, all within 63 characters."""
_NOBODY = 65532


@dataclass(frozen=True, slots=True)
class Where:
    """How pods come to the hosts: by a queue if there is one, else by selector and tolerations."""

    namespace: str
    selector: Mapping[str, str]
    tolerations: tuple[Document, ...]
    queue: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """What is to run: so many hosts for each slice by name; one nameless slice where none is formed.

    `job_sets`: whether the datacenter knows JobSets.
    """

    name: str
    image: str
    kind: AcceleratorType
    slices: Mapping[str, int]
    job_sets: bool = True


def manifests(work: Work, where: Where) -> list[Document]:
    """What to apply, in this order."""
    if len(work.slices) > 1 and work.job_sets:
        return [job_set(work, where)]
    several = len(work.slices) > 1
    return [
        each
        for number, (name, hosts) in enumerate(sorted(work.slices.items()))
        for each in _alone(
            replace(work, name=f"{short(work.name, 5)}-s{number}") if several else work, where, name, hosts
        )
    ]


def _alone(work: Work, where: Where, slice_name: str, hosts: int) -> list[Document]:
    """One slice by itself."""
    service = [_service(work, where)] if hosts > 1 else []
    return [*service, job(work, where, slice_name, hosts)]


def job(work: Work, where: Where, slice_name: str, hosts: int) -> Document:
    """One pod on each of so many hosts."""
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": short(work.name), "namespace": where.namespace, **_queued(where)},
        "spec": _job_spec(work, where, slice_name, hosts, short(work.name)),
    }


def job_set(work: Work, where: Where) -> Document:
    """One Job a slice, all at once."""
    jobs = [
        {
            "name": f"s{number}",
            "replicas": 1,
            "template": {"spec": _job_spec(work, where, name, hosts, "")},
        }
        for number, (name, hosts) in enumerate(work.slices.items())
    ]
    return {
        "apiVersion": "jobset.x-k8s.io/v1alpha2",
        "kind": "JobSet",
        "metadata": {"name": short(work.name), "namespace": where.namespace, **_queued(where)},
        "spec": {"replicatedJobs": jobs},
    }


def short(name: str, room: int = 0) -> str:
    """A reservation's name as a Job may have it: a DNS label with room for an index, and for so many signs more."""
    return name.replace(".", "-")[: _LONGEST_NAME - room].rstrip("-")


def _job_spec(work: Work, where: Where, slice_name: str, hosts: int, subdomain: str) -> Document:
    return {
        "completionMode": "Indexed",
        "completions": hosts,
        "parallelism": hosts,
        "backoffLimit": 0,
        "template": {"spec": _pod_spec(work, where, slice_name, hosts, subdomain)},
    }


def _pod_spec(work: Work, where: Where, slice_name: str, hosts: int, subdomain: str) -> Document:
    chips = {work.kind.chip_resource: str(work.kind.chips_per_host)}
    container = {
        "name": "work",
        "image": work.image,
        "command": ["sh", "-c", f"echo host $JOB_COMPLETION_INDEX of {hosts}: $HOSTNAME"],
        "resources": {"requests": chips, "limits": chips},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    seccomp = {"type": "RuntimeDefault"}
    return {
        "restartPolicy": "Never",
        **({"subdomain": subdomain} if subdomain and hosts > 1 else {}),
        **_placed(work.kind, where, slice_name),
        "securityContext": {"runAsNonRoot": True, "runAsUser": _NOBODY, "seccompProfile": seccomp},
        "containers": [container],
    }


def _placed(kind: AcceleratorType, where: Where, slice_name: str) -> Document:
    named = {SLICE_LABEL: slice_name} if slice_name else {}
    if where.queue:
        return {"nodeSelector": named} if named else {}
    own = [{"key": kind.chip_resource, "operator": "Exists", "effect": "NoSchedule"}]
    if kind.architecture != "amd64":
        own.append({"key": "kubernetes.io/arch", "operator": "Exists", "effect": "NoSchedule"})
    return {"nodeSelector": {**where.selector, **named}, "tolerations": [*where.tolerations, *own]}


def _service(work: Work, where: Where) -> Document:
    name = short(work.name)
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": where.namespace},
        "spec": {"clusterIP": "None", "selector": {"job-name": name}},
    }


def _queued(where: Where) -> Document:
    return {"labels": {QUEUE_LABEL: where.queue}} if where.queue else {}
