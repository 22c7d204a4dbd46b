"""Waiting as a tenant waits: one watch over a collection, until all of some objects are as wanted."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable

from tests.bench.api_server import accepted
from tests.documents import Document
from tests.guards.server import Server

Wanted = Callable[[Document], bool]


class Awaited:
    """Follows a collection from now on; `last` is the newest object that was as wanted."""

    def __init__(self, server: Server, path: str, wanted: Wanted) -> None:
        self._wanted = wanted
        self._done: set[str] = set()
        self._news = threading.Condition()
        self.last: Document = {}
        begin = accepted(server.call("GET", f"{path}?limit=1"))["metadata"]["resourceVersion"]
        self._cluster = server.cluster
        threading.Thread(target=self._follow, args=(path, begin), daemon=True).start()

    def wait(self, names: Iterable[str], seconds: float) -> int:
        """How many of these have been as wanted, once all of them have or the time is up."""
        missing, until = set(names), time.monotonic() + seconds
        asked = len(missing)
        with self._news:
            while missing := missing - self._done:
                if not self._news.wait(until - time.monotonic()):
                    break
        return asked - len(missing)

    def _follow(self, path: str, seen: str) -> None:
        """Until the server is gone. It ends the watch of whoever reads too slowly, who then begins where it was.

        Who is told that this is too long ago, reads all there is and begins there.
        """
        with contextlib.suppress(OSError):
            while True:
                for event in Server(self._cluster).events(f"{path}?watch=true&resourceVersion={seen}"):
                    if event["type"] == "ERROR":
                        seen = self._anew(path)
                        break
                    seen = event["object"]["metadata"]["resourceVersion"]
                    self._take(event["object"])

    def _anew(self, path: str) -> str:
        """Take everything as it is now; the version of that."""
        found = accepted(Server(self._cluster).call("GET", path))
        for one in found["items"]:
            self._take(one)
        return str(found["metadata"]["resourceVersion"])

    def _take(self, found: Document) -> None:
        if self._wanted(found):
            with self._news:
                self.last = found
                self._done.add(found["metadata"]["name"])
                self._news.notify_all()
