"""neighbour: what a tenant feels of another one that writes as fast as its quota and its flow let it.

20 pools on a real API server and the shipped operator. In one run quiet and loud spells take turns: in a loud one eight
connections of another tenant amend the reservations its quota allows, each as soon as the last answer has come; a quiet
one begins when all of that has been answered. The tenant measured creates one reservation at a time, waits until it
reads its answer, and deletes it.
"""

from __future__ import annotations

import itertools
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Event
from pathlib import Path
from threading import Thread

from tests.bench.api_server import BARE, accepted, hub
from tests.bench.figure import Line, Readings, at_most
from tests.bench.quantile import quantile
from tests.bench.repeats import repeated
from tests.bench.storm_hub import TENANTS, Operator, ask_document, furnish, heard, operating
from tests.bench.workload import Form, Workload
from tests.documents import Document
from tests.guards.server import Identity, Server, address

from holdfast.hardware.instants import text_of
from holdfast_lab.control_plane.cluster import Cluster

POOLS, STANDING = 20, 200
QUOTA, CONNECTIONS = 100, 8
SPELL = 10
"""Reservations that are asked for, answered and deleted in one spell."""
PATIENCE = 20.0
LOOK_EVERY = 0.02
LOUD_BEFORE = 3.0
"""Seconds of the storm before anything is measured in it."""
RESTED = 2.0
"""Seconds without a write of the operator after which nothing is left of a storm."""
DAY = 86_400
LOUD, CALM = TENANTS[:2]
WRITE, ANSWER = "a create, p99", "an answer, p99"
COUNT = "count/capacityreservations.holdfast.dev"
RATE = "writes of the loud tenant"


def somebody(tenant: str) -> Identity:
    """One of a tenant's people."""
    return Identity(f"ann@{tenant}", (tenant, "system:authenticated"))


def ask(tenant: str, name: str, number: int) -> Document:
    """One to four cubes for ten days, some day of a year."""
    start = int(time.time()) + (2 + number % 300) * DAY  # noqa: TID251 - a real server's time
    window = {"start": text_of(start), "end": text_of(start + 10 * DAY)}
    return ask_document(tenant, name, 1 + number % 4, window)


def flood(cluster: Cluster, connection: int, stop: Event, taken: list[int]) -> None:
    """One connection: make its share of what the quota allows, then change one after the other without a pause."""
    server, who = Server(cluster), somebody(LOUD)
    made = [ask(LOUD, f"loud-{connection}-{n}", n) for n in range(QUOTA // CONNECTIONS)]
    for wanted in made:
        server.create(wanted, who)
    for turn in itertools.count():
        if stop.is_set():
            return
        change = {"spec": {"count": 1 + (turn // len(made)) % 4}}
        taken[connection] += server.call("PATCH", address(made[turn % len(made)]), change, who).accepted


def storm(cluster: Cluster, stop: Event, told: SimpleQueue[float]) -> None:
    """A process of its own: all connections until told to stop; then how many writes a second were taken."""
    taken = [0] * CONNECTIONS
    threads = [Thread(target=flood, args=(cluster, n, stop, taken)) for n in range(CONNECTIONS)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put(sum(taken) / (time.monotonic() - began))


@contextmanager
def loudly(cluster: Cluster) -> Iterator[list[float]]:
    """The loud tenant writes while the block lasts; afterwards the list has its rate."""
    context = multiprocessing.get_context("spawn")
    stop, told, rate = context.Event(), context.SimpleQueue(), list[float]()
    process = context.Process(target=storm, args=(cluster, stop, told))
    process.start()
    time.sleep(LOUD_BEFORE)
    try:
        yield rate
    finally:
        stop.set()
        rate.append(told.get())
        process.join()


def spell(server: Server, numbers: Iterator[int]) -> dict[str, float]:
    """The calm tenant's times, in seconds; who has no answer by then counts with all of PATIENCE."""
    writes, answers, who = [], [], somebody(CALM)
    for number in itertools.islice(numbers, SPELL):
        wanted, began = ask(CALM, f"calm-{number}", number), time.perf_counter()
        accepted(server.create(wanted, who))
        writes.append(time.perf_counter() - began)
        while not _answered(server, wanted, who) and time.perf_counter() - began < PATIENCE:
            time.sleep(LOOK_EVERY)
        answers.append(time.perf_counter() - began)
        accepted(server.delete(wanted, who))
    return {WRITE: quantile(writes, 0.99), ANSWER: quantile(answers, 0.99)}


def _answered(server: Server, wanted: Document, who: Identity) -> bool:
    return "promised" in accepted(server.call("GET", address(wanted), who=who)).get("status", {})


def _rest(operator: Operator) -> None:
    written = -1
    while written != (written := len(operator.said("turn"))):
        time.sleep(RESTED)


def _once(server: Server, operator: Operator, numbers: Iterator[int]) -> dict[str, float]:
    _rest(operator)
    quiet = spell(server, numbers)
    with loudly(server.cluster) as rate:
        loud = spell(server, numbers)
    times = {f"{name}, beside a storm": loud[name] / quiet[name] for name in quiet}
    return {**quiet, **times, RATE: rate[0]}


def _furnished(server: Server) -> None:
    furnish(server, POOLS)
    for tenant in (LOUD, CALM):
        hard, path = {COUNT: str(QUOTA)}, f"/api/v1/namespaces/{tenant}/resourcequotas"
        accepted(server.create({"metadata": {"name": "holdfast-tenant"}, "spec": {"hard": hard}}, path=path))
        counted = {"status": {"hard": hard, "used": {COUNT: "0"}}}  # as the counting controller will
        accepted(server.call("PATCH", f"{path}/holdfast-tenant/status", counted))
    for number in range(STANDING):
        accepted(server.create(ask(TENANTS[2], f"standing-{number}", number)))


def _measure(form: Form) -> Iterator[Readings]:
    if form.short:
        yield from (Readings(line.metric, why=BARE) for line in LINES)
        return
    with tempfile.TemporaryDirectory() as folder, hub() as server:
        _furnished(server)
        with heard(server), operating(server, Path(folder)) as operator:
            numbers = itertools.count()
            spell(server, numbers)
            once = partial(_once, server, operator, numbers)
            found = repeated(3, once, clock=time.perf_counter, within=80)
    yield from (found.readings(line.metric) for line in LINES)


LINES = (
    Line(WRITE, "s"),
    Line(ANSWER, "s"),
    Line(f"{WRITE}, beside a storm", "times as long", at_most(2)),
    Line(f"{ANSWER}, beside a storm", "times as long", at_most(2)),
    Line(RATE, "a second"),
)
NEIGHBOUR = Workload(
    "neighbour",
    "another tenant writes as fast as it is let: 20 pools, 200 promises",
    LINES,
    _measure,
    seconds=420,
)
