"""A replica of the hub operator: the shipped caches, elector, loop and apply, in simulated time.

What `holdfast.hub.process` does with threads is done here in steps: `feed` is the reflectors' threads, `tick` the
elector's and its watchdog's, `turn` the main thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.simulation.api_server import ApiServer
from tests.simulation.faults import Crash
from tests.simulation.lifetimes.actor import Actor
from tests.simulation.lifetimes.wires import MainWire, Net, SideWire
from tests.simulation.simulated import SimulatedTime
from tests.simulation.storage import Storage
from tests.simulation.together import Jumbled

from holdfast.cluster.cache.reflector import Reflector
from holdfast.cluster.cache.store import Store
from holdfast.cluster.client import Api
from holdfast.cluster.events import EventRecorder
from holdfast.cluster.leases.leader_election import LeaderElector, Timing
from holdfast.cluster.transport.clock import ServerClock
from holdfast.cluster.transport.errors import ClusterError
from holdfast.cluster.transport.kinds import EVENT, LEASE
from holdfast.cluster.transport.objects import Key
from holdfast.cluster.transport.retries import Retries, RetryPolicy
from holdfast.hardware.names import ELECTION_LEASE, SYSTEM_NAMESPACE
from holdfast.hub.apply import Apply
from holdfast.hub.budget import Budget
from holdfast.hub.caches import HubCaches
from holdfast.hub.calls_in_flight import Together, one_by_one
from holdfast.hub.deletion_proof import DeletionProof
from holdfast.hub.loop import Loop, Memory, Superseded, Turn
from holdfast.hub.refusals import Refusals
from holdfast.hub.site_liveness import SiteLiveness

SIGNS = frozenset({LEASE.plural, EVENT.plural})
"""Kinds that change all the time and are no reason to act."""
TIMING = Timing(lease_seconds=15, renew_deadline=10.0)
"""Slower than shipped: time passes in steps of up to eight seconds here, and a leader renews once a step."""
SLOT = 10
"""Seconds that earliest starts are rounded up to; the shipped default is 300, and lives here are short."""


@dataclass(slots=True)
class Monotonic:
    """A process's own clock: it may have started anywhere, runs a little off, and stands still in a machine's sleep."""

    time: SimulatedTime
    ahead: float = 0.0
    rate: float = 1.0
    slept: float = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.ahead + self.time.elapsed * self.rate - self.slept


@dataclass(frozen=True, slots=True)
class Outside:
    """What a process finds around it: the hub, what lies between, the time, and words that no other turn has used."""

    hub: ApiServer
    net: Net
    time: SimulatedTime
    word: Callable[[], str]


class Planner:
    """One replica. `all_lead` makes it act without ever asking for the lease; `in_flight` seeds how calls are made."""

    def __init__(
        self, outside: Outside, name: str, clock: Monotonic, all_lead: bool, in_flight: int = 0
    ) -> None:
        self.outside = outside
        self.name = name
        self.clock = clock
        self.all_lead = all_lead
        self.in_flight = in_flight
        self.boots = 0
        self.sleeping = False
        self.blind = 0
        self.faulty: dict[str, str] = {}
        self.last: Turn | None = None
        self.actor = Actor(name, self.turn, self.boot)
        self.boot()

    def boot(self) -> None:
        """Start with nothing known."""
        outside, self.boots = self.outside, self.boots + 1
        clock = ServerClock(self.clock)
        retries = Retries(RetryPolicy(), self.clock, self.actor.wait, lambda _, high: high / 2)
        self.side = SideWire(outside.net, self.name, outside.hub, "hub")
        self.api = Api(MainWire(outside.net, self.actor, outside.hub, "hub"), clock, retries)
        self._aside = Api(self.side, clock, Retries(RetryPolicy(0.0), self.clock, lambda _: None, max))
        self.caches = HubCaches.empty()
        self.reflectors: list[Reflector[Any]] = self.caches.reflectors(
            self._aside, lambda _: 0.0, lambda _: lambda _: None
        )
        identity = f"{self.name}-boot-{self.boots}"
        self.elector = LeaderElector(
            self._aside, Key(SYSTEM_NAMESPACE, ELECTION_LEASE), identity, _end, TIMING
        )
        self.loop: Loop | None = None

    @property
    def leading(self) -> bool:
        """Whether it may act."""
        return self.all_lead or self.elector.leading

    def tick(self) -> None:
        """What the threads beside the main one do as time goes by."""
        if self.all_lead:
            return
        try:
            self.elector.attempt()
        except Crash:
            self.outside.net.journal.note(self.name, "lost its lease and ends")
            self.actor.crash()
            return
        if not self.elector.leading and not self.actor.amid:
            self.loop = None

    def feed(self, kinds: int) -> None:
        """Let the reflectors of some kinds, by bit, follow to the present; `blind` ones stand still."""
        kinds &= ~self.blind
        for number, (store, _) in enumerate(self.caches.all()):
            if kinds >> number & 1 and not self.side.cut:
                follow(self.outside.hub.storage, self.reflectors[number], store)

    @property
    def clock_trusted(self) -> bool:
        """Whether it believes its own idea of the time."""
        return self.api.clock.trusted

    def relist(self) -> None:
        """Read everything anew: what a watch has lost is found again."""
        self.side.drop = 0
        for reflector in self.reflectors:
            reflector.relist()

    def turn(self) -> None:
        """One turn of the main thread."""
        if not (self.leading and self.caches.synced):
            return
        self.loop = self.loop or self._new_loop()
        try:
            self.last = self.loop.turn(self.api)
        except Superseded:
            self.outside.net.journal.note(self.name, "is superseded")
            self.loop = None
        except ClusterError as error:
            self.outside.net.journal.note(self.name, f"drops its turn: {type(error).__name__}")
        else:
            self._after(self.last)

    def _after(self, turn: Turn | None) -> None:
        if turn is not None:
            self.faulty |= {name: why for name, why in turn.plan.frozen.items() if " fails with " in why}

    def _together(self) -> Together:
        return Jumbled(f"{self.name} {self.boots} {self.in_flight}") if self.in_flight else one_by_one

    def _new_loop(self) -> Loop:
        recorder = EventRecorder(self.api, "holdfast.dev/planner", self.name)
        loop = Loop(
            self.caches,
            Apply(self.api, self.caches, recorder, self._together()),
            Memory(
                DeletionProof(self.api, self.clock),
                SiteLiveness(self.clock),
                Refusals(self.clock),
                Budget(self.clock),
            ),
            self.outside.word,
        )
        loop.policy = replace(loop.policy, slot=SLOT)
        return loop


def follow(server: Storage, reflector: Reflector[Any], store: Store[Any]) -> None:
    """One cache to the present: watch, or list where nothing was seen or the watch failed; never raises.

    Where its kind has not changed, the watch would bring nothing but a bookmark, and is left out.
    """
    plural, revision = store.view.kind.plural, server.revision
    known = store.synced and store.revision >= server.compacted
    if known and all(change.place.plural != plural for change in server.since(store.revision)):
        store.advance(revision)
        return
    for step in (reflector.watch_once, reflector.relist) if store.synced else (reflector.relist,):
        try:
            step()
        except ClusterError:
            continue
        return


def _end(_status: int) -> None:
    """The end of the process."""
    raise Crash
