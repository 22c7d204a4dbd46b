"""How answers look: on terminals wide and narrow, with colour and without, through kubectl itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.people import Person
from tests.cli.terminal import seen
from tests.documents import Document
from tests.guards.stage import Stage

pytestmark = pytest.mark.lab
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def made(stage: Stage) -> Iterator[list[Document]]:
    """One promised reservation of mistral's."""
    made = stage.reserve("mistral", 1)
    yield made
    stage.cancel(*made)
    stage.until(lambda: stage.states(made) <= {"Released", "absent"}, 60)


def test_a_wide_terminal_shows_a_table_and_a_narrow_one_a_line_a_cell(
    made: list[Document], mila: Person
) -> None:
    environment = {"KUBECONFIG": str(mila.kubeconfig)}
    wide = seen(["list"], environment, columns=200)[1].splitlines()
    assert (len(wide), wide[0].split()[0]) == (2, "NAME")
    narrow = seen(["list"], environment, columns=40)[1].splitlines()
    assert narrow[0].split() == ["NAME", "r0"]
    assert max(map(len, narrow)) <= 40


@pytest.mark.parametrize("columns", [40, 120])
def test_without_colour_no_terminal_is_told_any(made: list[Document], ada: Person, columns: int) -> None:
    environment = {"KUBECONFIG": str(ada.kubeconfig), "NO_COLOR": "1"}
    for words in (["status"], ["list", "-A"], ["explain", "mistral/r0"], ["units"]):
        status, told = seen(words, environment, columns=columns)
        assert status == 0
        assert "\x1b[3" not in told
        assert "\x1b[9" not in told


def test_a_person_is_asked_on_her_terminal(made: list[Document], mila: Person) -> None:
    environment = {"KUBECONFIG": str(mila.kubeconfig)}
    status, told = seen(["cancel", "r0"], environment, columns=100, typed="n\n")
    assert status == 1
    assert "Give up mistral/r0? [y/N]:" in told


def kubectl(stage: Stage, person: Person, *words: str) -> subprocess.CompletedProcess[str]:
    """kubectl as the person types it, with our programs on her PATH."""
    programs = stage.server.cluster.state.programs
    surroundings = {
        **os.environ,
        "PATH": f"{programs}:{BIN}:/usr/bin:/bin",
        "KUBECONFIG": str(person.kubeconfig),
    }
    return subprocess.run(
        [str(programs / "kubectl"), *words], capture_output=True, text=True, check=False, env=surroundings
    )


def test_kubectl_finds_the_plugin_and_completes_its_words(
    stage: Stage, made: list[Document], mila: Person
) -> None:
    listed = kubectl(stage, mila, "holdfast", "list", "-o", "name")
    assert (listed.returncode, listed.stdout) == (0, "capacityreservation.holdfast.dev/r0\n")
    assert "kubectl-holdfast" in kubectl(stage, mila, "plugin", "list").stdout
    words = kubectl(stage, mila, "__complete", "holdfast", "explain", "").stdout.split()
    assert words[0] == "r0"


def test_its_tables_are_those_of_kubectl(stage: Stage, made: list[Document], mila: Person) -> None:
    theirs = kubectl(stage, mila, "get", "cares").stdout.splitlines()
    ours = mila.says("list").splitlines()
    assert [line.split()[:-1] for line in ours] == [line.split()[:-1] for line in theirs]
