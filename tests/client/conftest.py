"""A tenant's program against a hub in memory, and against a real one as a person of the tenant."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.builders import NOW
from tests.cli.tenants_hub import mila, stage
from tests.simulation.api_server import ApiServer

from holdfast.client import Client, Pace, Way

__all__ = ["mila", "stage"]


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
