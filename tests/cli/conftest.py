"""A hub in memory with the auditor's small world in it, a console that remembers, and a way to the commands."""

import io
from collections.abc import Callable, Iterator, Mapping

import pytest
import typer
from holdfast.cli import audit as audit_command
from holdfast.cli import explain as explain_command
from holdfast.cli import status as status_command
from holdfast.cli.connection import Unconnected
from holdfast.cluster.client import Api
from holdfast.cluster.kinds import (
    ACCELERATOR_POOL,
    CAPACITY_PROMISE,
    CAPACITY_RESERVATION,
    DATACENTER,
    NAMESPACE,
    NODE,
    POOL_REPORT,
)
from holdfast.cluster.paths import Path
from holdfast.cluster.transport import Reply, Request, Transport
from rich.console import Console
from typer.testing import CliRunner, Result

from tests.audit.world import NOW, World, a_world, document
from tests.simulation.api_server import ApiServer
from tests.simulation.simulated import SimulatedTime, simulated_api

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


@pytest.fixture
def world() -> World:
    """Documents that a test may change before it asks."""
    return a_world()


Tell = Callable[..., Result]


@pytest.fixture
def holdfast(monkeypatch: pytest.MonkeyPatch) -> Tell:
    """Run a command against transports by context; None is the hub. Other contexts do not exist."""

    def run(transports: Mapping[str | None, Transport], *arguments: str) -> Result:
        def opened(_: str | None, context: str | None) -> Api:
            if context not in transports:
                raise Unconnected(f"context {context!r} cannot be used")
            return reach(transports[context])

        app = typer.Typer()
        for module in (audit_command, status_command, explain_command):
            monkeypatch.setattr(module, "open_api", opened)
        app.command()(audit_command.audit)
        app.command()(status_command.status)
        app.command()(explain_command.explain)
        return CliRunner().invoke(app, arguments)

    return run


@pytest.fixture
def paper() -> tuple[Console, io.StringIO]:
    """A console and what it has written."""
    out = io.StringIO()
    return Console(file=out, width=200), out
