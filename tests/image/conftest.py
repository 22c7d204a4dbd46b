"""The image's recipe as BuildKit reads it, and what comes of its steps in a plain folder."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from holdfast_lab.installation import MANIFESTS
from holdfast_lab.release_tools import tool

RECIPE = MANIFESTS / "Containerfile"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """None of it is run unless it is asked for."""
    here = Path(__file__).parent
    for test in items:
        if here in test.path.parents:
            test.add_marker(pytest.mark.image)


@dataclass(frozen=True, slots=True)
class Judged:
    """What BuildKit warns of, and by stage its base image and its steps."""

    warnings: tuple[str, ...]
    stages: tuple[tuple[str, tuple[str, ...]], ...]


def judged(recipe: Path) -> Judged:
    """A recipe as BuildKit reads it."""
    argv = [str(tool("containerfile")), str(recipe)]
    read = json.loads(subprocess.run(argv, capture_output=True, text=True, check=True).stdout)
    stages = tuple((one["from"], tuple(one["steps"])) for one in read["stages"])
    return Judged(tuple(read["warnings"]), stages)


@pytest.fixture(scope="session")
def recipe() -> Judged:
    """Ours."""
    return judged(RECIPE)
