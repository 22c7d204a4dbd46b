"""ComputeDomains of NVIDIA's DRA driver, as far as they keep a host from going to somebody else. Pure.

The driver's plugin labels a host with the uid of the ComputeDomain that a pod there uses, and takes the label away when
the pod's claim is unprepared. On a labelled host the driver's controller runs that domain's IMEX daemon, whatever the
host's taints; while the label stands the plugin refuses the host to every other ComputeDomain. So a host whose label
was left behind would serve its former tenant's memory exchange and fail its next tenant's pods.

Source: github.com/NVIDIA/k8s-dra-driver-gpu at 22407113, cmd/compute-domain-kubelet-plugin/computedomain.go and
device_state.go, templates/compute-domain-daemon.tmpl.yaml.
"""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.agent.obstacle import Obstacle
from holdfast.cluster.core_objects import Node, Pod

COMPUTE_DOMAIN_LABEL = "resource.nvidia.com/computeDomain"
"""On a host, and on the pods of a domain's IMEX daemons: the ComputeDomain's uid."""


def left_behind(nodes: Iterable[Node]) -> Obstacle | None:
    """Why these hosts are not clean, on account of a ComputeDomain that one of them still serves; or None."""
    for node in nodes:
        if COMPUTE_DOMAIN_LABEL in node.metadata.labels:
            why = (
                f"{node.metadata.name} still carries {COMPUTE_DOMAIN_LABEL}: NVIDIA's DRA driver takes it away once no "
                "claim of the domain is left there; where its plugin cannot, a person does (docs/nvl72.md)"
            )
            return Obstacle("ComputeDomainLeft", why)
    return None


def is_daemon(pod: Pod) -> bool:
    """Whether a pod is a ComputeDomain's IMEX daemon: it works for a tenant, in a namespace of the driver's."""
    return COMPUTE_DOMAIN_LABEL in pod.metadata.labels
