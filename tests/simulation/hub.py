"""A simulated hub with two pools and one reservation, and planners of the shipped code on it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.api_server import ApiServer
from tests.simulation.simulated import START, SimulatedTime
from tests.simulation.storage import Place, Storage

from holdfast.cluster.cache.reflector import Reflector
from holdfast.cluster.client import Api
from holdfast.cluster.events import EventRecorder
from holdfast.cluster.transport import kinds
from holdfast.cluster.transport.clock import ServerClock
from holdfast.cluster.transport.errors import ClusterError
from holdfast.cluster.transport.http import Transport
from holdfast.cluster.transport.retries import ONE_TRY, Retries
from holdfast.hub.apply import Apply
from holdfast.hub.budget import Budget
from holdfast.hub.caches import HubCaches
from holdfast.hub.deletion_proof import DeletionProof
from holdfast.hub.loop import Loop, Memory, Superseded
from holdfast.hub.refusals import Refusals
from holdfast.hub.site_liveness import SiteLiveness

SITE = "lake-mariner"
POOLS = (f"{SITE}.tpu7x-a", f"{SITE}.tpu7x-b")
UNITS = ("cube-000", "cube-001")


@dataclass(slots=True)
class Hub:
    """The server, its time, and a counter from which each turn of any planner takes its own word."""

    time: SimulatedTime = field(default_factory=SimulatedTime)
    server: ApiServer = field(default_factory=ApiServer)
    turns: int = 0

    def heal(self) -> None:
        """Every unit of every pool is reported healthy from now on."""
        for pool in POOLS:
            stored = self.server.find(kinds.POOL_REPORT, pool)
            assert stored is not None
            place = Place(kinds.POOL_REPORT.group, kinds.POOL_REPORT.plural, "", pool)
            self.server.storage.write(place, {**stored, "spec": report()})

    def attempt(self) -> str:
        """A word no other turn has had."""
        self.turns += 1
        return f"turn-{self.turns}"


@functools.cache
def settled() -> Storage:
    """The hub after a planner has written both ledgers, and then the reservation has come."""
    time = SimulatedTime()
    server = ApiServer(time.epoch)
    server.add(kinds.NAMESPACE, _named("mistral", labels={"holdfast.dev/tenant": "mistral"}))
    server.add(kinds.TENANT, _named("mistral", spec=_tenant()))
    server.add(kinds.DATACENTER, _named(SITE, spec=_site()))
    for pool in POOLS:
        server.add(kinds.ACCELERATOR_POOL, _named(pool, spec=_pool()))
        server.add(kinds.POOL_REPORT, _named(pool, spec=report()))
    rest(Hub(time, server))
    server.add(kinds.CAPACITY_RESERVATION, reservation())
    return server.storage


def contested() -> Hub:
    """A settled hub to which the reservation has just come; documents are shared, as nobody changes one in place."""
    time = SimulatedTime()
    return Hub(time, ApiServer(time.epoch, storage=settled().copy()))


class Planner:
    """One replica: its own stores and loop, over any transport."""

    def __init__(self, hub: Hub, transport: Transport) -> None:
        retries = Retries(ONE_TRY, hub.time.monotonic, hub.time.sleep, lambda low, _: low)
        self.hub = hub
        self.caches = HubCaches.empty()
        self.api = Api(transport, ServerClock(hub.time.monotonic), retries)
        self._looking = Api(hub.server, self.api.clock, retries)
        recorder = EventRecorder(self.api, "holdfast.dev/planner", "test")
        self.loop = Loop(
            self.caches,
            Apply(self.api, self.caches, recorder),
            Memory(
                DeletionProof(self.api, hub.time.monotonic),
                SiteLiveness(hub.time.monotonic),
                Refusals(hub.time.monotonic),
                Budget(hub.time.monotonic),
            ),
            hub.attempt,
        )

    def look(self, of_interest: Callable[[str], bool] = lambda _: True) -> None:
        """Bring the stores of some kinds up to date."""
        for store, selector in self.caches.all():
            if of_interest(store.view.kind.plural):
                Reflector(self._looking, store, lambda _: 0.0, selector).relist()

    def turn(self) -> bool:
        """Take one turn; whether it wrote anything. A turn that is dropped wrote nothing that counts."""
        try:
            turn = self.loop.turn(self.api)
        except (ClusterError, Superseded):
            return True
        return turn is not None and turn.outcome.moved


def rest(hub: Hub) -> Planner:
    """A planner takes over and turns until nothing is left to do."""
    planner = Planner(hub, hub.server)
    for _ in range(20):
        planner.look()
        if not planner.turn():
            return planner
    raise AssertionError("twenty turns, and still something to write")


def report(**broken: str) -> dict[str, Any]:
    """What a site reports: every unit healthy but those named."""
    units = {
        unit: {"health": broken.get(unit.replace("-", "_"), "Healthy"), "hosts": 16, "hostsReady": 16}
        for unit in UNITS
    }
    return {"datacenter": SITE, "units": units}


def reservation() -> dict[str, Any]:
    """Mistral asks for two cubes as one slice, from now on."""
    end = "2027-02-01T00:00:00Z"
    spec = {"acceleratorType": "tpu7x", "topology": "4x4x8", "count": 1, "window": {"end": end}}
    return {"metadata": {"name": "train", "namespace": "mistral"}, "spec": spec}


def _named(
    name: str, spec: dict[str, Any] | None = None, labels: dict[str, str] | None = None
) -> dict[str, Any]:
    document: dict[str, Any] = {"metadata": {"name": name, "labels": labels or {}}}
    return document if spec is None else {**document, "spec": spec}


def _tenant() -> dict[str, Any]:
    return {"group": "mistral", "entitlements": [{"acceleratorType": "tpu7x", "chips": 100_000}]}


def _site() -> dict[str, Any]:
    return {"siteKind": "gke", "region": "us-east4", "powerMegawatts": 360, "lifecycle": "UnderConstruction"}


def _pool() -> dict[str, Any]:
    return {
        "datacenter": SITE,
        "acceleratorType": "tpu7x",
        "unitTopology": "4x4x4",
        "chipsPerUnit": 64,
        "hostsPerUnit": 16,
        "seal": SITE,
        "units": {unit: {"nodePool": f"tpu7x-{unit}"} for unit in UNITS},
    }


def ledger(hub: Hub, pool: str) -> dict[str, Any]:
    """A pool's status as it is stored."""
    found = hub.server.find(kinds.ACCELERATOR_POOL, pool)
    return {} if found is None else dict(found.get("status", {}))


def promise(hub: Hub) -> dict[str, Any] | None:
    """The reservation's promise object as it is stored."""
    found = hub.server.find(kinds.CAPACITY_RESERVATION, "train", "mistral")
    assert found is not None
    stored = hub.server.find(kinds.CAPACITY_PROMISE, found["metadata"]["uid"])
    return None if stored is None else dict(stored["spec"])


def now() -> int:
    """The instant at which simulated hubs begin."""
    return int(START)
