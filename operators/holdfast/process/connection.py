"""The way to an API server, chosen by what the process was told when it started."""

from __future__ import annotations

import os
import time

from holdfast.cluster.transport.kubernetes import KubernetesTransport
from holdfast.process.logs import logger


def transport_from(kubeconfig: str | None, context: str | None) -> KubernetesTransport:
    """By a kubeconfig if one is named; else the ServiceAccount of the pod this runs in; else as kubectl would."""
    if kubeconfig is None and context is None and "KUBERNETES_SERVICE_HOST" in os.environ:
        return KubernetesTransport.in_cluster(time.monotonic, _tell)
    return KubernetesTransport.from_kubeconfig(kubeconfig, context, time.monotonic, _tell)


def _tell(sentence: str) -> None:
    logger("credentials").warning("credential", why=sentence)
