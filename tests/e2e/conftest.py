"""One lab with one provisioned datacenter and two tenants, for every test but the story's.

Tests leave it as they found it: six units, none of them promised. Those of trouble come last and do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.acts import POOL, SITE

from holdfast_lab.processes import COMPANIONS
from holdfast_lab.story.context import Stage
from holdfast_lab.story.fixtures import tenant
from holdfast_lab.testing import running_lab


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The story first: it has a lab of its own, which is down again before the one that all others share is up."""
    ours = [place for place, item in enumerate(items) if item.path.parent == Path(__file__).parent]
    story_first = sorted((items[place] for place in ours), key=lambda item: item.path.stem != "test_story")
    for place, item in zip(ours, story_first, strict=True):
        items[place] = item


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Lake Mariner stands, its six cubes are counted, and mistral and anthropic may reserve all of them."""
    with running_lab(tmp_path_factory.mktemp("lab"), [SITE], COMPANIONS) as lab:
        stage = Stage(lab)
        stage.must("lab", "pulumi", "up", SITE, "--yes")
        for name in ("mistral", "anthropic"):
            stage.engineer().apply(*tenant(name, {"tpu7x": 10_000}))
        stage.until(lambda: counted(stage), 60, "six healthy units")
        yield stage


def counted(stage: Stage) -> str:
    """Not empty once the ledger counts every cube as healthy."""
    pool = stage.engineer().get("acceleratorpool", POOL)
    return "yes" if pool.get("status", {}).get("capacity", {}).get("healthy") == 6 else ""
