"""What `holdfast reserve` asks before it asks the planner, of a person and where nobody answers."""

from __future__ import annotations

import io
import sys

import pytest
import typer

from holdfast.cli.commands import reserve
from holdfast.cli.reserve import completed
from holdfast.cli.wanted import Wanted


def asked(monkeypatch: pytest.MonkeyPatch, typed: str, **said: object) -> Wanted:
    """What is wanted once the person has typed these lines; where they end nobody answers."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    return completed(Wanted(**{"namespace": "mistral", "name": "x", "lasting": "1h", **said}))  # type: ignore[arg-type]


def test_a_type_that_is_sold_by_the_slice_is_asked_for_its_topology(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = asked(monkeypatch, "5x5\n4x4x8\n3\n", accelerator="tpu7x")
    assert (found.topology, found.count) == ("4x4x8", 3)
    told = capsys.readouterr().err
    assert "Topology of one slice" in told
    assert "topology 5x5 is impossible for tpu7x" in told
    assert "How many slices?" in told


@pytest.mark.parametrize("kind", ["h200", "only-the-hub-knows-it"])
def test_any_other_type_is_asked_for_units(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    assert asked(monkeypatch, "3\n", accelerator=kind).topology is None


def test_a_topology_that_was_said_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(monkeypatch, "2\n", accelerator="tpu7x", topology="4x4x4").count == 2


TOPOLOGY = {"accelerator": "tpu7x", "topology": "4x4x4"}


@pytest.mark.parametrize("yes", [True, False])
def test_what_is_not_said_where_nobody_answers_is_what_it_would_be_by_itself(
    monkeypatch: pytest.MonkeyPatch, yes: bool
) -> None:
    found = asked(monkeypatch, "", yes=yes, **{**TOPOLOGY, "name": None})
    assert (found.count, found.name) == (1, "tpu7x")


def test_yes_asks_nothing_even_of_a_person(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(monkeypatch, "7\n", yes=True, **TOPOLOGY).count == 1
    assert capsys.readouterr().err == ""
    assert asked(monkeypatch, "7\n", **TOPOLOGY).count == 7


@pytest.mark.parametrize("yes", [True, False])
@pytest.mark.parametrize(
    ("missing", "option"),
    [("topology", "--topology"), ("accelerator", "--accelerator"), ("lasting", "--for")],
)
def test_what_is_nothing_by_itself_is_refused_by_name_where_nobody_answers(
    monkeypatch: pytest.MonkeyPatch, missing: str, option: str, yes: bool
) -> None:
    with pytest.raises(typer.BadParameter, match=f"it is missing, and .*: say {option}"):
        asked(monkeypatch, "", yes=yes, **{**TOPOLOGY, missing: None})
    asked(monkeypatch, "", yes=yes, **TOPOLOGY)


def test_the_examples_of_its_help_ask_nothing_that_has_to_be_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    *_, written = (reserve.__doc__ or "").split("holdfast reserve ")
    assert written.split()[-2:] == ["-o", "yaml"]
    options = dict(zip(written.split()[1::2], written.split()[2::2], strict=True))
    found = asked(
        monkeypatch, "", accelerator=options["-a"], topology=options["-t"], lasting=options["--for"]
    )
    assert found.count == 1
    assert "-c" in options


@pytest.mark.parametrize("name", ["", "Ünï", "a/b", "x" * 64])
def test_what_can_be_no_name_is_refused_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with pytest.raises(typer.BadParameter, match="can be no reservation's name"):
        asked(monkeypatch, "", name=name, **TOPOLOGY)
    assert asked(monkeypatch, "", name="a.b-1", **TOPOLOGY).name == "a.b-1"
