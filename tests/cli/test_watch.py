"""`holdfast watch`: what it shows while a real server changes, and how it draws."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from tests.cli.people import Person
from tests.documents import Document
from tests.guards.stage import Stage

from holdfast.cli.printed import Row, ServedTable
from holdfast.cli.watch import LISTED, Scene

HEADS = ServedTable(("NAME", "COUNT", "PLACES"), (0, 0, 1), ())


@pytest.fixture
def made(stage: Stage) -> Iterator[list[Document]]:
    """One promised reservation, which the test gives up."""
    made = stage.reserve("mistral", 1)
    yield made
    stage.until(lambda: stage.states(made) <= {"Released", "absent"}, 60)


@pytest.mark.lab
def test_elsewhere_than_on_a_terminal_each_change_is_a_line(
    stage: Stage, made: list[Document], mila: Person
) -> None:
    command = [sys.executable, "-m", "holdfast", "watch", "--seconds", "60"]
    environment = {**os.environ, "KUBECONFIG": str(mila.kubeconfig)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as watching:
        assert watching.stdout is not None
        head, first = watching.stdout.readline(), watching.stdout.readline()
        assert (head.split()[0], first.split()[0]) == ("NAME", "r0")
        stage.cancel(*made)
        changes = iter(watching.stdout.readline, "")
        assert any(line.startswith("r0") and line.endswith("DELETED\n") for line in changes)
        watching.terminate()


@pytest.mark.lab
def test_it_ends_after_the_seconds_it_is_given(stage: Stage, made: list[Document], nomad: Person) -> None:
    began = time.monotonic()
    assert "r0" in nomad.says("watch", "mistral/r0", "--seconds", "2")
    assert time.monotonic() - began < 10
    asked = nomad.run("watch", "--seconds", "1")
    assert (asked.returncode, "say which namespace is yours" in asked.stderr) == (2, True)
    stage.cancel(*made)


def table(*names: str) -> ServedTable:
    """Rows of these names."""
    rows = tuple(Row("mistral", name, (name, "1", "ny")) for name in names)
    return ServedTable(HEADS.heads, HEADS.priorities, rows)


def test_rows_come_change_and_go() -> None:
    scene = Scene(wide=False, named=True)
    scene.take(LISTED, table("b", "a"))
    assert scene.grid().columns == ("NAMESPACE", "NAME", "COUNT")
    assert [row[1] for row in scene.grid().rows] == ["a", "b"]
    scene.take("MODIFIED", ServedTable((), (), (Row("mistral", "a", ("a", "2", "ny")),)))
    assert scene.grid().rows[0] == ("mistral", "a", "2")
    scene.take("DELETED", table("a"))
    assert [row[1] for row in scene.grid().rows] == ["b"]


def test_a_list_taken_anew_forgets_what_is_gone() -> None:
    scene = Scene(wide=True, named=False)
    scene.take(LISTED, table("a", "b"))
    scene.take(LISTED, table("b"))
    assert scene.grid().rows == (("b", "1", "ny"),)
