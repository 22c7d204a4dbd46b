"""A datacenter's agent: the shipped turn, caches and heartbeat, between the hub and its site, in simulated time."""

from __future__ import annotations

from typing import Any

from tests.simulation.api_server import ApiServer
from tests.simulation.lifetimes.actor import Actor
from tests.simulation.lifetimes.planner import Monotonic, Outside, follow
from tests.simulation.lifetimes.wires import MainWire, SideWire

from holdfast.agent.caches import Agent, Caches
from holdfast.agent.liveness import Liveness
from holdfast.agent.turn import turn
from holdfast.agent.turn_log import TurnLog
from holdfast.cluster.cache.store import ChangeSignal
from holdfast.cluster.client import Api
from holdfast.cluster.leases.heartbeat import BEAT_SECONDS
from holdfast.cluster.transport.clock import ServerClock
from holdfast.cluster.transport.errors import ClusterError
from holdfast.cluster.transport.retries import Retries, RetryPolicy


class _Log:
    """A logger into the story."""

    def __init__(self, outside: Outside, name: str) -> None:
        self._outside = outside
        self._name = name

    def info(self, event: str, **words: Any) -> None:
        """Something was done."""
        self._outside.net.journal.note(self._name, f"{event} {words.get('subject', '')}")

    def warning(self, event: str, **words: Any) -> None:
        """Something is held back."""
        self._outside.net.journal.note(
            self._name, f"{event} {words.get('subject', '')}: {words.get('why', '')}"
        )


class SiteAgent:
    """One process at one site."""

    def __init__(self, outside: Outside, name: str, site: tuple[str, ApiServer], clock: Monotonic) -> None:
        self.outside = outside
        self.name = name
        self.site, self.server = site
        self.clock = clock
        self.boots = 0
        self.sleeping = False
        self.blind = 0
        self.actor = Actor(name, self.turn, self.boot)
        self.boot()

    def boot(self) -> None:
        """Start with nothing known."""
        net, self.boots = self.outside.net, self.boots + 1
        retries = Retries(RetryPolicy(deadline=6.0), self.clock, self.actor.wait, lambda _, high: high / 2)
        once = Retries(RetryPolicy(0.0), self.clock, lambda _: None, max)
        hub_clock, site_clock = ServerClock(self.clock), ServerClock(self.clock)
        self.side = SideWire(net, self.name, self.outside.hub, "hub")
        self.site_side = SideWire(net, self.name, self.server, "site")
        caches, log = Caches.empty(ChangeSignal()), TurnLog(_Log(self.outside, self.name))
        self.agent = Agent(
            self.site,
            Api(MainWire(net, self.actor, self.outside.hub, "hub"), hub_clock, retries),
            Api(MainWire(net, self.actor, self.server, "site"), site_clock, retries),
            caches,
            log,
        )
        aside = Agent(
            self.site, Api(self.side, hub_clock, once), Api(self.site_side, site_clock, once), caches, log
        )
        self.reflectors = list(aside.reflectors(lambda _: 0.0, lambda _kind, _error: None))
        self._liveness = Liveness(aside, self.clock, f"{self.name}-boot-{self.boots}")
        self._beaten = float("-inf")

    @property
    def leading(self) -> bool:
        """Agents always act."""
        return True

    def tick(self) -> None:
        """The heartbeat's thread."""
        if self.clock() - self._beaten < BEAT_SECONDS:
            return
        try:
            if self._liveness.beat():
                self._beaten = self.clock()
        except ClusterError:
            return

    def feed(self, kinds: int) -> None:
        """Let the reflectors of some kinds, by bit, follow to the present; `blind` ones stand still."""
        kinds &= ~self.blind
        caches = self.agent.caches
        for number, store in enumerate((*caches.hub, *caches.site)):
            at_hub = number < len(caches.hub)
            if kinds >> number & 1 and not (self.side if at_hub else self.site_side).cut:
                server = self.outside.hub if at_hub else self.server
                follow(server.storage, self.reflectors[number], store)

    @property
    def clock_trusted(self) -> bool:
        """It has none to mistrust."""
        return True

    def relist(self) -> None:
        """Read everything anew: what a watch has lost is found again."""
        self.side.drop = 0
        for reflector in self.reflectors:
            reflector.relist()

    def turn(self) -> None:
        """One turn of the main thread."""
        try:
            turn(self.agent)
        except ClusterError as error:
            self.outside.net.journal.note(self.name, f"drops its turn: {type(error).__name__}")
