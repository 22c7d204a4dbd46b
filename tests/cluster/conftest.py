from __future__ import annotations

from typing import Any

import pytest
from tests.simulation.api_server import ApiServer
from tests.simulation.simulated import SimulatedTime, simulated_api


@pytest.fixture
def time() -> Any:
    return SimulatedTime()


@pytest.fixture
def server(time: SimulatedTime) -> Any:
    return ApiServer(time.epoch)


@pytest.fixture
def api(server: ApiServer, time: SimulatedTime) -> Any:
    return simulated_api(server, time)
