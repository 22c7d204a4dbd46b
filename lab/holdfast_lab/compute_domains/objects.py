"""The objects of NVIDIA's DRA driver, worded as its source has them. Pure.

ResourceSlice          one of each host: channel-0 for workloads, daemon-0 for the IMEX daemon       [1] [2]
ResourceClaimTemplate  of a ComputeDomain: one for its workload, in its namespace and of the name it asks for, and one
                       for its daemons, in the driver's namespace; both tell the plugin the domain's uid      [3] [4]
DaemonSet              of a ComputeDomain, in the driver's namespace: on the hosts that carry its uid, whatever their
                       taints                                                                         [4]

[1] cmd/compute-domain-kubelet-plugin/driver.go  [2] deviceinfo.go, nvlib.go in the same folder
[3] cmd/compute-domain-controller/resourceclaimtemplate.go  [4] templates/compute-domain-*.tmpl.yaml
all of github.com/NVIDIA/k8s-dra-driver-gpu at 22407113
"""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]
DRIVER, NAMESPACE = "compute-domain.nvidia.com", "nvidia-dra-driver-gpu"
LABEL, TARGET = "resource.nvidia.com/computeDomain", "resource.nvidia.com/computeDomainTarget"
FINALIZER = LABEL
CLIQUE = "nvidia.com/gpu.clique"
CHANNEL_CLASS, DAEMON_CLASS = "compute-domain-default-channel.nvidia.com", "compute-domain-daemon.nvidia.com"
GROUP, DEVICES = "resource.nvidia.com/v1beta1", "resource.k8s.io/v1"
_EVERY_TAINT = [
    {"operator": "Exists", "effect": effect} for effect in ("NoSchedule", "NoExecute", "PreferNoSchedule")
]


def resource_slice(host: Document) -> Document:
    """The devices of one host."""
    name, uid = host["metadata"]["name"], host["metadata"]["uid"]
    owner = {"apiVersion": "v1", "kind": "Node", "name": name, "uid": uid, "controller": True}
    pool = {"name": name, "generation": 1, "resourceSliceCount": 1}
    devices = [
        {"name": f"{what}-0", "attributes": {"type": {"string": what}, "id": {"int": 0}}}
        for what in ("channel", "daemon")
    ]
    return {
        "apiVersion": DEVICES,
        "kind": "ResourceSlice",
        "metadata": {"name": f"{name}-{DRIVER}", "ownerReferences": [owner]},
        "spec": {"driver": DRIVER, "nodeName": name, "pool": pool, "devices": devices},
    }


def workload_template(domain: Document) -> Document:
    """What a ComputeDomain's pods claim a channel by."""
    channel = domain["spec"]["channel"]
    told = {"kind": "ComputeDomainChannelConfig", "allocationMode": channel.get("allocationMode", "Single")}
    meta = {"name": channel["resourceClaimTemplate"]["name"], "namespace": domain["metadata"]["namespace"]}
    return _template(domain, meta, ("channel", CHANNEL_CLASS, "Workload"), told)


def daemon_template(domain: Document) -> Document:
    """What its IMEX daemons claim their device by."""
    meta = {"name": daemon_name(domain, "computedomain-daemon"), "namespace": NAMESPACE}
    return _template(domain, meta, ("daemon", DAEMON_CLASS, "Daemon"), {"kind": "ComputeDomainDaemonConfig"})


def daemon_set(domain: Document) -> Document:
    """Its IMEX daemons."""
    mark = {LABEL: domain["metadata"]["uid"]}
    container = {"name": "compute-domain-daemon", "image": "compute-domain-daemon"}
    claim = {
        "name": "compute-domain-daemon",
        "resourceClaimTemplateName": daemon_name(domain, "computedomain-daemon"),
    }
    pod = {
        "nodeSelector": mark,
        "tolerations": _EVERY_TAINT,
        "resourceClaims": [claim],
        "containers": [{**container, "resources": {"claims": [{"name": "compute-domain-daemon"}]}}],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {
            "name": daemon_name(domain, "computedomain"),
            "namespace": NAMESPACE,
            "labels": mark,
            "finalizers": [FINALIZER],
        },
        "spec": {"selector": {"matchLabels": mark}, "template": {"metadata": {"labels": mark}, "spec": pod}},
    }


def daemon_name(domain: Document, prefix: str) -> str:
    """How an object of a ComputeDomain's daemons is called."""
    return f"{prefix}-{domain['metadata']['uid']}"


def _template(
    domain: Document, meta: Document, asked: tuple[str, str, str], told: dict[str, str]
) -> Document:
    request, device_class, target = asked
    uid = domain["metadata"]["uid"]
    parameters = {"apiVersion": GROUP, "domainID": uid, **told}
    devices = {
        "requests": [{"name": request, "exactly": {"deviceClassName": device_class}}],
        "config": [{"requests": [request], "opaque": {"driver": DRIVER, "parameters": parameters}}],
    }
    return {
        "apiVersion": DEVICES,
        "kind": "ResourceClaimTemplate",
        "metadata": {**meta, "labels": {LABEL: uid, TARGET: target}, "finalizers": [FINALIZER]},
        "spec": {"spec": {"devices": devices}},
    }
