"""How a quick command asks its server: by the standard library where the kubeconfig is plain, else by the client."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from holdfast.cli.unconnected import Unconnected
from holdfast.cluster.transport.http import Reply, Request, Transport, Unanswered
from holdfast.cluster.transport.kubeconfig import NoKubeconfig, NotPlain, access
from holdfast.cluster.transport.plain import PlainTransport


@dataclass(frozen=True, slots=True)
class Way:
    """A server to ask, and the namespace that the kubeconfig's context names; empty where it names none."""

    transport: Transport
    namespace: str = ""

    def ask(self, request: Request) -> Reply:
        """The answer to a read. Raises ClusterError."""
        try:
            reply = self.transport.call(request)
        except Unanswered as silence:
            raise _meanings().error_of_silence(request, silence) from silence
        if reply.status != 200:
            raise _meanings().error_of(request, reply)
        return reply


def _meanings() -> Any:
    """What a reply means, loaded where it is not simply an answer."""
    return import_module("holdfast.cluster.transport.status_errors")


def open_way(kubeconfig: str | None, context: str | None) -> Way:
    """The way to the server that kubectl would ask. Raises Unconnected."""
    try:
        read = access(kubeconfig, context)
        return Way(PlainTransport(read), "" if read.namespace == "default" else read.namespace)
    except NotPlain:
        return Way(import_module("holdfast.cli.connection").transport(kubeconfig, context))
    except (NoKubeconfig, OSError, ValueError) as error:
        raise Unconnected(str(error)) from error
