"""takeover: how soon somebody who asks is answered once the leader has gone, or the API server was away.

20 pools and 200 promises on a real API server, two replicas of the shipped operator. A tenant asks in the very moment
in which the leader is told to stop, is killed, or the server goes on; the time runs until it reads its answer: lease, a
first turn that writes every ledger under the new leader's epoch, promise and status. A replica that has ended itself
in the outage is started again by the lab's restarter, as a Deployment would.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tests.bench.api_server import BARE, accepted, hub
from tests.bench.figure import Line, Readings, at_most
from tests.bench.repeats import repeated
from tests.bench.storm_hub import TENANTS, Operator, ask_document, await_ready, furnish, heard, started
from tests.bench.workload import Form, Workload
from tests.documents import Document
from tests.guards.server import Server, address

from holdfast.hardware.instants import text_of
from holdfast.hardware.names import ELECTION_LEASE, SYSTEM_NAMESPACE
from holdfast_lab.process_control.supervision import Process, is_alive
from holdfast_lab.state import RecordFile

POOLS, STANDING = 20, 200
AT_ONCE = 4
OUTAGE = 30.0
PATIENCE = 60.0
"""Seconds after which an answer is not waited for any longer."""
LOOK_EVERY = 0.02
DAY = 86_400
LEASE = f"/apis/coordination.k8s.io/v1/namespaces/{SYSTEM_NAMESPACE}/leases/{ELECTION_LEASE}"
RESTARTED = (sys.executable, "-m", "holdfast_lab.process_control.restarter")
STOPPED, KILLED = "leader told to stop", "leader killed"
LEADS, ANSWERS = "another leads", "a tenant is answered"
AWAY = f"API server away for {OUTAGE:.0f} s: {ANSWERS}"


class Asker:
    """A tenant that asks for one cube at a time, and waits until it reads an answer."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._numbers = itertools.count()

    def fill(self) -> None:
        """Everything that stands before anything is measured."""
        asks = [self._ask() for _ in range(STANDING)]
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(self._create, [asks[n::AT_ONCE] for n in range(AT_ONCE)]))
        for ask in asks:
            self._await(ask)

    def answered(self) -> float:
        """Ask; the instant at which the answer was read."""
        ask = self._ask()
        accepted(self._server.create(ask))
        return self._await(ask)

    def _create(self, asks: list[Document]) -> None:
        server = Server(self._server.cluster)
        for ask in asks:
            accepted(server.create(ask))
        server.close()

    def _await(self, ask: Document) -> float:
        until = time.monotonic() + PATIENCE
        while "promised" not in accepted(self._server.call("GET", address(ask))).get("status", {}):
            if time.monotonic() > until:
                raise AssertionError(f"{ask['metadata']['name']} has no answer after {PATIENCE:.0f} s")
            time.sleep(LOOK_EVERY)
        return time.monotonic()

    def _ask(self) -> Document:
        number = next(self._numbers)
        start = int(time.time()) + (2 + number % 300) * DAY  # noqa: TID251 - a real server's time
        window = {"start": text_of(start), "end": text_of(start + 10 * DAY)}
        return ask_document(TENANTS[number % len(TENANTS)], f"ask-{number}", 1 + number % 4, window)


class Pair:
    """Two replicas; whoever is ended is followed by a new one, so that there are two before each measurement."""

    def __init__(self, server: Server, folder: Path, *before: str) -> None:
        self._server = server
        self._folder = folder
        self._before = before
        self._names = (f"replica-{n}" for n in itertools.count())
        self.living: list[Operator] = []

    def complete(self) -> Operator:
        """Start what is missing, until one leads and the other is warm; the leader."""
        while len(self.living) < 2:
            self.living.append(started(self._server, self._folder, next(self._names), *self._before))
        for one in self.living:
            await_ready(one)
        until = time.monotonic() + PATIENCE
        while (leader := self._leader()) is None and time.monotonic() < until:
            time.sleep(0.1)
        if leader is None:
            raise AssertionError("nobody leads")
        return leader

    def _leader(self) -> Operator | None:
        holder = self._server.call("GET", LEASE).document.get("spec", {}).get("holderIdentity")
        return next(
            (one for one in self.living if holder in (birth["identity"] for birth in one.said("started"))),
            None,
        )

    def lose(self, leader: Operator, by: signal.Signals) -> float:
        """Send the leader a signal; the instant at which it was sent."""
        sent = time.monotonic()
        leader.process.send_signal(by)
        self.living.remove(leader)
        return sent

    def end(self) -> None:
        """End both, and what they have started."""
        for one in self.living:
            os.killpg(one.process.pid, signal.SIGKILL)
            one.process.wait()


@contextmanager
def pair(server: Server, *before: str) -> Iterator[Pair]:
    """Two replicas on a hub for as long as the block lasts."""
    with tempfile.TemporaryDirectory() as folder:
        both = Pair(server, Path(folder), *before)
        try:
            yield both
        finally:
            both.end()


def _followed(both: Pair, asker: Asker, by: signal.Signals, what: str) -> dict[str, float]:
    leader = both.complete()
    said_at = time.time()  # noqa: TID251 - compared with the time in the other's log
    sent = both.lose(leader, by)
    answered = asker.answered()
    leader.process.wait(PATIENCE)
    (other,) = both.living
    leads = datetime.fromisoformat(other.said("leading")[-1]["timestamp"]).timestamp()
    return {f"{what}: {LEADS}": leads - said_at, f"{what}: {ANSWERS}": answered - sent}


def _changes(both: Pair, asker: Asker) -> dict[str, float]:
    return _followed(both, asker, signal.SIGTERM, STOPPED) | _followed(both, asker, signal.SIGKILL, KILLED)


def _outage(server: Server, both: Pair, asker: Asker) -> dict[str, float]:
    """The server stands still, connections and all, and goes on."""
    both.complete()
    process = _api_server(server)
    os.kill(process.pid, signal.SIGSTOP)
    try:
        time.sleep(OUTAGE)
    finally:
        os.kill(process.pid, signal.SIGCONT)
    back = time.monotonic()
    return {AWAY: asker.answered() - back}


def _api_server(server: Server) -> Process:
    found = RecordFile(server.cluster.state).read().clusters["hub"].processes["kube-apiserver"]
    if not is_alive(found):
        raise AssertionError("the API server has ended")
    return found


def _measure(form: Form) -> Iterator[Readings]:
    if form.short:
        yield from (Readings(line.metric, why=BARE) for line in LINES)
        return
    with hub() as server:
        furnish(server, POOLS)
        asker = Asker(server)
        with heard(server):
            with pair(server) as both:
                both.complete()
                asker.fill()
                found = repeated(5, lambda: _changes(both, asker), clock=time.perf_counter, within=90)
            yield from (found.readings(line.metric) for line in LINES[:-1])
            with pair(server, *RESTARTED) as both:
                away = repeated(1, lambda: _outage(server, both, asker), clock=time.perf_counter)
            yield away.readings(AWAY)


LINES = (
    Line(f"{STOPPED}: {LEADS}", "s", at_most(1)),
    Line(f"{STOPPED}: {ANSWERS}", "s", at_most(1)),
    Line(f"{KILLED}: {LEADS}", "s", at_most(5)),
    Line(f"{KILLED}: {ANSWERS}", "s", at_most(5)),
    Line(AWAY, "s", at_most(10)),
)
TAKEOVER = Workload(
    "takeover", "a leader goes, the API server is away: 20 pools, 200 promises", LINES, _measure, seconds=360
)
