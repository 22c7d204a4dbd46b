"""A tenant's program against a hub in memory, and against a real one as a person of the tenant."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.builders import NOW
from tests.cli.people import Person, give_rights, person
from tests.guards.stage import TENANTS, Stage, staged
from tests.simulation.api_server import ApiServer

from holdfast.client import Client, Pace, Way


class Time:
    """A clock that only sleeping moves; what is to happen meanwhile happens while it sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []
        self.meanwhile: list[Callable[[], None]] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)
        if self.meanwhile:
            self.meanwhile.pop(0)()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def server() -> ApiServer:
    return ApiServer(lambda: float(NOW))


@pytest.fixture
def hub(server: ApiServer, time: Time) -> Client:
    """A client of namespace mistral on a server in memory."""
    return Client(Way(server), "mistral", pace=Pace(time.monotonic, time.sleep))


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A real hub with an operator, a pool of four cubes, and two tenants whose people have their rights."""
    with staged(tmp_path_factory.mktemp("hub"), "--absence-seconds=1") as stage:
        for tenant in TENANTS:
            give_rights(stage, tenant)
        yield stage


@pytest.fixture(scope="session")
def mila(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Person:
    """A person of mistral, whose kubeconfig names her namespace."""
    return person(stage, tmp_path_factory.mktemp("mila"), "mila", ["mistral"], "mistral")
