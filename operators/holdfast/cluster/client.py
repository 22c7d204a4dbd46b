"""Typed calls to one API server: reads are repeated with patience, writes guarded and never blindly repeated.

api.get(POOLS, "lake-mariner.tpu7x-a")           a consistent read, never from a cache
api.list_pages(POOLS)                            pages that show one instant
api.review(TOKEN_REVIEW, body)                   a question that is posted and stored nowhere
api.create(PROMISES, promise)                    deterministic name; AlreadyExists is not success
api.replace(POOLS, pool, "status")               on the version the object carries
api.rehearse(POOLS, pool, "status")              as replace, stored nowhere
api.patch(NODES, identity, {"spec": {...}})      on the version the identity carries
api.patch_status(RESERVATIONS, identity, {...})  on the version, sent once: what is derived is said again
api.delete(NODES, identity) · api.evict(pod, 60) this very object, at this very version
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, TypeVar

import msgspec

from holdfast.cluster.core_objects import PODS
from holdfast.cluster.transport.calls import Exchange
from holdfast.cluster.transport.clock import ServerClock
from holdfast.cluster.transport.http import CALL_SECONDS, MERGE_PATCH, WATCH_SECONDS, Request, Transport
from holdfast.cluster.transport.kinds import ServedKind
from holdfast.cluster.transport.objects import EVERYTHING, Identity, Page, Selector, View
from holdfast.cluster.transport.paths import Path
from holdfast.cluster.transport.read_back import settle_create, settle_delete, settle_patch, settle_replace
from holdfast.cluster.transport.retries import ONE_TRY, Again, Retries
from holdfast.cluster.transport.wire import Change
from holdfast.cluster.transport.write_rule import GuardedTransport, UnguardedWrite

T = TypeVar("T")
Subresource = Literal["", "status"]

PAGE = 500
"""Objects a page: so few that decoding one never holds the interpreter until the lease is lost."""
_STRICT = (("fieldValidation", "Strict"),)


class Api:
    """One API server under one identity. Every method raises ClusterError; errors.py says what then."""

    def __init__(
        self, transport: Transport, clock: ServerClock, retries: Retries, timeout: float = CALL_SECONDS
    ) -> None:
        self.clock = clock
        self._transport = transport
        self._exchange = Exchange(GuardedTransport(transport), clock)
        self._retries = retries
        self._timeout = timeout

    def single_try(self, timeout: float) -> Api:
        """The same door with one try a call and `timeout` seconds for it: what an elector needs."""
        return Api(self._transport, self.clock, self._retries.with_policy(ONE_TRY), timeout)

    # --- reads ------------------------------------------------------------------------------------------

    def get(self, view: View[T], name: str, namespace: str = "") -> T:
        """The object as the server has it now. Gone if the server itself says that it is not there."""
        return self._retries.read(self._reader(view, namespace, name))

    def list_pages(
        self, view: View[T], selector: Selector = EVERYTHING, limit: int = PAGE
    ) -> Iterator[Page[T]]:
        """All objects of one instant, `limit` a page. Expired if it takes the server's memory too long."""
        first = (*selector.query, ("limit", str(limit)))
        page, token = self._page(view, selector, first)
        yield page
        while token:
            page, token = self._page(view, selector, (*first, ("continue", token)))
            yield page

    def watch(
        self, view: View[T], revision: int, selector: Selector = EVERYTHING, seconds: int = 300
    ) -> Iterator[Change[T]]:
        """Every change after `revision`, bookmarks included, for about `seconds`; it may be resumed.

        Expired: list anew. Unavailable: the stream was cut or garbled.
        """
        position = (("resourceVersion", str(revision)), ("timeoutSeconds", str(seconds)))
        query = (*selector.query, ("watch", "1"), ("allowWatchBookmarks", "true"), *position)
        path = Path.of(view.kind, selector.namespace)
        return self._exchange.changes(view, Request("GET", str(path), query, timeout=WATCH_SECONDS))

    def review(self, kind: ServedKind, question: bytes) -> bytes:
        """The server's answer to one of REVIEWS, in bytes; asked again as a read is, for nothing is stored."""
        request = Request("POST", str(Path.of(kind)), (), question, timeout=self._timeout)
        return self._retries.read(lambda: self._exchange.send(request))

    # --- writes -----------------------------------------------------------------------------------------

    def create(self, view: View[T], whole: T) -> T:
        """A new object under the name it carries. AlreadyExists: GET it and compare the owner's uid."""
        meant = view.identify(whole)
        path = Path.of(view.kind, meant.namespace, meant.name).collection
        request = Request("POST", str(path), _STRICT, view.encode(whole), timeout=self._timeout)
        read = self._reader(view, meant.namespace, meant.name)
        return self._write(view, request, lambda: settle_create(read, meant.name))

    def replace(self, view: View[T], whole: T, subresource: Subresource = "") -> T:
        """Put an object back on the version it carries. Stale if it has moved since."""
        meant = view.identify(whole)
        path = Path.of(view.kind, meant.namespace, meant.name, subresource)
        if not view.complete:
            raise UnguardedWrite(f"PUT {path}: {view.kind.kind} is read as a projection; patch it instead")
        request = Request("PUT", str(path), _STRICT, view.encode(whole), timeout=self._timeout)
        read = self._reader(view, meant.namespace, meant.name)
        return self._write(view, request, lambda: settle_replace(view, read, whole, subresource))

    def rehearse(self, view: View[T], whole: T, subresource: Subresource = "") -> None:
        """As `replace`, but nothing is stored (a dry run): Refused is raised where `replace` would raise it."""
        meant = view.identify(whole)
        path = Path.of(view.kind, meant.namespace, meant.name, subresource)
        query = (*_STRICT, ("dryRun", "All"))
        request = Request("PUT", str(path), query, view.encode(whole), timeout=self._timeout)
        self._retries.read(lambda: self._exchange.one(view, request))

    def patch(
        self, view: View[T], decided_on: Identity, change: Mapping[str, Any], subresource: Subresource = ""
    ) -> T:
        """Merge `change` into an object on the version decided on; lists are replaced whole."""
        version = {"uid": decided_on.uid, "resourceVersion": decided_on.resource_version}
        guarded = {**change, "metadata": {**change.get("metadata", {}), **version}}
        read = self._reader(view, decided_on.namespace, decided_on.name)
        request = self._merge(view, decided_on, subresource, guarded)
        return self._write(view, request, lambda: settle_patch(view, read, decided_on))

    def patch_status(self, view: View[T], decided_on: Identity, status: Mapping[str, Any]) -> T:
        """Merge a derived status into an object on the version decided on: an older one may be a successor's.

        (A server looks at the version of a status that is patched, and not at its uid.) Sent once: where the answer is
        lost, the next turn tells the same story again.
        """
        version = {"uid": decided_on.uid, "resourceVersion": decided_on.resource_version}
        change = {"metadata": version, "status": status}
        return self._exchange.one(view, self._merge(view, decided_on, "status", change))

    def delete(self, view: View[T], decided_on: Identity) -> None:
        """Delete this object (uid) at this version; a pod at whatever version it is meanwhile."""
        path = Path.of(view.kind, decided_on.namespace, decided_on.name)
        body = {
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "preconditions": _preconditions(view.kind, decided_on),
        }
        request = Request("DELETE", str(path), (), msgspec.json.encode(body), timeout=self._timeout)
        self._remove(view, decided_on, request)

    def evict(self, pod: Identity, grace_seconds: int) -> None:
        """Ask this pod (uid) to end within `grace_seconds`. Unavailable while its disruption budget forbids it."""
        options = {"preconditions": _preconditions(PODS.kind, pod), "gracePeriodSeconds": grace_seconds}
        name = {"name": pod.name, "namespace": pod.namespace}
        body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": name, "deleteOptions": options}
        path = Path.of(PODS.kind, pod.namespace, pod.name, "eviction")
        request = Request("POST", str(path), (), msgspec.json.encode(body), timeout=self._timeout)
        self._remove(PODS, pod, request)

    # --- under the methods ------------------------------------------------------------------------------

    def _reader(self, view: View[T], namespace: str, name: str) -> Callable[[], T]:
        """One fresh read, not repeated."""
        request = Request("GET", str(Path.of(view.kind, namespace, name)), timeout=self._timeout)
        return lambda: self._exchange.one(view, request)

    def _page(
        self, view: View[T], selector: Selector, query: tuple[tuple[str, str], ...]
    ) -> tuple[Page[T], str]:
        request = Request("GET", str(Path.of(view.kind, selector.namespace)), query, timeout=self._timeout)
        return self._retries.read(lambda: self._exchange.page(view, request))

    def _write(self, view: View[T], request: Request, settle: Callable[[], T | Again]) -> T:
        return self._retries.write(lambda: self._exchange.one(view, request), settle)

    def _merge(self, view: View[T], target: Identity, subresource: str, change: Mapping[str, Any]) -> Request:
        path = Path.of(view.kind, target.namespace, target.name, subresource)
        return Request("PATCH", str(path), _STRICT, msgspec.json.encode(change), MERGE_PATCH, self._timeout)

    def _remove(self, view: View[T], decided_on: Identity, request: Request) -> None:
        read = self._reader(view, decided_on.namespace, decided_on.name)
        self._retries.write(
            lambda: self._exchange.send(request), lambda: settle_delete(view, read, decided_on)
        )


def _preconditions(kind: ServedKind, decided_on: Identity) -> dict[str, str]:
    """A pod's version is left out: nothing that changes of one says that it should stay, and its tenant changes it."""
    version = {} if kind is PODS.kind else {"resourceVersion": decided_on.resource_version}
    return {"uid": decided_on.uid, **version}
