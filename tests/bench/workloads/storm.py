"""storm: 1,000 reservations through a real API server and the shipped operator, 30 pools, in five waves of 200.

A wave is over when every one of it is Scheduled: promise stored and status told. Between the waves the bare client
makes as many of the same writes on a server of its own, eight at once like those who create: the server's bound; and
Kueue's manager, on a third, admits as many Workloads.
"""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from random import Random  # noqa: TID251 - seeded, and only here

from tests.bench.api_server import BARE, accepted, hub
from tests.bench.awaited import Awaited
from tests.bench.figure import Goal, Line, Readings, at_most, none_at_all, times_better
from tests.bench.fleet import pool_name
from tests.bench.peers.bare_client import BareClient
from tests.bench.peers.kueue import Kueue
from tests.bench.peers.kueue import program as kueue_program
from tests.bench.repeats import repeated
from tests.bench.storm_hub import POOLS, TENANTS, Operator, ask_document, furnish, heard, operating
from tests.bench.workload import Form, Workload
from tests.documents import Document
from tests.guards.server import OURS, Server

from holdfast.hardware.instants import text_of
from holdfast.planner.admission.preference import CROWDED

AT_ONCE = 8
WAVE, LONG_WAVE = 200, 2_000
PATIENCE, LOOK_EVERY = 100.0, 0.5
"""Seconds after which a wave is given up, and between two looks at the operator's health."""
DAY = 86_400
RATE = "promised and told"
WRITES, EVENTS, SICK = "writes per reservation", "events per reservation", "times it was not healthy"
KUEUE = "promised and told, beside Kueue's admitting"


class Storm:
    """Waves of asks, one after the other; `status` is one that the operator wrote, `ledger_writes` of the last wave."""

    def __init__(self, server: Server, operator: Operator, size: int) -> None:
        self._server = server
        self._operator = operator
        self._size = size
        self._drawn = Random(3)
        self._numbers = itertools.count()
        self._answers = Awaited(server, f"{OURS}/capacityreservations", _promised)
        self.status: Document = {}
        self.ledger_writes = 0

    def asks(self) -> list[Document]:
        """The next wave."""
        return [self._ask(next(self._numbers)) for _ in range(self._size)]

    def _ask(self, number: int) -> Document:
        start = int(time.time()) + self._drawn.randint(2, 300) * DAY  # noqa: TID251 - a real server's time
        window = {"start": text_of(start), "end": text_of(start + 10 * DAY)}
        return ask_document(
            TENANTS[number % len(TENANTS)], f"ask-{number}", self._drawn.randint(1, 4), window
        )

    def wave(self) -> dict[str, float]:
        """Create a wave, wait until all of it is told, and count what that took."""
        before, asks = self._operator.writes(), self.asks()
        began = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(self._create, [asks[n::AT_ONCE] for n in range(AT_ONCE)]))
        told, sick = self._told({ask["metadata"]["name"] for ask in asks})
        seconds = time.perf_counter() - began
        after = self._operator.writes()
        made = {
            key: count - before.get(key, 0) for key, count in after.items() if key[0] not in ("GET", "WATCH")
        }
        self.ledger_writes = made.get(("PUT", "acceleratorpools"), 0)
        events = sum(count for (_, plural), count in made.items() if plural == "events")
        counted = sum(count for (_, plural), count in made.items() if plural in COUNTED)
        each = {WRITES: counted / max(told, 1), EVENTS: events / max(told, 1)}
        return {RATE: told / seconds, KUEUE: told / seconds, **each, SICK: float(sick)}

    def _create(self, asks: list[Document]) -> None:
        server = Server(self._server.cluster)
        for ask in asks:
            accepted(server.create(ask))
        server.close()

    def _told(self, names: set[str]) -> tuple[int, int]:
        """How many of a wave are Scheduled in the end, and how often the operator was not healthy meanwhile."""
        sick, until = 0, time.monotonic() + PATIENCE
        while (told := self._answers.wait(names, LOOK_EVERY)) < len(names) and time.monotonic() < until:
            sick += self._operator.page("/healthz")[0] != 200
        self.status = self._answers.last["status"]
        return told, sick


def _promised(reservation: Document) -> bool:
    return "promised" in reservation.get("status", {})


COUNTED = ("acceleratorpools", "capacitypromises", "capacityreservations")


def _peers(client: BareClient, storm: Storm, kueue: Kueue | None) -> dict[str, float]:
    """The bound, and Kueue where it is."""
    asks = storm.asks()
    began = time.perf_counter()
    client.wave(asks, storm.status, storm.ledger_writes)
    bound = {RATE: len(asks) / (time.perf_counter() - began)}
    return bound if kueue is None else {**bound, KUEUE: kueue.wave(len(asks))}


def _measure(form: Form) -> Iterator[Readings]:
    if form.short:
        yield from (Readings(line.metric, why=BARE) for line in LINES)
        return
    size = LONG_WAVE if form.long else WAVE
    program, why = kueue_program()
    with tempfile.TemporaryDirectory() as folder, hub() as server, hub() as bare, hub() as third:
        for each in (server, bare):
            furnish(each)
        kueue = None if program is None else Kueue(third, program, AT_ONCE)
        client = BareClient(bare, [pool_name(n) for n in range(POOLS)], CROWDED // 2, AT_ONCE)
        with heard(server), operating(server, Path(folder)) as operator:
            storm = Storm(server, operator, size)
            peers = partial(_peers, client, storm, kueue)
            found = repeated(form.times, storm.wave, peers, clock=time.perf_counter, within=220)
    yield from (found.readings(line.metric, why) for line in LINES)


LINES = (
    Line(RATE, "a second", Goal(0.6, at_least=True, times=True), peer="bare client", more_is_better=True),
    Line(WRITES, "writes", at_most(2.2)),
    Line(EVENTS, "events"),
    Line(SICK, "answers other than 200", none_at_all()),
    Line(KUEUE, "a second", times_better(1), peer="kueue 0.19.2", more_is_better=True),
)
STORM = Workload(
    "storm",
    "reservations created on a real API server, 30 pools, the shipped operator",
    LINES,
    _measure,
    seconds=420,
)
