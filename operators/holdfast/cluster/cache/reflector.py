"""Keeps a Store like the server's collection: list it in pages, watch from there, list anew when in doubt.

    relist ──▶ watch ──(time is up)──▶ watch ──(410, cut, garbled)──▶ pause ──▶ relist

The parts are steppable; `run` is the thread that repeats them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from holdfast.cluster.cache.store import Store
from holdfast.cluster.client import Api
from holdfast.cluster.transport.errors import ClusterError, Unavailable
from holdfast.cluster.transport.objects import EVERYTHING, Broken, Identity, Key, Selector
from holdfast.cluster.transport.wire import Change

T = TypeVar("T")

WATCH_FOR = 300
"""Seconds a watch lasts before the server ends it and it is resumed, possibly at another server."""


class Stop(Protocol):
    """A threading.Event, as far as a thread needs one."""

    def is_set(self) -> bool:
        """Whether to end."""

    def wait(self, timeout: float) -> bool:
        """Sleep, at most until told to end."""


class Reflector(Generic[T]):
    """One Store's connection to its server. `pause(failures)` is in seconds: Retries.pause."""

    def __init__(
        self,
        api: Api,
        store: Store[T],
        pause: Callable[[int], float],
        selector: Selector = EVERYTHING,
        on_failure: Callable[[ClusterError], None] = lambda _: None,
    ) -> None:
        self._api = api
        self._store = store
        self._pause = pause
        self._where = selector
        self._on_failure = on_failure
        self._failures = 0

    def relist(self) -> frozenset[Key]:
        """Read the whole collection and hand it to the store at once; returns what must have been deleted.

        A list older than what was seen raises Unavailable and changes nothing but `store.regressed`.
        """
        listed: list[tuple[Identity, T | Broken]] = []
        revision = 0
        for page in self._api.list_pages(self._store.view, self._where):
            listed += [(self._store.view.identify(one), one) for one in page.objects]
            listed += [(one.identity, one) for one in page.broken]
            revision = page.revision
        deleted = self._store.replace(listed, revision)
        if self._store.regressed:
            raise Unavailable(
                f"{self._store.view.kind.plural}: list at {revision} is older than what was seen"
            )
        return deleted

    def watch_once(self) -> int:
        """Follow changes until the server ends the watch; returns how many lines came.

        Any ClusterError means: list anew.
        """
        lines = 0
        for change in self._api.watch(self._store.view, self._store.revision, self._where, WATCH_FOR):
            self._take(change)
            lines += 1
        return lines

    def run(self, stop: Stop) -> None:
        """List and watch until told to stop; the target of a thread. Failures are told and waited out."""
        while not stop.is_set():
            try:
                self.relist()
                self._follow(stop)
            except ClusterError as error:
                self._failures += 1
                self._on_failure(error)
                stop.wait(self._pause(self._failures))

    def _follow(self, stop: Stop) -> None:
        """Watch again and again. A watch that brought not even a bookmark is a server to back off from."""
        while not stop.is_set():
            if not self.watch_once():
                raise Unavailable(f"{self._store.view.kind.plural}: a watch ended without a word")
            self._failures = 0

    def _take(self, change: Change[T]) -> None:
        if change.seen is None:
            self._store.advance(change.revision)
        elif change.verb == "DELETED":
            self._store.remove(change.identity)
        else:
            self._store.observe(change.identity, change.seen)
