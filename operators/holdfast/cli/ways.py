"""How a quick command asks its server: by the standard library where the kubeconfig is plain, else by the client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from holdfast.cli.spaces import own
from holdfast.cli.unconnected import Unconnected
from holdfast.cluster.transport.errors import Unavailable
from holdfast.cluster.transport.http import Refusal, Reply, Request, Transport, Unanswered
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

    def changes(self, request: Request) -> Iterator[tuple[str, Any]]:
        """The lines of a watch, each a verb and a document, until it ends. Raises ClusterError; Expired: list anew."""
        try:
            for line in self.transport.stream(request):
                read = json.loads(line)
                if read["type"] == "ERROR":
                    raise _meanings().error_in_watch(request, json.dumps(read["object"]).encode())
                yield read["type"], read["object"]
        except Unanswered as silence:
            raise _meanings().error_of_silence(request, silence) from silence
        except Refusal as refusal:
            raise _meanings().error_of(request, refusal.reply) from refusal
        except (ValueError, KeyError, TypeError) as garbled:
            raise Unavailable(f"{request}: no line of a watch: {garbled}") from garbled


def _meanings() -> Any:
    """What a reply means, loaded where it is not simply an answer."""
    return import_module("holdfast.cluster.transport.status_errors")


def open_way(kubeconfig: str | None, context: str | None) -> Way:
    """The way to the server that kubectl would ask. Raises Unconnected."""
    try:
        read = access(kubeconfig, context)
        return Way(PlainTransport(read), read.namespace)
    except NotPlain:
        client = import_module("holdfast.cli.connection").transport(kubeconfig, context)
        return Way(client, own(kubeconfig, context))
    except (NoKubeconfig, OSError, ValueError) as error:
        raise Unconnected(str(error)) from error
