"""The answer to "when could I have it": the planner's own code on the console's caches. Nothing is stored for it.

It answers as the operator would answer an AvailabilityQuery at this instant: the same reader, rules and bounds. What a
plan leaves behind is kept, so that the next question costs what has changed since (planner/state/recall.py).
"""

from __future__ import annotations

import threading
from dataclasses import replace

from holdfast.api.query import AvailabilityQuery, QueryStatus
from holdfast.hub.record_reader import query_of
from holdfast.hub.snapshot_reader import HubDocuments, SnapshotReader
from holdfast.planner.plan import plan
from holdfast.planner.state.recall import Recall
from holdfast.planner.status.query import query_statuses

UID = "00000000-0000-4000-8000-000000000000"
"""Of a question: no object has it."""
PATIENCE_SECONDS = 10.0
"""How long a question waits for those before it: one is planned at a time."""
MOST_WAITING = 8
"""Questions that may wait at once; more are told so at once, so that they keep nobody's page waiting."""


class Busy(Exception):
    """Others are being answered; ask again."""


class Planning:
    """Answers questions one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(MOST_WAITING)
        self._reader = SnapshotReader()
        self._recall = Recall()

    def answer(self, hub: HubDocuments, query: AvailabilityQuery, now: int) -> QueryStatus:
        """What the planner says at `now`, in epoch seconds. Raises Busy."""
        if not self._room.acquire(blocking=False):
            raise Busy(f"{MOST_WAITING} others wait for an answer: ask again in a moment")
        try:
            return self._in_turn(hub, query, now)
        finally:
            self._room.release()

    def _in_turn(self, hub: HubDocuments, query: AvailabilityQuery, now: int) -> QueryStatus:
        if not self._lock.acquire(timeout=PATIENCE_SECONDS):
            raise Busy("others are being answered: ask again in a moment")
        try:
            return self._answer(hub, query, now)
        finally:
            self._lock.release()

    def _answer(self, hub: HubDocuments, query: AvailabilityQuery, now: int) -> QueryStatus:
        metadata = query.metadata.model_copy(update={"uid": UID, "generation": 1, "creation_timestamp": now})
        labels = hub.namespaces.get(query.metadata.namespace or "", {})
        read = self._reader.read(hub)
        epoch = 1 + max((pool.ledger.epoch for pool in read.pools.values()), default=0)
        asked = query_of(query.model_copy(update={"metadata": metadata}), labels)
        snapshot = replace(read.seen(now, epoch, "console"), queries={UID: asked})
        made = plan(snapshot, self._recall)
        self._recall = made.recall
        return next(query_statuses(snapshot, made.answers)).status
