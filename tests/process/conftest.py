from __future__ import annotations

from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from tests.simulation.api_server import ApiServer
from tests.simulation.simulated import SimulatedTime

from holdfast.process.client_metrics import ClientMetrics


@pytest.fixture
def time() -> Any:
    return SimulatedTime()


@pytest.fixture
def server(time: SimulatedTime) -> Any:
    return ApiServer(time.epoch)


@pytest.fixture
def registry() -> Any:
    return CollectorRegistry()


@pytest.fixture
def metrics(registry: CollectorRegistry) -> Any:
    return ClientMetrics(registry)
