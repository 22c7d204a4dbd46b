"""A hub's API over real HTTP, from memory: lists in pages, watches, reviews by a table. For worlds too large for a lab.

It keeps no rule of an API server: what rights and guards really do is asked of a real one (test_console_on_a_hub.py).
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.documents import Document

from holdfast.console.views.on_call import GUARDS

PAGE = 500
MARK_SECONDS = 1.0
Allows = Callable[[Document], bool]


def everything(_: Document) -> bool:
    """Whoever asks may."""
    return True


class HubServer:
    """Collections by plural. `now` is the hub's time at its start; `people` are those whose tokens it takes."""

    def __init__(
        self,
        collections: Mapping[str, Iterable[Document]],
        now: int,
        people: Mapping[str, Document] | None = None,
    ) -> None:
        self.allows: Allows = everything
        self.away = False
        self.why = ""
        self.people = dict(people or {})
        self.asked: list[Document] = []
        self.revision = 9
        self._now, self._began = now, time.monotonic()
        self._known = {plural: {key_of(one): one for one in found} for plural, found in collections.items()}
        self._known["validatingadmissionpolicybindings"] = {
            ("", name): _guard(name) for name in sorted(GUARDS)
        }
        self._told: dict[str, list[tuple[int, bytes]]] = {}
        self._lock = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Mine", (Visitor,), {"hub": self}))
        self._server.daemon_threads = True
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()

    @property
    def now(self) -> float:
        """Its time: it goes on from where it began."""
        return self._now + time.monotonic() - self._began

    def close(self) -> None:
        """Stop answering."""
        self.away = True
        self._server.shutdown()
        self._server.server_close()

    def kubeconfig(self, file: Path, namespace: str = "") -> Path:
        """A kubeconfig that leads here."""
        server = {"server": f"http://127.0.0.1:{self._server.server_port}"}
        context = {"cluster": "hub", "user": "me", **({"namespace": namespace} if namespace else {})}
        whole = {
            "apiVersion": "v1", "kind": "Config", "current-context": "hub",
            "clusters": [{"name": "hub", "cluster": server}], "users": [{"name": "me", "user": {}}],
            "contexts": [{"name": "hub", "context": context}],
        }  # fmt: skip
        file.write_text(json.dumps(whole))
        return file

    def put(self, plural: str, document: Document) -> None:
        """An object is written."""
        with self._lock:
            verb = "MODIFIED" if key_of(document) in self._known.setdefault(plural, {}) else "ADDED"
            self._tell(plural, verb, document)
            self._known[plural][key_of(document)] = document

    def drop(self, plural: str, namespace: str, name: str) -> None:
        """An object is deleted."""
        with self._lock:
            self._tell(plural, "DELETED", self._known[plural].pop((namespace, name)))

    def _tell(self, plural: str, verb: str, document: Document) -> None:
        self.revision += 1
        document["metadata"]["resourceVersion"] = str(self.revision)
        line = json.dumps({"type": verb, "object": document}).encode() + b"\n"
        self._told.setdefault(plural, []).append((self.revision, line))
        self._lock.notify_all()

    # --- what a visitor asks -----------------------------------------------------------------------------------

    def listed(self, plural: str, namespace: str, query: Mapping[str, list[str]]) -> Document:
        """One page of a list."""
        first, limit = int(query.get("continue", ["0"])[0]), int(query.get("limit", [str(PAGE)])[0])
        with self._lock:
            found = [one for key, one in self._known.get(plural, {}).items() if namespace in ("", key[0])]
            more = {"continue": str(first + limit)} if first + limit < len(found) else {}
            return {
                "metadata": {"resourceVersion": str(self.revision), **more},
                "items": found[first : first + limit],
            }

    def changes(self, plural: str, namespace: str, since: int) -> list[tuple[int, bytes]]:
        """What has been told since, or a bookmark once a moment has passed."""
        with self._lock:
            self._lock.wait_for(lambda: self._new(plural, since), MARK_SECONDS)
            found = self._new(plural, since)
            mark = {"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": str(self.revision)}}}
            within = [
                one for one in found if not namespace or f'"namespace": "{namespace}"'.encode() in one[1]
            ]
            return within or [(max(since, self.revision), json.dumps(mark).encode() + b"\n")]

    def _new(self, plural: str, since: int) -> list[tuple[int, bytes]]:
        return [told for told in self._told.get(plural, []) if told[0] > since]

    def review(self, asked: Document) -> Document:
        """The answer to a review."""
        spec = asked["spec"]
        if asked["kind"] == "TokenReview":
            user = self.people.get(spec["token"])
            said = {"user": user} if user else {"error": self.why}
            return {"status": {"authenticated": user is not None, **said}}
        self.asked.append(spec)
        return {"status": {"allowed": self.allows(spec)}}


def key_of(document: Document) -> tuple[str, str]:
    """Namespace and name."""
    return document["metadata"].get("namespace", ""), document["metadata"]["name"]


def _guard(name: str) -> Document:
    return {"metadata": {"name": name, "resourceVersion": "9"}}


class Visitor(BaseHTTPRequestHandler):
    """One connection; `hub` is whose."""

    hub: HubServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.hub.away:
            self.close_connection = True
            return
        namespace, plural, query = _asked(self.path)
        if "watch" in query:
            self._watch(plural, namespace, int(query["resourceVersion"][0]))
        else:
            self._answer(self.hub.listed(plural, namespace, query))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.hub.away:
            self.close_connection = True
            return
        self._answer(self.hub.review(json.loads(body)), 201)

    def _answer(self, document: Document, status: int = 200) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _watch(self, plural: str, namespace: str, since: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        at = since
        try:
            while not self.hub.away:
                for revision, line in self.hub.changes(plural, namespace, at):
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
                    at = revision
        except OSError:
            pass
        self.close_connection = True

    def date_time_string(self, timestamp: float | None = None) -> str:
        return formatdate(self.hub.now, usegmt=True)

    def log_message(self, *_: Any) -> None:
        """A visit is not worth a line."""


def _asked(path: str) -> tuple[str, str, dict[str, list[str]]]:
    parts = urlsplit(path)
    steps = parts.path.strip("/").split("/")
    namespace = steps[steps.index("namespaces") + 1] if "namespaces" in steps[:-1] else ""
    return namespace, steps[-1], parse_qs(parts.query)
