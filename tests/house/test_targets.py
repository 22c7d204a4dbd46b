"""A target that names rooms names every room in which its tests stand, so that no test is run by nobody."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from tests.house.sources import ROOT

TESTS = ROOT / "tests"
MAKEFILE = (ROOT / "Makefile").read_text()
MARKERS = ("lab", "e2e", "stacks", "model", "hostile", "companions", "alerts", "gitops", "chart", "image")


def paths_of(marker: str) -> tuple[Path, ...]:
    """The folders that are named by the target which asks for this marker first of all."""
    found = re.search(rf'pytest .*-m (?:{marker}\b|"{marker}\b).*', MAKEFILE.replace("$(LAB)", lab_rooms()))
    assert found is not None, f"no target of the Makefile runs what is marked {marker}"
    return tuple(ROOT / word for word in shlex.split(found[0]) if word.startswith("tests/"))


def lab_rooms() -> str:
    """What LAB stands for."""
    found = re.search(r"^LAB = \$\(addprefix tests/,(.*)\)$", MAKEFILE, re.MULTILINE)
    assert found is not None, "the Makefile says no LAB"
    return " ".join(f"tests/{room}" for room in found[1].split())


@pytest.mark.parametrize("marker", MARKERS)
def test_every_test_of_a_marker_stands_where_its_target_looks(marker: str) -> None:
    rooms = paths_of(marker)
    elsewhere = [TESTS / room for room in ("e2e", "companions", "chart", "gitops", "alerts")]
    looked = (*rooms, *elsewhere) if marker == "lab" else rooms
    marked = [path for path in TESTS.rglob("*.py") if f"pytest.mark.{marker}" in path.read_text()]
    assert marked, f"nothing is marked {marker}"
    lost = [str(path.relative_to(ROOT)) for path in marked if not any(map(path.is_relative_to, looked))]
    assert not lost
