from __future__ import annotations

import pytest
from tests.simulation.api_server import ApiServer
from tests.simulation.simulated import SimulatedTime, simulated_api

from holdfast.cluster.client import Api


@pytest.fixture
def time() -> SimulatedTime:
    return SimulatedTime()


@pytest.fixture
def server(time: SimulatedTime) -> ApiServer:
    return ApiServer(time.epoch)


@pytest.fixture
def api(server: ApiServer, time: SimulatedTime) -> Api:
    return simulated_api(server, time)
