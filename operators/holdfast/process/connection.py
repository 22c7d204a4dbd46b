"""The way to an API server, chosen by what the process was told when it started."""

from __future__ import annotations

import os

from holdfast.cluster.transport.kubernetes import KubernetesTransport


def transport_from(kubeconfig: str | None, context: str | None) -> KubernetesTransport:
    """By a kubeconfig if one is named; else the ServiceAccount of the pod this runs in; else as kubectl would."""
    if kubeconfig is None and context is None and "KUBERNETES_SERVICE_HOST" in os.environ:
        return KubernetesTransport.in_cluster()
    return KubernetesTransport.from_kubeconfig(kubeconfig, context)
