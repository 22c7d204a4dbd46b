"""The image: a recipe that BuildKit finds nothing wrong with, and what its steps make where no engine is at hand."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.image.conftest import RECIPE, Judged, judged
from tests.image.plain_folder import run

NOBODY = 65532
READ_ONLY = (
    "unshare", "-rm", "sh", "-ec",
    'mount --rbind / /mnt && mount -o remount,bind,ro /mnt && exec /usr/sbin/chroot /mnt "$@"', "sh",
)  # fmt: skip
"""Runs what follows with a root on which nothing can be written."""


def in_read_only(*argv: str) -> subprocess.CompletedProcess[str]:
    """What it says there, with the surroundings of the image."""
    path = f"{Path(argv[0]).parent}:/usr/bin:/bin"
    surroundings = {"PATH": path, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}
    words = [*READ_ONLY, *argv]
    return subprocess.run(words, cwd="/", env=surroundings, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def installed(recipe: Judged, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the image has as /opt/holdfast, made by the recipe's own steps."""
    root = tmp_path_factory.mktemp("image")
    (_, steps), _ = recipe.stages
    run(steps, RECIPE.parents[1], root)
    return root / "opt" / "holdfast"


def test_buildkit_finds_nothing_wrong_with_it(recipe: Judged) -> None:
    assert recipe.warnings == ()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("FROM python:3.11\nCMD holdfast\n", "JSONArgsRecommended"),
        ("FROM python:3.11 as x\nENV A b\n", "LegacyKeyValueFormat"),
        ("FROM python:3.11\nARG PASSWORD\n", "SecretsUsedInArgOrEnv"),
    ],
)
def test_it_would_find_something(text: str, rule: str, tmp_path: Path) -> None:
    (tmp_path / "Containerfile").write_text(text)
    assert any(rule in warning for warning in judged(tmp_path / "Containerfile").warnings)


def test_the_image_is_its_base_and_one_layer_for_a_user_without_a_name(recipe: Judged) -> None:
    _, (_, steps) = recipe.stages
    assert [step for step in steps if step.startswith(("COPY", "ADD", "RUN"))] == [
        "COPY --from=build /opt/holdfast /opt/holdfast"
    ]
    assert f"USER {NOBODY}:{NOBODY}" in steps
    assert steps[-1] == 'ENTRYPOINT ["holdfast"]'


@pytest.mark.parametrize("words", ["--version", "operator --help", "agent --help", "console --help"])
def test_what_is_in_it_runs_on_a_root_that_cannot_be_written(installed: Path, words: str) -> None:
    if (why := in_read_only("/bin/true").stderr) != "":
        pytest.skip(f"NOT RUN: this machine gives no mount of its own ({why.strip()})")
    assert in_read_only("/usr/bin/touch", str(installed / "written")).returncode != 0
    done = in_read_only(str(installed / "bin" / "holdfast"), *words.split())
    assert (done.returncode, done.stderr) == (0, "")


def test_neither_pulumi_nor_what_builds_wheels_comes_along(installed: Path) -> None:
    argv = [str(installed / "bin" / "python"), "-m", "pip", "list", "--format=freeze"]
    listed = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.lower()
    names = {line.split("==")[0] for line in listed.splitlines()}
    assert {"holdfast", "kubernetes", "tenacity"} <= names
    assert not {"pulumi", "holdfast-infra", "holdfast-lab", "pytest", "hatchling"} & names
