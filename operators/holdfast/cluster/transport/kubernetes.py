"""The real way to an API server: the Kubernetes client's TLS and credentials, and bytes on top.

The client's typed models are never used: they decode slowly, and drop what they do not know.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator

import urllib3
from kubernetes.client import ApiClient

from holdfast.cluster.transport.credentials import Credentials, Tell
from holdfast.cluster.transport.http import Refusal, Reply, Request, Unanswered, reply_of
from holdfast.cluster.transport.identities import Kubeconfig, ServiceAccount

CONNECT_SECONDS = 3.0
_UNAUTHORIZED = 401
_NEVER_SENT = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)


def _unheard(_sentence: str) -> None:
    """For a command that ends at once: what it raises says enough."""


class KubernetesTransport:
    """One server and identity, from a kubeconfig or from inside a pod. Safe for threads.

    Nothing is repeated but a request that was answered 401, once, where the credential read again is another: the
    server had not executed it.
    """

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._streams: set[urllib3.BaseHTTPResponse] = set()
        self._lock = threading.Lock()

    @classmethod
    def chosen(cls, kubeconfig: str | None, context: str | None) -> KubernetesTransport:
        """As kubectl chooses; inside a pod without a kubeconfig, by the pod's own account."""
        named = kubeconfig or context or os.environ.get("KUBECONFIG")
        if named is None and "KUBERNETES_SERVICE_HOST" in os.environ:
            return cls.in_cluster()
        return cls.from_kubeconfig(kubeconfig, context)

    @classmethod
    def from_kubeconfig(
        cls,
        path: str | None = None,
        context: str | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        tell: Tell = _unheard,
    ) -> KubernetesTransport:
        """By a context of a kubeconfig file; without arguments as kubectl would choose."""
        return cls(Credentials(Kubeconfig.chosen(path, context).load, monotonic, tell))

    @classmethod
    def in_cluster(
        cls, monotonic: Callable[[], float] = time.monotonic, tell: Tell = _unheard
    ) -> KubernetesTransport:
        """By the ServiceAccount of the pod this runs in."""
        return cls(Credentials(ServiceAccount().load, monotonic, tell))

    def call(self, request: Request) -> Reply:
        """As Transport.call. No redirect is followed."""
        try:
            return _reply(self._send(request, preload_content=True))
        except _NEVER_SENT as error:
            raise Unanswered(str(error), sent=False) from error
        except urllib3.exceptions.HTTPError as error:
            raise Unanswered(str(error)) from error

    def stream(self, request: Request) -> Iterator[bytes]:
        """As Transport.stream. `close` ends it from another thread."""
        try:
            response = self._send(request, preload_content=False)
            if response.status != 200:
                raise Refusal(_reply(response))
            yield from self._lines(response)
        except urllib3.exceptions.HTTPError as error:
            raise Unanswered(str(error)) from error

    def close(self) -> None:
        """End every stream, and let go of every connection."""
        with self._lock:
            for response in self._streams:
                response.shutdown()
        self._credentials.client().rest_client.pool_manager.clear()

    def _send(self, request: Request, *, preload_content: bool) -> urllib3.BaseHTTPResponse:
        client = self._credentials.client()
        response = _exchange(client, request, preload_content=preload_content)
        if response.status == _UNAUTHORIZED and (renewed := self._credentials.renewed(client)):
            response.close()
            response = _exchange(renewed, request, preload_content=preload_content)
        if response.status == _UNAUTHORIZED:
            self._credentials.tell_refused()
        return response

    def _lines(self, response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
        with self._lock:
            self._streams.add(response)
        try:
            yield from lines_of(response.stream())
        finally:
            with self._lock:
                self._streams.discard(response)
            response.close()


def _exchange(client: ApiClient, request: Request, *, preload_content: bool) -> urllib3.BaseHTTPResponse:
    timeout = urllib3.Timeout(connect=min(CONNECT_SECONDS, request.timeout), read=request.timeout)
    pool: urllib3.PoolManager = client.rest_client.pool_manager
    return pool.urlopen(
        request.method,
        client.configuration.host + request.target,
        body=request.body,
        headers=_headers(client, request),
        timeout=timeout,
        retries=False,
        redirect=False,
        preload_content=preload_content,
    )


def _headers(client: ApiClient, request: Request) -> dict[str, str]:
    """With the credential; the line end at the end of a token's file is no part of it."""
    headers = {
        "Accept": request.accept,
        "Content-Type": request.content_type,
        "User-Agent": "holdfast",
    }
    client.update_params_for_auth(headers, [], ["BearerToken"], request.path, request.method, request.body)
    return {name: value.strip() for name, value in headers.items()}


def _reply(response: urllib3.BaseHTTPResponse) -> Reply:
    return reply_of(response.status, response.headers, response.data)


def lines_of(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines of a stream, without their ends; what follows the last line end is given as it is."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
    if rest:
        yield rest
