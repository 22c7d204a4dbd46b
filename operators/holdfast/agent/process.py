"""The agent as a process: the threads around the turn, from start to a graceful stop.

reflectors of hub and site ──▶ caches ──(change signal)──▶ turn, again and again ──▶ nodes, namespaces, reports
liveness: Lease <datacenter> in holdfast-agents        health: /metrics /healthz /readyz
"""

from __future__ import annotations

import secrets
import socket
import threading
import time
from dataclasses import dataclass
from functools import partial

from prometheus_client import CollectorRegistry

from holdfast.agent.caches import Agent, Caches
from holdfast.agent.liveness import Liveness
from holdfast.agent.metrics import AgentMetrics
from holdfast.agent.settings import AgentSettings
from holdfast.agent.turn import turn
from holdfast.agent.turn_log import TurnLog
from holdfast.cluster.cache.store import ChangeSignal
from holdfast.cluster.client import Api
from holdfast.cluster.transport.clock import ServerClock
from holdfast.cluster.transport.errors import ClusterError
from holdfast.cluster.transport.kubernetes import KubernetesTransport
from holdfast.cluster.transport.retries import Retries, RetryPolicy
from holdfast.process.client_metrics import ClientMetrics, MeteredTransport
from holdfast.process.collector import collect_rarely
from holdfast.process.connection import transport_from
from holdfast.process.health import HealthServer
from holdfast.process.logs import logger
from holdfast.process.threads import start_thread

LONGEST_SLEEP = 2.0
"""Seconds without a change after which a turn is taken all the same."""
SHORTEST_SLEEP = 0.2
"""Seconds between two turns: changes that come together are looked at together."""
_RETRY_POLICY = RetryPolicy(deadline=6.0)
_log = logger("agent")


@dataclass(frozen=True, slots=True)
class AgentParts:
    """What the threads of one agent share."""

    settings: AgentSettings
    changes: ChangeSignal
    retries: Retries
    metrics: AgentMetrics
    door: ClientMetrics

    @classmethod
    def of(cls, settings: AgentSettings, registry: CollectorRegistry) -> AgentParts:
        """New parts, with its metrics in this registry."""
        retries = Retries(_RETRY_POLICY, time.monotonic, time.sleep, secrets.SystemRandom().uniform)
        return cls(settings, ChangeSignal(), retries, AgentMetrics(registry), ClientMetrics(registry))

    def api(self, way: KubernetesTransport) -> Api:
        """The door to one server."""
        metered = MeteredTransport(way, self.door, time.monotonic)
        return Api(metered, ServerClock(time.monotonic), self.retries)

    def listed_anew(self, plural: str, error: ClusterError) -> None:
        """A cache could not be kept further and is read whole again."""
        self.door.relisted(plural)(error)
        _log.info("listing anew", kind=plural, error=type(error).__name__, why=str(error))

    def beat_missed(self, error: ClusterError) -> None:
        """A heartbeat could not be made."""
        self.metrics.beats_missed.inc()
        _log.warning("heartbeat missed", error=type(error).__name__, why=str(error))


@dataclass(frozen=True, slots=True)
class TurnLoop:
    """An agent at work: turn after turn."""

    agent: Agent
    parts: AgentParts

    def run(self, stop: threading.Event) -> None:
        """Take turns until told to stop; while a server is away, more and more seldom."""
        failures = 0
        while not stop.is_set():
            failures = 0 if self._take_turn() else failures + 1
            if failures:
                stop.wait(self.parts.retries.pause(failures))
            elif not stop.wait(SHORTEST_SLEEP):
                self.parts.changes.wait(LONGEST_SLEEP)

    def _take_turn(self) -> bool:
        """One turn, and whether nothing kept it from doing all there was to do."""
        started, done = time.monotonic(), False
        try:
            done = turn(self.agent)
        except ClusterError as error:
            _log.warning("turn dropped", error=type(error).__name__, why=str(error))
        outcome, held_back = "done" if done else "cut short", len(self.agent.log.obstacles)
        self.parts.metrics.after(outcome, time.monotonic() - started, held_back)
        return done


def run_agent(settings: AgentSettings, stop: threading.Event) -> int:
    """Run the agent of one datacenter until `stop` is set; the exit status of the process."""
    collect_rarely()
    registry = CollectorRegistry()
    parts = AgentParts.of(settings, registry)
    hub_way = transport_from(settings.hub_kubeconfig, settings.hub_context)
    site_way = transport_from(settings.site_kubeconfig, settings.site_context)
    hub, site = parts.api(hub_way), parts.api(site_way)
    agent = Agent(settings.datacenter, hub, site, Caches.empty(parts.changes), TurnLog(_log))
    liveness = Liveness(agent, time.monotonic, f"{socket.gethostname()}-{secrets.token_hex(4)}")
    address = (settings.metrics_host, settings.metrics_port)
    health = HealthServer(address, registry, lambda: liveness.alive, lambda: liveness.ready)
    health.start()
    _log.info("started", datacenter=settings.datacenter, metrics_port=health.port)
    try:
        _start_threads(agent, liveness, parts, stop)
        TurnLoop(agent, parts).run(stop)
    finally:
        stop.set()
        health.stop()
        hub_way.close()
        site_way.close()
    _log.info("stopped", datacenter=settings.datacenter)
    return 0


def expect_what_is_served(caches: Caches, door: ClientMetrics) -> None:
    """Let no kind that is taken off the site pass for one whose watch is silent."""
    for store in caches.optional:
        store.when_closed(partial(door.forget, store.view.kind.plural))


def _start_threads(agent: Agent, liveness: Liveness, parts: AgentParts, stop: threading.Event) -> None:
    def cut(plural: str, error: ClusterError) -> None:
        if not stop.is_set():  # at the end every watch is cut, by us
            parts.listed_anew(plural, error)

    expect_what_is_served(agent.caches, parts.door)
    for reflector in agent.reflectors(parts.retries.pause, cut):
        start_thread(reflector.run, stop)
    start_thread(parts.changes.notify_at, stop)
    start_thread(liveness.keep_beating, stop, parts.settings.heartbeat_seconds, parts.beat_missed)
