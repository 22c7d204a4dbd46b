"""The whole story on a real control plane, as `make demo` tells it: every step observed, in order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from holdfast_lab.companions import COMPANIONS
from holdfast_lab.lab import DEFAULT_SITES
from holdfast_lab.story.stage import Stage
from holdfast_lab.story.telling import STORY, Told, tell
from holdfast_lab.testing import running_lab

pytestmark = [pytest.mark.lab, pytest.mark.e2e]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Told]]:
    folder: Path = tmp_path_factory.mktemp("lab")
    with running_lab(folder, DEFAULT_SITES, COMPANIONS) as lab:
        yield {each.sentence: each for each in tell(Stage(lab), Console(highlight=False))}


@pytest.mark.parametrize("sentence", [step.sentence for step in STORY])
def test_the_step_was_observed(told: dict[str, Told], sentence: str) -> None:
    assert sentence in told, "an earlier step was not observed, so this one was not played"
    assert told[sentence].observed, told[sentence].said
