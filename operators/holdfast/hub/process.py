"""One replica of the hub operator: the threads around the loop, from start to a graceful stop.

reflectors ──▶ caches ──(change signal)──▶ loop, while leading ──▶ hub
election: Lease holdfast-planner        watchdog: ends the process when the lease could not be renewed
health: /metrics /healthz /readyz
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NoReturn

from prometheus_client import CollectorRegistry

from holdfast.cluster.client import Api
from holdfast.cluster.events import EventRecorder
from holdfast.cluster.leases.leader_election import LeaderElector
from holdfast.cluster.transport.clock import ServerClock
from holdfast.cluster.transport.errors import ClusterError
from holdfast.cluster.transport.objects import Key
from holdfast.cluster.transport.retries import Retries, RetryPolicy
from holdfast.hardware.names import ELECTION_LEASE, SYSTEM_NAMESPACE
from holdfast.hub.apply import Apply
from holdfast.hub.budget import Budget
from holdfast.hub.caches import HubCaches, follow
from holdfast.hub.calls_in_flight import InFlight, Together, one_by_one
from holdfast.hub.deletion_proof import DeletionProof
from holdfast.hub.loop import Keep, Loop, Memory, Superseded, Turn
from holdfast.hub.metrics import HubMetrics
from holdfast.hub.refusals import Refusals
from holdfast.hub.settings import OperatorSettings
from holdfast.hub.site_liveness import SiteLiveness
from holdfast.hub.turn_keeper import keeper_of
from holdfast.hub.turn_lines import lines_of
from holdfast.process.client_metrics import ClientMetrics, MeteredTransport
from holdfast.process.collector import collect_later, collect_rarely
from holdfast.process.connection import transport_from
from holdfast.process.health import HealthServer
from holdfast.process.logs import logger
from holdfast.process.threads import start_thread

LOOK_SECONDS = 0.05
"""How often a replica that does not lead looks whether it does."""
LONGEST_SLEEP = 5.0
"""Seconds without a change after which a turn is taken all the same: sites may have fallen silent meanwhile."""
STUCK_SECONDS = 60.0
"""A leader that has not finished a turn for so long is not alive."""
_log = logger("operator")


def _nothing() -> None:
    """Nobody waits for it."""


@dataclass(frozen=True, slots=True)
class OperatorParts:
    """What a replica is made of; `monotonic` is in seconds, `together` makes calls that do not depend on each other.

    `read_whole` is called once, when the hub has been read whole for the first time.
    """

    api: Api
    caches: HubCaches
    retries: Retries
    metrics: HubMetrics
    settings: OperatorSettings
    monotonic: Callable[[], float] = time.monotonic
    together: Together = one_by_one
    keep: Keep | None = None
    read_whole: Callable[[], None] = _nothing


class Replica:
    """Runs the loop while it leads. `stop` is set by a signal; every wait listens to it."""

    def __init__(self, parts: OperatorParts, elector: LeaderElector, stop: threading.Event) -> None:
        self._parts = parts
        self._elector = elector
        self._stop = stop
        self._turned_at = parts.monotonic()
        self._took = 0.0

    @property
    def alive(self) -> bool:
        """Whether turns are being finished, or this replica only waits to lead."""
        return self.since_turn < STUCK_SECONDS

    @property
    def since_turn(self) -> float:
        """Seconds since the last turn that was taken whole; 0 while this replica only waits to lead."""
        return self._parts.monotonic() - self._turned_at if self._elector.leading else 0.0

    @property
    def ready(self) -> bool:
        """Whether the whole hub has been seen."""
        return self._parts.caches.synced

    def run(self) -> None:
        """Lead whenever elected, until told to stop."""
        while not (self.ready or self._stop.wait(LOOK_SECONDS)):
            self._turned_at = self._parts.monotonic()
        self._parts.read_whole()
        while not self._stop.is_set():
            self._turned_at = self._parts.monotonic()
            if self._elector.leading and self._parts.caches.synced:
                self._term()
            self._stop.wait(LOOK_SECONDS)

    def _term(self) -> None:
        """One term: a new loop, with a new epoch, until the lease is lost or a later planner shows itself."""
        loop = self._loop()
        _log.info("leading", identity=self._parts.settings.identity)
        failures = 0
        while self._elector.leading and not self._stop.is_set():
            try:
                self._sleep(self.take(self._timed(loop)))
                failures = 0
            except Superseded as superseded:
                _log.warning("superseded", why=str(superseded))
                return
            except ClusterError as error:
                failures += 1
                _log.warning("turn dropped", error=type(error).__name__, why=str(error))
                self._stop.wait(self._parts.retries.pause(failures))

    def _timed(self, loop: Loop) -> Turn | None:
        began = self._parts.monotonic()
        turn = loop.turn(self._parts.api)
        self._took = round(self._parts.monotonic() - began, 3)
        self._parts.metrics.took(self._took)
        return turn

    def _loop(self) -> Loop:
        parts, settings = self._parts, self._parts.settings
        recorder = EventRecorder(parts.api, "holdfast.dev/planner", settings.identity)
        deletions = DeletionProof(parts.api, parts.monotonic, settings.absence_seconds)
        apply = Apply(parts.api, parts.caches, recorder, parts.together)
        loop = Loop(
            parts.caches,
            apply,
            Memory(
                deletions, SiteLiveness(parts.monotonic), Refusals(parts.monotonic), Budget(parts.monotonic)
            ),
            lambda: secrets.token_hex(6),
        )
        loop.policy = replace(loop.policy, slot=settings.slot_seconds)
        loop.keep = parts.keep or loop.keep
        return loop

    def take(self, turn: Turn | None) -> float:
        """Note what a turn has done; returns how long nothing needs to happen."""
        self._parts.metrics.after(turn, len(self._parts.caches.unreadable()))
        if turn is None:
            return 1.0  # no turn was taken: if that goes on, this process is not alive and is started again
        self._turned_at = self._parts.monotonic()
        for name, why in turn.outcome.refused.items():
            _log.error("refused by the API server", step=name, why=why)
        if turn.plan.forgot:
            _log.error("planned without what was remembered; report it", why=turn.plan.forgot)
        for name, why in turn.plan.frozen.items():
            _log.error("frozen: a person must look", name=name, why=why)
        for line in lines_of(turn):
            _log.info(line.event, reservation_uid=line.reservation_uid, seconds=self._took, **line.words)
        if turn.outcome.written:
            _log.info("turn", written=turn.outcome.written, stale=turn.outcome.stale)
        if turn.outcome.moved or turn.plan.unfinished:
            return 0.0
        wake = turn.plan.wake_at
        return LONGEST_SLEEP if wake is None else min(LONGEST_SLEEP, max(0.1, wake - turn.snapshot.now))

    def _sleep(self, seconds: float) -> None:
        if seconds:
            self._parts.caches.changes.wait(seconds)


def _end(status: int) -> NoReturn:
    """End at once, whatever hangs: what this replica is doing may no longer be its to do. The log says why."""
    _log.error("lease lost: not renewed in time, so this replica ends; start it again", status=status)
    os._exit(status)


def run_operator(settings: OperatorSettings, stop: threading.Event) -> int:
    """Run one replica until `stop` is set; the exit status of the process."""
    collect_later()
    registry = CollectorRegistry()
    door = ClientMetrics(registry)
    transport = transport_from(settings.kubeconfig, settings.context)
    clock = ServerClock(time.monotonic)
    retries = Retries(RetryPolicy(), time.monotonic, time.sleep, secrets.SystemRandom().uniform)
    api = Api(MeteredTransport(transport, door, time.monotonic), clock, retries)
    caches = HubCaches.empty()
    identity = f"{settings.identity}-{secrets.token_hex(4)}"
    elector = LeaderElector(api, Key(SYSTEM_NAMESPACE, ELECTION_LEASE), identity, _end)
    calls = InFlight()
    metrics = HubMetrics(registry)
    keeper = keeper_of(settings)
    parts = OperatorParts(
        api, caches, retries, metrics, replace(settings, identity=identity), together=calls,
        keep=keeper.take if keeper is not None else None, read_whole=collect_rarely,
    )  # fmt: skip
    replica = Replica(parts, elector, stop)
    metrics.follow(lambda: elector.leading, lambda: clock.trusted, lambda: replica.since_turn)
    health = HealthServer(
        (settings.metrics_host, settings.metrics_port), registry, lambda: replica.alive, lambda: replica.ready
    )
    health.start()
    _log.info("started", metrics_port=health.port, identity=identity)
    follow(caches.reflectors(api, retries.pause, door.relisted), stop)
    kept = (keeper.run,) if keeper is not None else ()
    threads = [
        start_thread(each, stop) for each in (elector.run, elector.guard, caches.changes.notify_at, *kept)
    ]
    try:
        replica.run()
    finally:
        stop.set()
        threads[0].join(timeout=5)
        calls.close()
        health.stop()
        transport.close()
    _log.info("stopped")
    return 0
