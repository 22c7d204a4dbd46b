"""Three pages over HTTP for those who look after the process: /metrics, /healthz and /readyz."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

_TEXT = "text/plain; charset=utf-8"
_STOP_SECONDS = 0.05
"""How long `stop` may have to wait."""
_Answer = tuple[int, str, bytes]


class HealthServer:
    """Serves the three pages in threads of its own. `alive` and `ready` are asked at each visit.

    `address` is (host, port); port 0 takes a free one. An empty host listens on all of the pod's addresses.
    """

    def __init__(
        self,
        address: tuple[str, int],
        registry: CollectorRegistry,
        alive: Callable[[], bool],
        ready: Callable[[], bool],
    ) -> None:
        pages: dict[str, Callable[[], _Answer]] = {
            "/metrics": lambda: (200, CONTENT_TYPE_LATEST, generate_latest(registry)),
            "/healthz": lambda: _verdict(alive()),
            "/readyz": lambda: _verdict(ready()),
        }
        self._server = ThreadingHTTPServer(address, _visitor(pages))
        self._thread = threading.Thread(target=self._serve, name="health", daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.server_port

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=_STOP_SECONDS)


def _verdict(good: bool) -> _Answer:
    return (200, _TEXT, b"ok\n") if good else (503, _TEXT, b"no\n")


def _visitor(pages: dict[str, Callable[[], _Answer]]) -> type[BaseHTTPRequestHandler]:
    class Visitor(BaseHTTPRequestHandler):
        timeout = 5

        def do_GET(self) -> None:
            page = pages.get(self.path.partition("?")[0])
            status, kind, body = page() if page else (404, _TEXT, b"not found\n")
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object, **__: object) -> None:
            """A visit is not worth a line."""

    return Visitor
