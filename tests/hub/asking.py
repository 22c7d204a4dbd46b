"""One who asks after the reservations of promises: a server, a cache that shows nothing, and time moved by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.hub import documents
from tests.simulation.api_server import ApiServer
from tests.simulation.simulated import SimulatedTime, simulated_api

from holdfast.api.door import dump, parse
from holdfast.api.promise import CapacityPromise
from holdfast.api.reservation import CapacityReservation
from holdfast.api.tenant import Tenant
from holdfast.cluster.cache.store import ChangeSignal, Store
from holdfast.cluster.holdfast_objects import RESERVATIONS
from holdfast.cluster.transport.http import Reply, Request, Unanswered
from holdfast.cluster.transport.kinds import CAPACITY_RESERVATION, DEFINITION
from holdfast.cluster.transport.objects import by_key
from holdfast.cluster.transport.paths import Path
from holdfast.cluster.transport.retries import ONE_TRY
from holdfast.hardware.instants import seconds_of, text_of
from holdfast.hardware.names import RELEASE_ANNOTATION
from holdfast.hub.deletion_proof import DeletionProof, Deletions
from holdfast.hub.snapshot_reader import HubDocuments, SnapshotReader

UID = documents.UID
BORN = seconds_of(documents.BORN)
NAMESPACES = {"mistral": "research"}
"""Where a tenant reserves that has no namespace called like it."""
KIND = "capacityreservations.holdfast.dev"
FORBIDDEN = b'{"kind":"Status","reason":"Forbidden","message":"may not"}'


@dataclass
class Way:
    """The way to the server: it may be down, or from some call on, and its user may not read a kind."""

    server: ApiServer
    down: bool = False
    forbidden: str = ""
    calls: int = 0
    silent_from: int = 0

    def call(self, request: Request) -> Reply:
        self.calls += 1
        if self.down or 0 < self.silent_from <= self.calls:
            raise Unanswered("down", sent=False)
        if Path.parse(request.path).plural == self.forbidden:
            return Reply(403, FORBIDDEN, self.server.time())
        return self.server.call(request)

    def stream(self, request: Request) -> Iterator[bytes]:
        return self.server.stream(request)


@dataclass
class Asking:
    """Asks turn by turn; `last` is what the last turn knew."""

    time: SimulatedTime = field(default_factory=SimulatedTime)
    tenants: tuple[Tenant, ...] = ()
    last: Deletions = field(default_factory=Deletions)
    reader: SnapshotReader = field(default_factory=SnapshotReader)

    def __post_init__(self) -> None:
        self.server = ApiServer(self.time.epoch)
        self.way = Way(self.server)
        self.cache = Store(RESERVATIONS, ChangeSignal())
        self.proof = self.another()

    @property
    def now(self) -> int:
        """Epoch seconds of the server."""
        return int(self.time.epoch())

    def another(self) -> DeletionProof:
        """One that has just taken over."""
        return DeletionProof(simulated_api(self.way, self.time, ONE_TRY), self.time.monotonic, patience=30.0)

    def gone(self, *promises: CapacityPromise) -> frozenset[str]:
        """One turn."""
        hub = HubDocuments(promises=by_key(promises), reservations=self.cache.records)
        self.last = self.proof.ask(self.reader.read(hub), self.cache, self.tenants, self.now)
        return self.last.gone

    def after(self, seconds: float, *promises: CapacityPromise) -> frozenset[str]:
        """Ask every five seconds for so long; all that was found gone."""
        found: set[str] = set()
        for _ in range(int(seconds // 5)):
            self.time.sleep(5)
            found |= self.gone(*(one for one in promises if one.metadata.name not in found))
        return frozenset(found)

    def store(self, **meta: object) -> str:
        """Keep a reservation under the name; the uid the server gave it."""
        written = dump(documents.reservation({"end": "2127-02-01T00:00:00Z"}))
        written["metadata"] = {"name": "pretrain", "namespace": "research", **meta}
        return str(self.server.add(CAPACITY_RESERVATION, written)["metadata"]["uid"])

    def show(self, promises: Iterable[CapacityPromise]) -> None:
        """Let the cache show a living reservation for each."""
        for one in promises:
            self.cache.put(reservation_of(one))

    def define(self, **meta: object) -> None:
        """The definition of reservations as somebody has left it."""
        self.server.add(DEFINITION, {"metadata": {"name": KIND}})
        place = next(place for place in self.server.storage.documents if place.name == KIND)
        old = self.server.storage.documents[place]
        self.server.storage.documents[place] = {**old, "metadata": {**old["metadata"], **meta}}

    def released(self, tenant: str, text: str) -> None:
        """A platform engineer has annotated a tenant."""
        made = dump(documents.tenant())
        made["metadata"] = {"name": tenant, "annotations": {RELEASE_ANNOTATION: text}}
        self.tenants = (*self.tenants, parse(Tenant, made))

    def reads(self, plural: str = CAPACITY_RESERVATION.plural) -> int:
        """How often objects of a kind have been asked for since the last time this was asked."""
        count = sum(1 for one in self.server.requests if Path.parse(one.path).plural == plural)
        self.server.requests.clear()
        return count


def reservation_of(promise: CapacityPromise) -> CapacityReservation:
    """The living reservation of a promise."""
    made = documents.reservation({"end": "2127-02-01T00:00:00Z"})
    uid = promise.metadata.name
    meta = {"name": f"r-{uid}", "namespace": promise.spec.namespace, "uid": uid}
    return made.model_copy(update={"metadata": made.metadata.model_copy(update=meta)})


def committed(uid: str = UID, tenant: str = "mistral", born: int = BORN) -> CapacityPromise:
    """A promise in force, made at an instant."""
    made = documents.promise()
    changes = {
        "state": "Committed",
        "cause": "",
        "ended_at": None,
        "tenant": tenant,
        "namespace": NAMESPACES.get(tenant, tenant),
    }
    meta = made.metadata.model_copy(update={"name": uid, "creation_timestamp": born})
    return made.model_copy(update={"spec": made.spec.model_copy(update=changes), "metadata": meta})


def promises(count: int, tenant: str = "mistral", born: int = BORN) -> list[CapacityPromise]:
    """So many promises of a tenant."""
    return [
        committed(f"{n:08d}-{len(tenant):04d}-4111-8111-111111111111", tenant, born) for n in range(count)
    ]


def uids(made: Iterable[CapacityPromise]) -> set[str]:
    """The names of promises."""
    return {one.metadata.name for one in made}


def in_seconds(asking: Asking, seconds: int) -> str:
    """An instant from now, as people write it."""
    return text_of(asking.now + seconds)
