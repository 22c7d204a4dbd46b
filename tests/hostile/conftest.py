"""One lab for all attacks: a hub and a datacenter with operator, agent and scheduler."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.hostile.standing import run
from tests.hostile.world import SITE, World, build

from holdfast_lab.processes import OPERATOR_AND_AGENTS
from holdfast_lab.testing import running_lab


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here asks real servers."""
    here = Path(__file__).parent
    for test in items:
        if here in test.path.parents:
            test.add_marker(pytest.mark.lab)
            test.add_marker(pytest.mark.hostile)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Three tenants, each with a host of its own."""
    with running_lab(tmp_path_factory.mktemp("lab"), [SITE], OPERATOR_AND_AGENTS) as lab:
        world = World(lab, tmp_path_factory.mktemp("people"))
        try:
            build(world)
            run(world)
            yield world
        finally:
            world.close()
