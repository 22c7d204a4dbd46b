"""How a command finds its server, and what it says when it cannot: an Api, one line instead of a trace."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from holdfast.audit.collect import Blind
from holdfast.cli.tables import say
from holdfast.cli.unconnected import COULD_NOT_LOOK, Unconnected, words_for
from holdfast.cluster.client import Api
from holdfast.cluster.transport.clock import ServerClock
from holdfast.cluster.transport.errors import ClusterError
from holdfast.cluster.transport.kubernetes import KubernetesTransport
from holdfast.cluster.transport.retries import Retries, RetryPolicy

__all__ = ["COULD_NOT_LOOK", "Unconnected", "one_line_errors", "open_api"]

PATIENCE = RetryPolicy(deadline=6.0)
"""A person is waiting; an operator would keep asking for longer."""


def open_api(kubeconfig: str | None, context: str | None) -> Api:
    """The API server a kubeconfig's context names; inside a pod without a kubeconfig, the pod's own."""
    retries = Retries(PATIENCE, time.monotonic, time.sleep, secrets.SystemRandom().uniform)
    return Api(transport(kubeconfig, context), ServerClock(time.monotonic), retries)


def transport(kubeconfig: str | None, context: str | None) -> KubernetesTransport:
    """The way to it, by the Kubernetes client. Raises Unconnected."""
    try:
        return KubernetesTransport.chosen(kubeconfig, context)
    except Exception as error:  # the client's own ConfigException stays behind the door of holdfast.cluster
        named = f"context {context!r} of " if context else ""
        source = kubeconfig or "the default kubeconfig"
        raise Unconnected(f"{named}{source} cannot be used: {error}") from error


@contextmanager
def one_line_errors(errors: Console) -> Iterator[None]:
    """Turn what a server or kubeconfig refuses into one line on `errors` and exit status 2."""
    try:
        yield
    except (Unconnected, Blind, ClusterError) as error:
        for line in words_for(error):
            say(errors, line)
        raise typer.Exit(COULD_NOT_LOOK) from error
