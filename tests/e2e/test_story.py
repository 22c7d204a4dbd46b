"""The whole story on a real control plane, as `make demo` tells it: every step observed, in order.

Once with the lab's own engine, and once more with the `pulumi` CLI where it is on PATH.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from holdfast_lab.lab import DEFAULT_SITES
from holdfast_lab.processes import OPERATOR_AND_AGENTS
from holdfast_lab.story.context import Context
from holdfast_lab.story.report import Outcome, play, story
from holdfast_lab.testing import running_lab

pytestmark = [pytest.mark.lab, pytest.mark.e2e]


ENGINES = ("monitor", "cli") if shutil.which("pulumi") else ("monitor",)


@pytest.fixture(scope="module", params=ENGINES)
def outcomes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Outcome]]:
    folder: Path = tmp_path_factory.mktemp("lab")
    with (
        pytest.MonkeyPatch.context() as patch,
        running_lab(folder, DEFAULT_SITES, OPERATOR_AND_AGENTS) as lab,
    ):
        patch.setenv("HOLDFAST_ENGINE", request.param)
        yield {each.sentence: each for each in play(Context(lab), Console(highlight=False), story())}


@pytest.mark.parametrize("sentence", [step.sentence for step in story()])
def test_the_step_was_observed(outcomes: dict[str, Outcome], sentence: str) -> None:
    assert sentence in outcomes, "an earlier step was not observed, so this one was not played"
    assert outcomes[sentence].observed, outcomes[sentence].said
