"""`holdfast replay`: kept turns and saved hubs planned again, and what one of them says to a reservation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from tests.hub.test_kept_turns import ASK, lived, written
from tests.simulation.hub import POOLS, contested
from typer.testing import CliRunner, Result

from holdfast.cli import commands
from holdfast.hub.saved_hub import SavedHub, save


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The turns in which mistral's reservation was promised and bound."""
    path = tmp_path / "turns.jsonl"
    path.write_text("".join(written(list(lived(contested())))))
    return path


def replay(*words: object) -> Result:
    app = typer.Typer()
    app.command()(commands.replay)
    return CliRunner().invoke(app, [str(word) for word in words])


def test_each_turn_is_a_line_and_came_out_the_same(file: Path) -> None:
    said = replay(file)
    assert said.exit_code == 0, said.output
    assert "the same" in said.output
    assert "other" not in said.output


def test_a_turn_that_comes_out_otherwise_is_told(file: Path) -> None:
    file.write_text(file.read_text().replace("Committed, 2 of", "Committed, 1 of"))
    said = replay(file)
    assert said.exit_code == 1
    assert "other promises" in said.output


def test_what_a_turn_said_to_a_reservation_is_explained(file: Path) -> None:
    said = replay(file, "--turn", 1, "--explain", ASK)
    assert f"{ASK} in turn 1" in said.output
    assert "decided: Committed, 2 of" in said.output
    missing = replay(file, "--explain", "mistral/other")
    assert missing.exit_code == 2
    assert "--explain mistral/other: no reservation of that name" in missing.output


def test_a_turn_that_is_not_there_is_refused_with_how_many_there_are(file: Path) -> None:
    turns = len(file.read_text().splitlines()) - 1
    refused, last = replay(file, "--turn", turns + 1), replay(file, "--turn", turns)
    assert (refused.exit_code, last.exit_code) == (2, 0)
    assert f"--turn {turns + 1}: there are {turns} turns in {file}" in " ".join(refused.output.split())


def test_an_empty_file_has_no_turn(file: Path) -> None:
    for kept in ("", file.read_text().splitlines(keepends=True)[0]):
        file.write_text(kept)
        said = replay(file)
        assert (said.exit_code, said.output) == (0, "no turn in it\n")
        assert (replay(file, "--turn", 1).exit_code, replay(file, "--explain", ASK).exit_code) == (2, 2)


@pytest.mark.parametrize("garbage", ["no json", "{}", "[]", '{"off": 7}'])
def test_a_line_that_is_no_turn_is_named_by_its_number(file: Path, garbage: str) -> None:
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines[:2], garbage, *lines[2:]]) + "\n")
    said = replay(file)
    assert said.exit_code == 2
    assert "line 3 is no turn" in said.output


def test_a_turn_is_planned_as_if_something_were_not_there(file: Path) -> None:
    elsewhere = replay(file, "--turn", 1, "--without", POOLS[0], "--explain", ASK)
    assert f"2 of {POOLS[1]}" in elsewhere.output
    missing = replay(file, "--without", "no-such-pool")
    assert missing.exit_code == 2
    assert "no reservation (NAMESPACE/NAME), pool or maintenance window" in missing.output


def test_a_saved_hub_is_one_turn(tmp_path: Path) -> None:
    path, first = tmp_path / "hub.json", next(iter(lived(contested())))
    save(SavedHub(first.beside.now, first.hub), path)
    assert "decided: Committed" in replay(path, "--explain", ASK).output
    whole = json.loads(path.read_text())
    for way in ({"separators": (",", ":")}, {"sort_keys": True}, {"indent": 4}):
        path.write_text(json.dumps(whole, **way))
        assert "decided: Committed" in replay(path, "--explain", ASK).output


def test_a_file_that_is_neither_is_refused_with_what_it_should_be(tmp_path: Path) -> None:
    path = tmp_path / "notes"
    path.write_text("nothing")
    said = replay(path)
    assert said.exit_code == 2
    assert "cannot be used" in said.output
