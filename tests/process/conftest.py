import pytest
from prometheus_client import CollectorRegistry
from tests.simulation.api_server import ApiServer
from tests.simulation.simulated import SimulatedTime

from holdfast.process.client_metrics import ClientMetrics


@pytest.fixture
def time():
    return SimulatedTime()


@pytest.fixture
def server(time):
    return ApiServer(time.epoch)


@pytest.fixture
def registry():
    return CollectorRegistry()


@pytest.fixture
def metrics(registry):
    return ClientMetrics(registry)
