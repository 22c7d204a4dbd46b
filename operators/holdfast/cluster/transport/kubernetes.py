"""The real way to an API server: the Kubernetes client's kubeconfig, TLS and credentials, and bytes on top.

The client's typed models are never used: they decode slowly, and drop what they do not know.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlencode

import urllib3
from kubernetes import config
from kubernetes.client import ApiClient, Configuration

from holdfast.cluster.transport.http import Refusal, Reply, Request, Unanswered

CONNECT_SECONDS: Final = 3.0
_CONNECTIONS: Final = 32
"""Kept open at once: one for each watch, and some for calls."""

_NEVER_SENT: Final = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)


class KubernetesTransport:
    """One server and identity, from a kubeconfig or from inside a pod. Safe for threads."""

    def __init__(self, client: ApiClient) -> None:
        self._client = client
        self._streams: set[urllib3.BaseHTTPResponse] = set()
        self._lock = threading.Lock()

    @classmethod
    def from_kubeconfig(cls, path: str | None = None, context: str | None = None) -> "KubernetesTransport":
        """By a context of a kubeconfig file; without arguments as kubectl would choose."""
        configuration = _configuration()
        config.load_kube_config(  # type: ignore[no-untyped-call]  # the client leaves it untyped
            path, context, configuration, persist_config=False
        )
        return cls(ApiClient(configuration))

    @classmethod
    def in_cluster(cls) -> "KubernetesTransport":
        """By the ServiceAccount of the pod this runs in."""
        configuration = _configuration()
        config.load_incluster_config(  # type: ignore[no-untyped-call]  # the client leaves it untyped
            client_configuration=configuration
        )
        return cls(ApiClient(configuration))

    def call(self, request: Request) -> Reply:
        """As Transport.call. Nothing is repeated and no redirect is followed."""
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
        self._client.rest_client.pool_manager.clear()

    def _send(self, request: Request, *, preload_content: bool) -> urllib3.BaseHTTPResponse:
        headers = {
            "Accept": "application/json",
            "Content-Type": request.content_type,
            "User-Agent": "holdfast",
        }
        self._client.update_params_for_auth(
            headers, [], ["BearerToken"], request.path, request.method, request.body
        )
        timeout = urllib3.Timeout(connect=min(CONNECT_SECONDS, request.timeout), read=request.timeout)
        pool: urllib3.PoolManager = self._client.rest_client.pool_manager
        return pool.urlopen(
            request.method,
            self._client.configuration.host + _target(request),
            body=request.body,
            headers=headers,
            timeout=timeout,
            retries=False,
            redirect=False,
            preload_content=preload_content,
        )

    def _lines(self, response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
        with self._lock:
            self._streams.add(response)
        try:
            yield from lines_of(response.stream())
        finally:
            with self._lock:
                self._streams.discard(response)
            response.close()


def _configuration() -> Configuration:
    configuration = Configuration()
    configuration.connection_pool_maxsize = _CONNECTIONS
    return configuration


def _target(request: Request) -> str:
    return request.path + ("?" + urlencode(request.query) if request.query else "")


def _reply(response: urllib3.BaseHTTPResponse) -> Reply:
    return reply_of(response.status, response.headers, response.data)


def reply_of(status: int, headers: Mapping[str, Any], body: bytes) -> Reply:
    """A reply with the two headers that matter; a Date or Retry-After that cannot be read is left out."""
    wait = str(headers.get("Retry-After", ""))
    return Reply(status, body, _epoch(headers.get("Date")), float(wait) if wait.isdigit() else None)


def _epoch(date: str | None) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp() if date else None
    except ValueError:
        return None


def lines_of(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines of a stream, without their ends; what follows the last line end is given as it is."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
    if rest:
        yield rest
