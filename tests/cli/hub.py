"""A hub in memory that is also its only site, and transports of people with fewer rights."""

from __future__ import annotations

from collections.abc import Iterator

from tests.audit.world import World
from tests.builders import NOW
from tests.documents import document
from tests.simulation.api_server import ApiServer
from tests.simulation.simulated import SimulatedTime, simulated_api

from holdfast.cluster.client import Api
from holdfast.cluster.transport.http import Reply, Request, Transport
from holdfast.cluster.transport.kinds import (
    ACCELERATOR_POOL,
    CAPACITY_PROMISE,
    CAPACITY_RESERVATION,
    DATACENTER,
    NAMESPACE,
    NODE,
    POOL_REPORT,
)
from holdfast.cluster.transport.paths import Path

KINDS = {"pools": ACCELERATOR_POOL, "promises": CAPACITY_PROMISE, "reservations": CAPACITY_RESERVATION,
         "reports": POOL_REPORT}  # fmt: skip
SITES = ("lake-mariner", "abernathy")
FORBIDDEN = b'{"kind":"Status","reason":"Forbidden","message":"may not"}'


class Confined:
    """A transport of somebody without rights to some kinds."""

    def __init__(self, way: Transport, *plurals: str) -> None:
        self._way = way
        self._plurals = plurals

    def call(self, request: Request) -> Reply:
        refused = Path.parse(request.path).plural in self._plurals
        return Reply(403, FORBIDDEN, float(NOW)) if refused else self._way.call(request)

    def stream(self, request: Request) -> Iterator[bytes]:
        return self._way.stream(request)


def serve(world: World) -> ApiServer:
    """A hub that is also the site, so that one server answers everything. Reservations keep their uid."""
    server = ApiServer(lambda: float(NOW))
    for name, kind in KINDS.items():
        for one in world[name].values():
            uid = one["metadata"].get("uid")
            stored = server.add(kind, one)
            stored["metadata"]["uid"] = uid or stored["metadata"]["uid"]
    for name in SITES:
        spec = {"siteKind": "gke", "region": "us", "powerMegawatts": 9, "lifecycle": "Operational"}
        server.add(DATACENTER, document("Datacenter", name, spec))
    for name, labels in world["namespaces"].items():
        server.add(NAMESPACE, {"metadata": {"name": name, "labels": labels}})
    for one in world["nodes"].values():
        server.add(NODE, one)
    return server


def reach(transport: Transport) -> Api:
    return simulated_api(transport, SimulatedTime())
