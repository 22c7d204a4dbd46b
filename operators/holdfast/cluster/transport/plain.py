"""The quick way to an API server, by the standard library alone: for commands that ask once and end.

Loading the Kubernetes client takes four times as long as such a command may. Its credentials are read once and
never again; a process that lives longer takes the other way (`kubernetes`).
"""

from __future__ import annotations

import selectors
import socket
import ssl
import tempfile
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from holdfast.cluster.transport.http import Refusal, Reply, Request, Unanswered, reply_of
from holdfast.cluster.transport.kubeconfig import ServerAccess

CONNECT_SECONDS = 3.0


class PlainTransport:
    """One server and identity over one connection. Not safe for threads; no redirect is followed."""

    def __init__(self, access: ServerAccess) -> None:
        self._access = access
        self._server = urlsplit(access.server)
        self._connection: HTTPConnection | None = None

    def call(self, request: Request) -> Reply:
        """As Transport.call."""
        response = self._send(request)
        try:
            return _reply(response)
        except (OSError, HTTPException) as error:
            raise self._cut(error) from error

    def stream(self, request: Request) -> Iterator[bytes]:
        """As Transport.stream."""
        response = self._send(request)
        try:
            if response.status != 200:
                raise Refusal(_reply(response))
            for line in response:
                yield line.rstrip(b"\n")
        except (OSError, HTTPException) as error:
            raise self._cut(error) from error
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def __del__(self) -> None:
        """Whoever forgets it leaves no connection open."""
        self.close()

    def _send(self, request: Request) -> HTTPResponse:
        connection = self._connected(request)
        try:
            target = self._server.path.rstrip("/") + request.target
            connection.request(request.method, target, request.body, self._headers(request))
            return connection.getresponse()
        except (OSError, HTTPException) as error:
            raise self._cut(error) from error

    def _connected(self, request: Request) -> HTTPConnection:
        """The connection, opened where there is none; whatever fails here, nothing was sent.

        One that the server has closed since is opened anew: nobody could say whether what is sent into it was done.
        """
        if self._connection is not None and _hung_up(self._connection.sock):
            self.close()
        if self._connection is None:
            try:
                connection = _connection(self._server, self._access, min(CONNECT_SECONDS, request.timeout))
                connection.connect()
            except (OSError, ValueError) as error:
                raise Unanswered(f"{self._access.server}: {error}", sent=False) from error
            self._connection = connection
        if self._connection.sock is not None:
            self._connection.sock.settimeout(request.timeout)
        return self._connection

    def _cut(self, error: Exception) -> Unanswered:
        self.close()
        return Unanswered(f"{self._access.server}: {error}")

    def _headers(self, request: Request) -> dict[str, str]:
        headers = {
            "Accept": request.accept,
            "Content-Type": request.content_type,
            "User-Agent": "holdfast",
        }
        return {**headers, "Authorization": f"Bearer {self._access.token}"} if self._access.token else headers


def _hung_up(sock: socket.socket | None) -> bool:
    """Whether an idle connection has something to read: its end, for nothing was asked."""
    if sock is None:
        return True
    with selectors.DefaultSelector() as look:
        look.register(sock, selectors.EVENT_READ)
        return bool(look.select(0))


def _reply(response: HTTPResponse) -> Reply:
    return reply_of(response.status, dict(response.headers), response.read())


def _connection(server: SplitResult, access: ServerAccess, timeout: float) -> HTTPConnection:
    """A connection that is not open yet. Raises ValueError for what is no server, OSError for what are no keys."""
    if server.scheme not in ("http", "https") or not server.hostname:
        raise ValueError("is no address of a server; for example https://hub.example:6443")
    if server.scheme == "http":
        return HTTPConnection(server.hostname, server.port, timeout=timeout)
    return HTTPSConnection(server.hostname, server.port, timeout=timeout, context=_tls(access))


def _tls(access: ServerAccess) -> ssl.SSLContext:
    tls = ssl.create_default_context(cadata=access.authority or None)
    if not access.verified:
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    if access.certificate:
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as pair:  # the ssl module reads files only
            pair.write(f"{access.certificate}\n{access.key}")
            pair.flush()
            tls.load_cert_chain(pair.name)
    return tls
