"""One lab for all: a hub and a datacenter with operator, agent, scheduler, real JobSet, LeaderWorkerSet and Kueue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.companions.world import GROUP_SETS, JOBSETS, SITE, World, build, wait_until_counted

from holdfast_lab.lab import accompany
from holdfast_lab.processes import OPERATOR_AND_AGENTS
from holdfast_lab.testing import running_lab


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here asks real controllers, which take minutes to build once."""
    here = Path(__file__).parent
    for test in items:
        if here in test.path.parents:
            test.add_marker(pytest.mark.lab)
            test.add_marker(pytest.mark.companions)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two tenants, each with an NVL72 domain of its own. A companion that cannot run is an error here, never a pass."""
    folder = tmp_path_factory.mktemp("lab")
    with running_lab(folder, [SITE], OPERATOR_AND_AGENTS):
        lab = accompany(folder, ["jobset", "leaderworkerset", "kueue"])
        world = World(lab, tmp_path_factory.mktemp("people"))
        try:
            build(world)
            wait_until_counted(world, JOBSETS, GROUP_SETS)
            yield world
        finally:
            world.close()
