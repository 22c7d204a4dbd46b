"""A server to ask and what its answers mean, for programs and commands that ask a few times and end.

By the standard library where the kubeconfig is plain, else by the Kubernetes client, which is loaded only then.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from holdfast.cluster.transport.errors import Unavailable
from holdfast.cluster.transport.http import Refusal, Reply, Request, Transport, Unanswered
from holdfast.cluster.transport.kubeconfig import NoKubeconfig, NotPlain, access, namespace_of
from holdfast.cluster.transport.plain import PlainTransport
from holdfast.cluster.transport.status_errors import check, error_in_watch, error_of, error_of_silence


class NoWay(Exception):
    """No server could be chosen from what was given; nothing was asked."""


@dataclass(frozen=True, slots=True)
class Way:
    """A server to ask, and the namespace that the kubeconfig's context names; empty where it names none."""

    transport: Transport
    namespace: str = ""
    close: Callable[[], None] = lambda: None
    """Let go of the connections; a later call opens them anew."""

    def ask(self, request: Request) -> Reply:
        """The answer to one call, never repeated. Raises ClusterError."""
        try:
            reply = self.transport.call(request)
        except Unanswered as silence:
            raise error_of_silence(request, silence) from silence
        check(request, reply)
        return reply

    def changes(self, request: Request) -> Iterator[tuple[str, Any]]:
        """The lines of a watch, each a verb and a document, until it ends. Raises ClusterError; Expired: list anew."""
        try:
            for line in self.transport.stream(request):
                read = json.loads(line)
                if read["type"] == "ERROR":
                    raise error_in_watch(request, json.dumps(read["object"]).encode())
                yield read["type"], read["object"]
        except Unanswered as silence:
            raise error_of_silence(request, silence) from silence
        except Refusal as refusal:
            raise error_of(request, refusal.reply) from refusal
        except (ValueError, KeyError, TypeError) as garbled:
            raise Unavailable(f"{request}: no line of a watch: {garbled}") from garbled


def way_to(kubeconfig: str | None = None, context: str | None = None) -> Way:
    """The way to the server of a context. Raises NoWay."""
    try:
        read = access(kubeconfig, context)
        plain = PlainTransport(read)
        return Way(plain, read.namespace, plain.close)
    except NotPlain as more:
        client = _by_the_client(kubeconfig, context, more)
        return Way(client, _own(kubeconfig, context), client.close)
    except (NoKubeconfig, OSError, ValueError) as error:
        raise NoWay(str(error)) from error


def _by_the_client(kubeconfig: str | None, context: str | None, why: NotPlain) -> Any:
    """What knows commands that make credentials, proxies and pods' accounts; installed with the operator alone."""
    try:
        kind: Any = import_module("holdfast.cluster.transport.kubernetes").KubernetesTransport
    except ImportError as error:
        raise NoWay(
            f"{why}, which takes the Kubernetes client: pip install 'holdfast[operator]', or use a kubeconfig with "
            "a token or a certificate"
        ) from error
    try:
        return kind.chosen(kubeconfig, context)
    except Exception as error:  # the client's own errors stay behind the door of holdfast.cluster
        named = f"context {context!r} of " if context else ""
        raise NoWay(f"{named}{kubeconfig or 'the default kubeconfig'} cannot be used: {error}") from error


def _own(kubeconfig: str | None, context: str | None) -> str:
    try:
        return namespace_of(kubeconfig, context)
    except (NoKubeconfig, OSError):
        return ""
