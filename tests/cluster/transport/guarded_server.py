"""A loopback API server that lets in whom it knows, and remembers what each request came with."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from holdfast_lab.certificates import KeyPair, Subject, create_authority, issue

NOW = datetime.now(UTC)  # noqa: TID251 - certificates are judged by the real clock


class GuardedServer(ThreadingHTTPServer):
    """Knows tokens, or subjects of client certificates; `asked` holds method and credential of each request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Guarded)
        self.known = {"AAA"}
        self.asked: list[tuple[str, str]] = []

    def secured(self, folder: Path, authority: KeyPair) -> None:
        """Speak TLS with a certificate of the authority, and ask clients for one of it."""
        write(folder / "server", issue(authority, Subject("server", hosts=("127.0.0.1",)), NOW))
        (folder / "ca.crt").write_bytes(authority.certificate)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(folder / "ca.crt"))
        context.load_cert_chain(folder / "server.crt", folder / "server.key")
        context.verify_mode = ssl.CERT_OPTIONAL
        self.socket = context.wrap_socket(self.socket, server_side=True)


class _Guarded(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: GuardedServer

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        who = self._certified() or self.headers.get("Authorization", "").partition(" ")[2]
        self.server.asked.append((self.command, who))
        body = b"{}\n"
        self.send_response(200 if who in self.server.known else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def _certified(self) -> str:
        """The common name of the client's certificate; empty without one."""
        peer: Any = self.connection.getpeercert() if isinstance(self.connection, ssl.SSLSocket) else None
        return dict(pair[0] for pair in peer["subject"]).get("commonName", "") if peer else ""

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def serving(server: GuardedServer) -> Iterator[GuardedServer]:
    """The server answers until the block ends."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def write(stem: Path, pair: KeyPair) -> None:
    """A key pair as the files STEM.crt and STEM.key."""
    stem.with_suffix(".crt").write_bytes(pair.certificate)
    stem.with_suffix(".key").write_bytes(pair.key)


def authority() -> KeyPair:
    """A new certificate authority."""
    return create_authority("authority", NOW)


def client_of(signer: KeyPair, name: str) -> KeyPair:
    """A client's key pair."""
    return issue(signer, Subject(name), NOW)


def kubeconfig(folder: Path, cluster: dict[str, str], user: dict[str, Any]) -> str:
    """The path of a kubeconfig of one context, written as JSON, which is YAML too."""
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "hub",
        "contexts": [{"name": "hub", "context": {"cluster": "hub", "user": "me"}}],
        "clusters": [{"name": "hub", "cluster": cluster}],
        "users": [{"name": "me", "user": user}],
    }
    path = folder / "kubeconfig"
    path.write_text(json.dumps(document))
    return str(path)
