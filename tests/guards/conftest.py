"""One real API server for all guards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.guards.server import Server, serving


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here asks the real server."""
    here = Path(__file__).parent
    for test in items:
        if here in test.path.parents:
            test.add_marker(pytest.mark.lab)


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server, with the manifests of a hub and of a site."""
    with serving(tmp_path_factory.mktemp("guards")) as server:
        yield server
