"""What `holdfast reserve` asks before it asks the planner, of a person and where nobody answers."""

from __future__ import annotations

import io
import sys

import pytest

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
