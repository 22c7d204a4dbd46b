"""Definitions are applied anew while people and processes ask: the server is not ready for a moment, and nobody fails.

A changed definition gets a new storage, and until that is filled a list is answered 429, "storage is (re)initializing".
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.cli.people import Person
from tests.documents import document
from tests.guards.server import DEFINITIONS, Server, serving

from holdfast.cluster.client import Api
from holdfast.cluster.holdfast_objects import TENANTS
from holdfast.cluster.transport.clock import ServerClock
from holdfast.cluster.transport.http import Reply, Request
from holdfast.cluster.transport.kinds import TENANT
from holdfast.cluster.transport.kubernetes import KubernetesTransport
from holdfast.cluster.transport.paths import Path
from holdfast.cluster.transport.retries import Retries, RetryPolicy
from holdfast.cluster.ways import Way, way_to

pytestmark = pytest.mark.lab
OF_TENANTS, OF_RESERVATIONS = "tenants.holdfast.dev", "capacityreservations.holdfast.dev"
ROUNDS, PAUSE_SECONDS = 3, 3.0


@dataclass(slots=True)
class Counted:
    """A transport, and the statuses of what came back over it."""

    inner: Any
    statuses: set[int] = field(default_factory=set)

    def call(self, request: Request) -> Reply:
        reply: Reply = self.inner.call(request)
        self.statuses.add(reply.status)
        return reply

    def stream(self, request: Request) -> Iterator[bytes]:
        return iter(self.inner.stream(request))


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A hub with one tenant."""
    with serving(tmp_path_factory.mktemp("hub")) as server:
        assert server.create(document("Tenant", "mistral", {"group": "mistral", "entitlements": []})).accepted
        yield server


def applied_anew(hub: Server, name: str, over: threading.Event) -> None:
    """Change the definition of a kind and change it back, again and again."""
    for turn in range(ROUNDS):
        found = hub.call("GET", f"{DEFINITIONS}/{name}").document
        fields = found["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
        fields.update(tier={"type": "string"}) if turn % 2 == 0 else fields.pop("tier")
        assert hub.call("PUT", f"{DEFINITIONS}/{name}", found).message == ""
        time.sleep(PAUSE_SECONDS)
    over.set()


def meanwhile(hub: Server, name: str, ask: Callable[[], object]) -> int:
    """How often it was asked, always with an answer, while the definition was applied anew."""
    over = threading.Event()
    changing = threading.Thread(target=applied_anew, args=(hub, name, over))
    changing.start()
    asked = 0
    try:
        while not over.is_set():
            ask()
            asked += 1
    finally:
        changing.join()
    return asked


def test_commands_and_programs_of_a_tenant_are_answered(hub: Server) -> None:
    plain = way_to(str(hub.cluster.kubeconfig("admin")))
    server = Counted(plain.transport)
    way = Way(server)
    assert meanwhile(hub, OF_TENANTS, lambda: way.ask(Request("GET", str(Path.of(TENANT))))) > ROUNDS
    assert server.statuses == {200, 429}
    plain.close()


def test_operator_agent_and_console_are_answered(hub: Server) -> None:
    server = Counted(KubernetesTransport.from_kubeconfig(str(hub.cluster.kubeconfig("admin"))))
    retries = Retries(RetryPolicy(), time.monotonic, time.sleep, secrets.SystemRandom().uniform)
    api = Api(server, ServerClock(time.monotonic), retries)
    assert meanwhile(hub, OF_TENANTS, lambda: list(api.list_pages(TENANTS))) > ROUNDS
    assert server.statuses <= {200, 429}  # a page may be read past what is not ready, and then is no refusal
    server.inner.close()


def test_the_command_line_is_answered_without_a_word_of_it(hub: Server) -> None:
    person = Person(hub.cluster.kubeconfig("admin"))
    assert meanwhile(hub, OF_TENANTS, lambda: person.says("status")) > 0
    assert meanwhile(hub, OF_RESERVATIONS, lambda: person.says("list", "-A", "-o", "json")) > 0
    assert meanwhile(hub, OF_RESERVATIONS, lambda: person.says("watch", "-A", "--seconds", "3")) > 0
