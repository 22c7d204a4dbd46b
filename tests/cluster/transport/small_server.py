"""A small HTTP server that answers by path, as an API server and what stands between do."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Cluster(ThreadingHTTPServer):
    """Remembers what was asked; what hangs is released when it ends."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.released = threading.Event()


class Answers(BaseHTTPRequestHandler):
    """Answers by path."""

    server: Cluster
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self.server.asked.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
        getattr(self, self.path.split("?")[0].rsplit("/", 1)[-1])()

    def do_PATCH(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        self.do_GET()

    def plain(self) -> None:
        self._head(200, {"Content-Length": "2", "Retry-After": "3"})
        self.wfile.write(b"{}")

    def moved(self) -> None:
        self._head(302, {"Content-Length": "0", "Location": "/plain"})

    def refused(self) -> None:
        self._head(410, {"Content-Length": "4"})
        self.wfile.write(b"gone")

    def hang(self) -> None:
        self.server.released.wait(5)

    def reset(self) -> None:
        self._head(200, {"Content-Length": "100"})
        self.wfile.write(b"half")
        self.close_connection = True

    def lines(self) -> None:
        self._chunks([b"one\ntw", b"o\n", b"three\nhal", b"f"])

    def endless(self) -> None:
        self._chunks([b"one\n"], end=b"")
        self.server.released.wait(5)

    def _chunks(self, chunks: Any, end: Any = b"0\r\n\r\n") -> None:
        self._head(200, {"Transfer-Encoding": "chunked"})
        for chunk in chunks:
            self.wfile.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        self.wfile.write(end)

    def _head(self, status: Any, headers: Any) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Quiet."""
