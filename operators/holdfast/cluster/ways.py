"""A server to ask and what its answers mean, for programs and commands that ask a few times and end.

By the standard library where the kubeconfig is plain, else by the Kubernetes client, which is loaded only then.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from itertools import chain
from typing import Any, TypeVar

from holdfast.cluster.transport.errors import Unavailable, Undecodable
from holdfast.cluster.transport.http import Refusal, Reply, Request, Transport, Unanswered
from holdfast.cluster.transport.kubeconfig import NoKubeconfig, NotPlain, access, namespace_of
from holdfast.cluster.transport.plain import PlainTransport
from holdfast.cluster.transport.status_errors import check, error_in_watch, error_of, error_of_silence

T = TypeVar("T")


class NoWay(Exception):
    """No server could be chosen from what was given; nothing was asked."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server that says when to ask again is obeyed, in seconds; by which clock and which sleep.

    It says so while it is busy, and while a definition is applied anew (429 and Retry-After): nothing was done.
    """

    seconds: float = 10.0
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def obeying(self, call: Callable[[], T]) -> T:
        """The outcome of a call, made again as the server says; what it says no such time about is raised at once."""
        deadline = self.monotonic() + self.seconds
        while True:
            try:
                return call()
            except Unavailable as error:
                if error.retry_after is None or self.monotonic() + error.retry_after >= deadline:
                    raise
                self.sleep(error.retry_after)


def document_of(request: Request, body: bytes) -> dict[str, Any]:
    """The document that a reply is. Raises Undecodable: something else may stand between the server and who asks."""
    try:
        document = json.loads(body)
    except ValueError as error:
        raise Undecodable(f"{request}: the server sent no document: {error}") from error
    if not isinstance(document, dict):
        raise Undecodable(f"{request}: the server sent no document")
    return document


def documents_in(request: Request, body: bytes) -> list[Any]:
    """What a list holds, each with a name. Raises Undecodable."""
    found = document_of(request, body).get("items") or []
    if not isinstance(found, list) or not all(_is_named(one) for one in found):
        raise Undecodable(f"{request}: the server sent no list of objects that have names")
    return found


def _is_named(one: Any) -> bool:
    meta = one.get("metadata") if isinstance(one, dict) else None
    return isinstance(meta, dict) and isinstance(meta.get("name"), str)


@dataclass(frozen=True, slots=True)
class Way:
    """A server to ask, and the namespace that the kubeconfig's context names; empty where it names none."""

    transport: Transport
    namespace: str = ""
    close: Callable[[], None] = lambda: None
    """Let go of the connections; a later call opens them anew."""
    patience: Patience = field(default_factory=Patience)

    def ask(self, request: Request) -> Reply:
        """The answer to one call, repeated only as the server itself asks. Raises ClusterError."""
        return self.patience.obeying(lambda: self._once(request))

    def changes(self, request: Request) -> Iterator[tuple[str, Any]]:
        """The lines of a watch, each a verb and a document, until it ends. Raises ClusterError; Expired: list anew."""
        try:
            for line in self.patience.obeying(lambda: self._begun(request)):
                read = json.loads(line)
                if read["type"] == "ERROR":
                    raise error_in_watch(request, json.dumps(read["object"]).encode())
                yield read["type"], read["object"]
        except Unanswered as silence:
            raise error_of_silence(request, silence) from silence
        except (ValueError, KeyError, TypeError) as garbled:
            raise Unavailable(f"{request}: no line of a watch: {garbled}") from garbled

    def _once(self, request: Request) -> Reply:
        try:
            reply = self.transport.call(request)
        except Unanswered as silence:
            raise error_of_silence(request, silence) from silence
        check(request, reply)
        return reply

    def _begun(self, request: Request) -> Iterator[bytes]:
        """A watch of which the first line has come, or the end."""
        lines = self.transport.stream(request)
        try:
            first = next(lines, None)
        except Refusal as refusal:
            raise error_of(request, refusal.reply) from refusal
        return lines if first is None else chain((first,), lines)


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
