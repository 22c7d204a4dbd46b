"""The agent as a process: the threads around the turn, from start to a graceful stop.

reflectors of hub and site ──▶ sources ──(bell)──▶ turn, again and again ──▶ nodes, namespaces, reports
vigil: Lease <datacenter> in holdfast-agents        health: /metrics /healthz /readyz
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any, Final

from prometheus_client import CollectorRegistry

from holdfast.agent.caches import Sources, Workplace
from holdfast.agent.liveness import Vigil
from holdfast.agent.metrics import AgentMetrics
from holdfast.agent.settings import AgentSettings
from holdfast.agent.turn import turn
from holdfast.agent.turn_log import Chronicle
from holdfast.cluster.cache.store import Bell
from holdfast.cluster.client import Api
from holdfast.cluster.transport.clock import ServerClock
from holdfast.cluster.transport.errors import ClusterError
from holdfast.cluster.transport.kubernetes import KubernetesTransport
from holdfast.cluster.transport.retries import Patience, Retries
from holdfast.process.client_metrics import DoorMetrics, MeteredTransport
from holdfast.process.health import HealthServer
from holdfast.process.logs import journal

LONGEST_SLEEP: Final = 2.0
"""Seconds without a change after which a turn is taken all the same."""
SHORTEST_SLEEP: Final = 0.2
"""Seconds between two turns: changes that come together are looked at together."""
_PATIENCE: Final = Patience(deadline=6.0)
_log = journal("agent")


@dataclass(frozen=True, slots=True)
class Equipment:
    """What the threads of one agent share."""

    settings: AgentSettings
    bell: Bell
    retries: Retries
    metrics: AgentMetrics
    door: DoorMetrics

    @classmethod
    def of(cls, settings: AgentSettings, registry: CollectorRegistry) -> Equipment:
        """New equipment, with its metrics in this registry."""
        retries = Retries(_PATIENCE, time.monotonic, time.sleep, secrets.SystemRandom().uniform)
        return cls(settings, Bell(), retries, AgentMetrics(registry), DoorMetrics(registry))

    def api(self, way: KubernetesTransport) -> Api:
        """The door to one server."""
        metered = MeteredTransport(way, self.door, time.monotonic)
        return Api(metered, ServerClock(time.monotonic), self.retries)

    def listed_anew(self, plural: str, error: ClusterError) -> None:
        """A source could not be followed further and is read whole again."""
        self.door.relisted(plural)(error)
        _log.info("listing anew", kind=plural, error=type(error).__name__, why=str(error))

    def beat_missed(self, error: ClusterError) -> None:
        """A heartbeat could not be made."""
        self.metrics.beats_missed.inc()
        _log.warning("heartbeat missed", error=type(error).__name__, why=str(error))


@dataclass(frozen=True, slots=True)
class Shift:
    """An agent at work: turn after turn."""

    place: Workplace
    equipment: Equipment

    def run(self, stop: threading.Event) -> None:
        """Take turns until told to stop; while a server is away, more and more seldom."""
        failures = 0
        while not stop.is_set():
            failures = 0 if self._take_turn() else failures + 1
            if failures:
                stop.wait(self.equipment.retries.pause(failures))
            elif not stop.wait(SHORTEST_SLEEP):
                self.equipment.bell.wait(LONGEST_SLEEP)

    def _take_turn(self) -> bool:
        """One turn, and whether nothing kept it from doing all there was to do."""
        started, done = time.monotonic(), False
        try:
            done = turn(self.place)
        except ClusterError as error:
            _log.warning("turn dropped", error=type(error).__name__, why=str(error))
        outcome, held_back = "done" if done else "cut short", len(self.place.chronicle.standing)
        self.equipment.metrics.after(outcome, time.monotonic() - started, held_back)
        return done


def run_agent(settings: AgentSettings, stop: threading.Event) -> int:
    """Run the agent of one datacenter until `stop` is set; the exit status of the process."""
    registry = CollectorRegistry()
    equipment = Equipment.of(settings, registry)
    hub_way = _transport(settings.hub_kubeconfig, settings.hub_context)
    site_way = _transport(settings.site_kubeconfig, settings.site_context)
    hub, site = equipment.api(hub_way), equipment.api(site_way)
    place = Workplace(settings.datacenter, hub, site, Sources.empty(equipment.bell), Chronicle(_log))
    vigil = Vigil(place, time.monotonic, f"{socket.gethostname()}-{secrets.token_hex(4)}")
    address = (settings.metrics_host, settings.metrics_port)
    health = HealthServer(address, registry, lambda: vigil.alive, lambda: vigil.ready)
    health.start()
    _log.info("started", datacenter=settings.datacenter, metrics_port=health.port)
    try:
        _start_threads(place, vigil, equipment, stop)
        Shift(place, equipment).run(stop)
    finally:
        stop.set()
        health.stop()
        hub_way.close()
        site_way.close()
    _log.info("stopped", datacenter=settings.datacenter)
    return 0


def _start_threads(place: Workplace, vigil: Vigil, equipment: Equipment, stop: threading.Event) -> None:
    def cut(plural: str, error: ClusterError) -> None:
        if not stop.is_set():  # at the end every watch is cut, by us
            equipment.listed_anew(plural, error)

    for reflector in place.reflectors(equipment.retries.pause, cut):
        _thread(reflector.run, stop)
    _thread(equipment.bell.ring_at, stop)
    _thread(vigil.keep_beating, stop, equipment.settings.heartbeat_seconds, equipment.beat_missed)


def _thread(target: Any, *arguments: Any) -> None:
    threading.Thread(target=target, args=arguments, daemon=True).start()


def _transport(kubeconfig: str | None, context: str | None) -> KubernetesTransport:
    if kubeconfig is None and context is None and "KUBERNETES_SERVICE_HOST" in os.environ:
        return KubernetesTransport.in_cluster()
    return KubernetesTransport.from_kubeconfig(kubeconfig, context)
