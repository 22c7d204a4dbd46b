"""One real API server beside the simulated one, for the behaviours that both must have."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from tests.guards.server import serving
from tests.simulation.api_server import ApiServer
from tests.simulation.behaviour import Subject

from holdfast.cluster.transport.kubernetes import KubernetesTransport


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KubernetesTransport]:
    """The way to a hub of the lab, with all rights."""
    with serving(tmp_path_factory.mktemp("behaviours")) as server:
        way = KubernetesTransport.from_kubeconfig(
            str(server.cluster.kubeconfig("admin")), None, time.monotonic, lambda _: None
        )
        yield way
        way.close()


@pytest.fixture(params=["simulated", pytest.param("real", marks=pytest.mark.lab)])
def subject(request: pytest.FixtureRequest) -> Subject:
    """Either one."""
    return Subject(ApiServer() if request.param == "simulated" else request.getfixturevalue("real"))
