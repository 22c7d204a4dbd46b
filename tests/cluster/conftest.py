import pytest
from tests.simulation.api_server import ApiServer
from tests.simulation.simulated import SimulatedTime, simulated_api


@pytest.fixture
def time():
    return SimulatedTime()


@pytest.fixture
def server(time):
    return ApiServer(time.epoch)


@pytest.fixture
def api(server, time):
    return simulated_api(server, time)
