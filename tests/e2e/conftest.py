"""One lab with one provisioned datacenter and two tenants, for the tests of trouble."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from holdfast_lab.companions import COMPANIONS
from holdfast_lab.story.cast import tenant
from holdfast_lab.story.stage import Stage
from holdfast_lab.testing import running_lab

SITE = "lake-mariner"


@pytest.fixture(scope="module")
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
    pool = stage.engineer().get("acceleratorpool", f"{SITE}.tpu7x-a")
    return "yes" if pool.get("status", {}).get("capacity", {}).get("healthy") == 6 else ""
