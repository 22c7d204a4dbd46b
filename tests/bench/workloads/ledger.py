"""ledger: what one write of a ledger costs on a real API server, guards included, with 100 and with 1,000 entries."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from statistics import median
from time import perf_counter

from tests.bench.api_server import BARE, accepted, hub
from tests.bench.figure import Line, Readings, at_most
from tests.bench.fleet import CUBES
from tests.bench.quantile import quantile
from tests.bench.repeats import repeated
from tests.bench.workload import Form, Workload
from tests.documents import Document, entry, ledger, pool
from tests.guards.server import PLANNER, Server

ENTRIES = (100, 1_000)
WRITES = 8
RATIO = "1,000 entries / 100 entries"


class Written:
    """A pool with so many entries, whose ledger is written again and again, a second later each time."""

    def __init__(self, server: Server, entries: int) -> None:
        self._server = server
        self.entries = entries
        units = {f"cube-{n:03d}": {"nodePool": f"tpu7x-a-cube-{n:03d}"} for n in range(CUBES)}
        made = accepted(server.create(pool(units=units)))
        promises = {str(uuid.UUID(int=n)): entry(reservation=f"research/r-{n}") for n in range(entries)}
        self._stored: Document = {**made, "status": ledger(promises=promises, granted=0, units={})}
        self.write()

    def write(self) -> float:
        """Milliseconds of one more write."""
        self._stored["status"]["asOf"] += 1
        began = perf_counter()
        answer = self._server.replace(self._stored, "/status", PLANNER)
        spent = perf_counter() - began
        self._stored = accepted(answer)
        return spent * 1_000


def _once(ledgers: list[Written]) -> dict[str, float]:
    times = {one.entries: [one.write() for _ in range(WRITES)] for one in ledgers}
    few, many = (median(times[entries]) for entries in ENTRIES)
    return {
        _metric(ENTRIES[0]): few,
        _metric(ENTRIES[1]): many,
        f"{_metric(ENTRIES[1])}, p99": quantile(times[ENTRIES[1]], 0.99),
        RATIO: many / few,
    }


def _metric(entries: int) -> str:
    return f"one write, {entries:,} entries"


def _measure(form: Form) -> Iterator[Readings]:
    if form.short:
        yield from (Readings(line.metric, why=BARE) for line in LINES)
        return
    with hub() as server:
        ledgers = [Written(server, entries) for entries in ENTRIES]
        found = repeated(form.times, lambda: _once(ledgers), clock=perf_counter)
    yield from (found.readings(metric) for metric in found.ours)


LINES = (
    Line(_metric(ENTRIES[0]), "ms"),
    Line(_metric(ENTRIES[1]), "ms"),
    Line(f"{_metric(ENTRIES[1])}, p99", "ms"),
    Line(RATIO, "times", at_most(3.0)),
)
LEDGER = Workload("ledger", "one write of a ledger on a real API server", LINES, _measure, seconds=200)
