"""The signs of life of an agent: to its own machine, and by a heartbeat to the hub."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.agent.caches import Agent, find
from holdfast.cluster.cache.reflector import Stop
from holdfast.cluster.core_objects import NAMESPACES
from holdfast.cluster.leases.heartbeat import Heartbeat
from holdfast.cluster.transport.errors import ClusterError
from holdfast.cluster.transport.objects import Key
from holdfast.hardware.names import AGENTS_NAMESPACE, SYSTEM_NAMESPACE

STUCK_SECONDS = 60.0
"""An agent that has not gone one step further for so long is not alive."""
_CALL_SECONDS = 5.0
_AGAIN_SECONDS = 2.0
"""Between two tries while no beat can be made: the first after a start or an outage comes soon."""


class Liveness:
    """Watches one agent by its own monotonic clock. `identity` = host name + boot nonce."""

    def __init__(self, agent: Agent, monotonic: Callable[[], float], identity: str) -> None:
        self._place = agent
        self._monotonic = monotonic
        self._last_step = (agent.log.steps, monotonic())
        self._site = agent.site.single_try(_CALL_SECONDS)
        lease = Key(AGENTS_NAMESPACE, agent.datacenter)
        self._heartbeat = Heartbeat(agent.hub.single_try(_CALL_SECONDS), lease, identity)

    @property
    def alive(self) -> bool:
        """Whether turns go on, however little they can do while a server is away."""
        steps, now = self._place.log.steps, self._monotonic()
        if steps != self._last_step[0]:
            self._last_step = (steps, now)
        return now - self._last_step[1] < STUCK_SECONDS

    @property
    def ready(self) -> bool:
        """Whether both servers have been read whole."""
        return self._place.caches.synced

    def beat(self) -> bool:
        """Renew the datacenter's Lease, if turns go on and the site answers; whether that was so.

        An agent that cannot see its site must not vouch for it. ClusterError: a beat not made.
        """
        if not (self.ready and self.alive):
            return False
        find(self._site, NAMESPACES, SYSTEM_NAMESPACE)
        self._heartbeat.beat()
        return True

    def keep_beating(self, stop: Stop, seconds: float, on_failure: Callable[[ClusterError], None]) -> None:
        """Beat until told to stop; the target of a thread."""
        while not stop.is_set():
            beaten = False
            try:
                beaten = self.beat()
            except ClusterError as error:
                on_failure(error)
            stop.wait(seconds if beaten else min(seconds, _AGAIN_SECONDS))
