"""`holdfast forecast`: in sentences, in JSON, drawn, and of a saved hub."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from tests.hub.test_kept_turns import lived
from tests.simulation.hub import contested
from typer.testing import CliRunner, Result

from holdfast.cli import commands
from holdfast.cli.forecast import lines
from holdfast.forecast.tally import Tally, outcome_of
from holdfast.hub.saved_hub import SavedHub, save

SMALL = ("--days", 14, "--pools", 1, "--units", 6, "--failures", 0)


def forecast(*words: object) -> Result:
    app = typer.Typer()
    app.command()(commands.forecast)
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_forecast_says_what_was_asked_used_waited_for_and_kept(tmp_path: Path) -> None:
    said = forecast(*SMALL, "--plot", tmp_path / "year.svg")
    assert said.exit_code == 0, said.output
    assert all(word in said.output for word in ("asked", "utilisation", "waiting", "delivered", "kept whole"))
    assert (tmp_path / "year.svg").read_text().startswith("<svg")
    assert forecast(*SMALL).output == said.output


def test_programs_read_the_same_as_json() -> None:
    found = json.loads(forecast(*SMALL, "-o", "json").output)
    assert 0 < found["utilisation"] <= 1
    assert len(found["weeks"]) == 2


def test_a_saved_hub_is_where_a_forecast_begins(tmp_path: Path) -> None:
    path, first = tmp_path / "hub.json", next(iter(lived(contested())))
    save(SavedHub(first.beside.now, first.hub), path)
    assert "2 pools of 4 units" in forecast("--snapshot", path, "--days", 7, "--failures", 0).output
    path.write_text("nothing")
    said = forecast("--snapshot", path)
    assert said.exit_code == 2
    assert "cannot be used" in said.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--load", "nan"), "--load nan is no number"),
        (("--failures", "nan"), "--failures nan is no number"),
        (("--maintenance", "nan"), "--maintenance nan is no number"),
        (("--units", 2, "--spares", 2), "--spares 2 of --units 2 leave nothing to promise"),
    ],
)
def test_what_is_no_year_is_refused_by_the_name_of_the_option(words: tuple[object, ...], says: str) -> None:
    refused = forecast(*SMALL, *words)
    assert refused.exit_code == 2
    assert says in " ".join(refused.output.replace("│", "").split())
    assert forecast(*SMALL, "--units", 3, "--spares", 2).exit_code == 0


def test_where_nothing_was_owed_no_share_of_it_is_told() -> None:
    nothing = outcome_of(Tally(0))
    told = lines(nothing, "nothing")
    assert [line.split()[1:3] for line in told[3:5]] == [["-"], ["-", "of"]]
    assert told[5].split()[:3] == ["kept", "whole", "-"]
    assert (nothing.delivered, nothing.kept_whole, nothing.waits) == (None, None, None)
