"""What the slice controller says of a slice, and what is told of a cube in it: one Slice a file, as it leaves it."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from holdfast.agent.slice_report import health_with, trouble_with
from holdfast.agent.tpu_slice import TpuSlice
from holdfast.api.report import SliceReport, UnitTrouble

SLICES = sorted((Path(__file__).parent / "tpu_slices").glob("*.json"))
BROKEN = UnitTrouble(source="Partition", reason="Unhealthy", lasting=True)


def told(path: Path) -> SliceReport:
    """The slice of a file, as a report tells it."""
    one = msgspec.convert(json.loads(path.read_text())["slice"], TpuSlice)
    return SliceReport(name=one.metadata.name, state=one.state)


@pytest.mark.parametrize("path", SLICES, ids=lambda path: path.stem)
def test_of_a_cube_with_which_nothing_is_wrong_its_slice_is_told(path: Path) -> None:
    meant = json.loads(path.read_text())
    said = trouble_with(None, told(path))
    assert (said and [said.source, said.reason, said.lasting]) == meant["said"]
    assert health_with("Healthy", told(path)) == meant["health"]


@pytest.mark.parametrize("path", SLICES, ids=lambda path: path.stem)
def test_what_is_wrong_with_the_cube_itself_goes_first(path: Path) -> None:
    assert trouble_with(BROKEN, told(path)) == BROKEN
    assert health_with("Unhealthy", told(path)) == "Unhealthy"


def test_a_cube_in_no_slice_has_nothing_said_of_it() -> None:
    assert trouble_with(None, None) is None
    assert health_with("Healthy", None) == "Healthy"
