"""One real API server for all guards of the hub, one for those of a site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.guards.server import SITE_PARTS, Server, serving


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here asks the real server."""
    here = Path(__file__).parent
    for test in items:
        if here in test.path.parents:
            test.add_marker(pytest.mark.lab)


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A hub's server."""
    with serving(tmp_path_factory.mktemp("hub")) as server:
        yield server


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A site's server."""
    with serving(tmp_path_factory.mktemp("site"), SITE_PARTS) as server:
        yield server
