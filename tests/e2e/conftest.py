"""One lab with one provisioned datacenter and two tenants, for every test but the story's.

Tests leave it as they found it: six units, none of them promised. Those of trouble come last and do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.acts import POOL, SITE

from holdfast_lab.processes import OPERATOR_AND_AGENTS
from holdfast_lab.story.context import Context
from holdfast_lab.story.fixtures import tenant
from holdfast_lab.testing import running_lab

OWN_LABS = ("test_story", "test_docs_in_the_lab")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First what has a lab of its own, which is down again before the one that all others share is up."""
    ours = [place for place, item in enumerate(items) if item.path.parent == Path(__file__).parent]
    own_first = sorted((items[place] for place in ours), key=lambda item: item.path.stem not in OWN_LABS)
    for place, item in zip(ours, own_first, strict=True):
        items[place] = item


@pytest.fixture(scope="session")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """The lab that all share."""
    yield from standing(tmp_path_factory.mktemp("lab"))


def standing(folder: Path) -> Iterator[Context]:
    """Lake Mariner stands, its six cubes are counted, and mistral and anthropic may reserve all of them."""
    with running_lab(folder, [SITE], OPERATOR_AND_AGENTS) as lab:
        context = Context(lab)
        context.must("lab", "pulumi", "up", SITE, "--yes")
        for name in ("mistral", "anthropic"):
            context.engineer().apply(*tenant(name, {"tpu7x": 10_000}))
        context.until(lambda: counted(context), 60, "six healthy units")
        yield context


def counted(context: Context) -> str:
    """Not empty once the ledger counts every cube as healthy."""
    pool = context.engineer().get("acceleratorpool", POOL)
    return "yes" if pool.get("status", {}).get("capacity", {}).get("healthy") == 6 else ""
