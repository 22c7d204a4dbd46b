"""Everything there is in one life: a hub, two sites, replicas, agents, time; and what is found broken in it."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random  # noqa: TID251 - seeded, and only here

from tests.simulation.api_server import ApiServer
from tests.simulation.guards import guard
from tests.simulation.lifetimes.agent import SiteAgent
from tests.simulation.lifetimes.birth import POOLS, SITES, populate_hub, populate_site
from tests.simulation.lifetimes.checks import Checks
from tests.simulation.lifetimes.formed import Formed
from tests.simulation.lifetimes.joined import Joined, control
from tests.simulation.lifetimes.journal import Journal
from tests.simulation.lifetimes.parameters import Parameters
from tests.simulation.lifetimes.planner import SIGNS, Monotonic, Outside, Planner
from tests.simulation.lifetimes.truth import Truth
from tests.simulation.lifetimes.wires import Net
from tests.simulation.simulated import SimulatedTime
from tests.simulation.storage import Document, Entry, Place, Storage

from holdfast.cluster.transport import kinds
from holdfast.cluster.transport.kinds import ServedKind
from holdfast.hardware.instants import seconds_of
from holdfast.hardware.names import POOL_LABEL, UNIT_LABEL, datacenter_of

EVERY_KIND = (1 << 16) - 1
POD_SECONDS = 20
"""How long a pod takes to end."""
Process = Planner | SiteAgent


@dataclass(frozen=True, slots=True)
class Start:
    """What is stored when a life begins, and when that is."""

    hub: Storage
    sites: dict[str, Storage]
    elapsed: float


class World:
    """One life's world. `broken` holds what the checks have found, `refusals` what the guards would not have."""

    def __init__(self, shape: Parameters, story: bool = False, start: Start | None = None) -> None:
        start = start or calm_start(shape)
        self.shape = shape
        self.chance = Random(shape.clocks)
        self.time = SimulatedTime()
        self.journal = Journal(lambda: self.time.elapsed, story)
        self.net = Net(self.journal)
        self.broken: list[str] = []
        self.refusals: list[tuple[str, str]] = []
        self.words = self.changes = self.written = self.due = 0
        self._idle: dict[str, tuple[object, ...]] = {}
        self.time.elapsed = start.elapsed
        self.hub = ApiServer(self.time.epoch, [self._guard], start.hub.copy())
        self.sites = {
            site: ApiServer(self.time.epoch, (), stored.copy()) for site, stored in start.sites.items()
        }
        if shape.slices:
            for server in self.sites.values():
                server.serve(kinds.TPU_SLICE)
        self.joined = {site: Joined(Formed(shape.hosts)) for site in SITES if shape.slices}
        self.moody = shape.slices > 1
        self.truth = Truth(self.time.epoch)
        self.checks = Checks(self.truth, self.time.epoch, self.nodes_of, self.pods_on)
        self._watch()
        outside = Outside(self.hub, self.net, self.time, self._word)
        self.planners = [
            Planner(outside, f"planner-{n + 1}", self._clock(), shape.all_lead, shape.in_flight)
            for n in range(shape.replicas)
        ]
        self.agents = [
            SiteAgent(outside, f"agent-{site}-{n + 1}", (site, self.sites[site]), self._clock())
            for site in SITES
            if any(
                count for name, count in zip(POOLS, shape.units, strict=True) if datacenter_of(name) == site
            )
            for n in range(shape.agents)
        ]

    @property
    def processes(self) -> list[Process]:
        """All replicas and agents, in a fixed order."""
        return [*self.planners, *self.agents]

    # --- time -------------------------------------------------------------------------------------------

    def pass_time(self, seconds: int) -> None:
        """Let time go by, in steps short enough for leases to be renewed."""
        while seconds > 0:
            step = min(seconds, 8)
            seconds -= step
            self.time.elapsed += step
            self._end_pods()
            for site in self.joined:
                control(self.sites[site], self.shape.hosts, self.time.elapsed, self.moody)
            for process in self.processes:
                if process.sleeping:
                    process.clock.slept += step
                if not process.actor.frozen:
                    process.tick()

    def _end_pods(self) -> None:
        """Pods that have been told to end are gone some seconds later."""
        for server in self.sites.values():
            for pod in list(server.storage.within("", kinds.POD.plural, "")):
                meta = pod["metadata"]
                told = seconds_of(meta["deletionTimestamp"]) if "deletionTimestamp" in meta else float("inf")
                if self.time.epoch() - told > POD_SECONDS:
                    server.storage.erase(Place("", kinds.POD.plural, meta["namespace"], meta["name"]))

    def round(self, process: Process) -> None:
        """One process follows its caches to the end, and takes a whole turn.

        An agent has no clock: where nothing has changed since a turn in which it wrote nothing, it would write nothing.
        """
        if process.actor.frozen:
            return
        if process.actor.amid:
            process.actor.run()
        before = self._seen_by(process)
        if process in self.planners or self._idle.get(process.name) != before:
            process.feed(EVERY_KIND)
            process.actor.run()
            self._idle[process.name] = before if before == self._seen_by(process) else ()

    def _seen_by(self, process: Process) -> tuple[object, ...]:
        """What changes when anything does that a process looks at."""
        site = len(process.server.storage.history) if isinstance(process, SiteAgent) else 0
        return self.changes, site, process.boots, len(self.net.cut), bool(process.actor.faults)

    def calm(self, rounds: int = 1, seconds: int = 3) -> None:
        """Everybody takes rounds while nothing goes wrong."""
        for _ in range(rounds):
            for process in self.processes:
                self.round(process)
            self.pass_time(seconds)

    # --- looking ----------------------------------------------------------------------------------------

    def nodes_of(self, pool: str, unit: str) -> list[Document]:
        """The hosts of a unit."""
        marks = {POOL_LABEL: pool, UNIT_LABEL: unit}.items()
        nodes = self.sites[datacenter_of(pool)].storage.within("", kinds.NODE.plural, "")
        return [node for node in nodes if marks <= node["metadata"]["labels"].items()]

    def pods_on(self, pool: str, unit: str) -> list[Document]:
        """The tenants' pods on the nodes of a unit."""
        hosts = {node["metadata"]["name"] for node in self.nodes_of(pool, unit)}
        pods = self.sites[datacenter_of(pool)].storage.within("", kinds.POD.plural, "")
        return [pod for pod in pods if pod["spec"]["nodeName"] in hosts]

    def failures(self) -> Iterator[str]:
        """What has gone wrong so far, in a sentence each."""
        yield from self.broken
        for process in self.processes:
            if process.actor.failure is not None:
                failure = process.actor.failure
                yield f"{process.name} ended with {type(failure).__name__}: {failure}"
        for planner in self.planners:
            yield from (f"{planner.name} is faulty on {name}: {why}" for name, why in planner.faulty.items())

    def end(self) -> None:
        """End every thread."""
        for process in self.processes:
            process.actor.abandon()

    # --- under all --------------------------------------------------------------------------------------

    def _guard(self, kind: ServedKind, old: Document | None, new: Document | None) -> str | None:
        why = guard(kind, old, new)
        if why is not None:
            self._refused((new or old or {})["metadata"]["name"], why)
        return why

    def _refused(self, name: str, why: str) -> None:
        """Count a refusal. None of a planner's or an agent's is lawful, under whatever faults.

        A write that is refused was decided on the very version it replaces, or it would have met a conflict before:
        then whoever decided it does not know the laws, and a second lock alone has held.
        """
        who = self.net.speaker
        self.refusals.append((who, why))
        if who.startswith(("planner", "agent")):
            self.broken.append(f"refused: {who} on {name}: {why}")

    def _watch(self) -> None:
        self.truth.load(self.hub.storage)
        self.hub.storage.watchers.append(self._on_hub)
        for site, server in self.sites.items():
            server.storage.watchers.append(functools.partial(self._at_site, site))
            for place, document in server.storage.documents.items() if site in self.joined else ():
                self._found(self.joined[site].take(Entry(0, place, None, document), self.truth.pools))

    def _on_hub(self, change: Entry) -> None:
        self.changes += change.place.plural not in SIGNS
        self.written += change.place.plural != kinds.LEASE.plural
        self.truth.take(change)
        self._found(self.checks.of_hub(change))
        joined = self.joined.get(datacenter_of(change.place.name))
        if joined is not None and change.new is not None:
            self._found(self._joined_by(joined, change))

    def _joined_by(self, joined: Joined, change: Entry) -> Iterator[str]:
        """What a ledger gives, and a report says, of cubes that are joined; what is called clean has no Slice left."""
        pool = self.truth.pools.get(change.place.name)
        if change.place.plural == kinds.ACCELERATOR_POOL.plural and pool is not None:
            joined.formed.ledger(pool)
        if change.place.plural != kinds.POOL_REPORT.plural or change.new is None:
            return
        if pool is not None:
            yield from joined.formed.reported(pool, change.new["spec"].get("units", {}))
        before = (change.old or {}).get("spec", {}).get("units", {})
        for unit, told in change.new["spec"].get("units", {}).items():
            grant = told.get("cleanGrant")
            if grant is not None and grant != before.get(unit, {}).get("cleanGrant"):
                yield from joined.cleaned(change.place.name, unit, grant)

    def _at_site(self, site: str, change: Entry) -> None:
        self._found(self.checks.of_site(site, change))
        if site in self.joined:
            self._found(self.joined[site].take(change, self.truth.pools))

    def _found(self, broken: Iterator[str]) -> None:
        for what in broken:
            self.broken.append(what)
            self.journal.note("CHECK", what)

    def _clock(self) -> Monotonic:
        return Monotonic(self.time, self.chance.uniform(0, 1e5), 1 + self.chance.uniform(-2e-4, 2e-4))

    def _word(self) -> str:
        self.words += 1
        return f"turn-{self.words}"


@functools.lru_cache(maxsize=64)
def _calm(shape: Parameters) -> Start:
    """What is stored once one planner and the agents have come to rest in a world of this shape."""
    world = World(shape, start=_born(shape))
    try:
        world.calm(8, seconds=2)
    finally:
        world.end()
    return Start(world.hub.storage.copy(), _copies(world.sites), world.time.elapsed)


def _copies(sites: dict[str, ApiServer]) -> dict[str, Storage]:
    return {site: server.storage.copy() for site, server in sites.items()}


def _born(shape: Parameters) -> Start:
    """What engineers have declared, and nothing more."""
    time = SimulatedTime()
    hub, sites = ApiServer(time.epoch), {site: ApiServer(time.epoch) for site in SITES}
    populate_hub(hub, shape)
    for site, server in sites.items():
        populate_site(server, site, shape)
    return Start(hub.storage, _copies(sites), 0.0)


def calm_start(shape: Parameters) -> Start:
    """The same for every shape with the same hardware."""
    return _calm(replace(shape, replicas=1, agents=1, all_lead=True, clocks=0))
