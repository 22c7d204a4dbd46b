"""The bare client: the same writes as the operator's and its tenants', with as many at once, and nothing decided.

It gives the API server's own bound. It writes to a server of its own, so that no operator answers what it creates.
"""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import local

from tests.bench.api_server import accepted
from tests.documents import Document, entry, ledger, promise
from tests.guards.server import OURS, PLANNER, Server

EVENTS = "/apis/events.k8s.io/v1/namespaces/{namespace}/events"


class BareClient:
    """`at_once` connections; a ledger holds so many entries as the operator's will."""

    def __init__(self, server: Server, pools: list[str], entries: int, at_once: int) -> None:
        self._own = local()
        self._cluster = server.cluster
        self._threads = ThreadPoolExecutor(at_once)
        self._ledgers = [_ledgered(server, name, entries) for name in pools]

    def wave(self, asks: list[Document], status: Document, ledger_writes: int) -> None:
        """Create each, its promise, its status and its event; write ledgers so many times in between."""
        written = [self._threads.submit(self._all_of, ask, status) for ask in asks]
        pools = range(len(self._ledgers))
        written += [
            self._threads.submit(
                self._ledger, n, ledger_writes // len(pools) + (n < ledger_writes % len(pools))
            )
            for n in pools
        ]
        for one in written:
            one.result()

    def _all_of(self, ask: Document, status: Document) -> None:
        stored = accepted(self._server.create(ask))
        meta = stored["metadata"]
        accepted(self._server.create(promise(str(uuid.uuid4())), PLANNER))
        path = f"{OURS}/namespaces/{meta['namespace']}/capacityreservations/{meta['name']}/status"
        accepted(self._server.call("PATCH", path, {"status": status}, PLANNER))
        accepted(self._server.create(_event(stored), PLANNER, EVENTS.format(**meta)))

    def _ledger(self, number: int, times: int) -> None:
        for _ in range(times):
            stored = self._ledgers[number]
            stored["status"]["asOf"] += 1
            self._ledgers[number] = accepted(self._server.replace(stored, "/status", PLANNER))

    @property
    def _server(self) -> Server:
        if not hasattr(self._own, "server"):
            self._own.server = Server(self._cluster)
        server: Server = self._own.server
        return server


def _event(about: Document) -> Document:
    """As long as the one that tells of a promise."""
    meta, kind = about["metadata"], {"apiVersion": about["apiVersion"], "kind": about["kind"]}
    named = {"name": meta["name"], "namespace": meta["namespace"], "uid": meta["uid"]}
    return {
        "metadata": {"name": f"{meta['name']}.{uuid.uuid4().hex[:16]}", "namespace": meta["namespace"]},
        "eventTime": "2026-01-01T00:00:00.000000Z", "reportingController": "holdfast.dev/planner",
        "reportingInstance": "bare", "action": "Scheduled", "reason": "Scheduled", "type": "Normal",
        "regarding": {**kind, **named}, "note": "promised as asked; " * 5,
    }  # fmt: skip


def _ledgered(server: Server, name: str, entries: int) -> Document:
    """A pool of the hub with so many entries in its ledger."""
    stored = accepted(server.call("GET", f"{OURS}/acceleratorpools/{name}"))
    promises = {str(uuid.uuid4()): entry() for _ in range(entries)}
    status = ledger(promises=promises, granted=0, units={})
    return accepted(server.replace({**stored, "status": status}, "/status", PLANNER))
