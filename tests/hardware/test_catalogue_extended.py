"""Accelerators of another file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from holdfast.hardware import catalogue
from holdfast.hardware.catalogue import ACCELERATORS, accelerator, extend
from holdfast.hardware.errors import CatalogueRefused, UnknownAccelerator

RUBIN = """
[rubin-nvl144]
source = "a maker's announcement"
family = "nvidia"
unit = "domain"
unit_topology = "1x144"
unit_machine = "rubin-8g"
machines = { rubin-8g = 8 }
node_label = "nvidia-rubin"
"""


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    known = dict(catalogue._KNOWN)
    yield
    catalogue._KNOWN.clear()
    catalogue._KNOWN.update(known)


def test_an_unknown_generation_is_one_row() -> None:
    with pytest.raises(UnknownAccelerator):
        accelerator("rubin-nvl144")
    assert extend(RUBIN) == ("rubin-nvl144",)
    kind = accelerator("rubin-nvl144")
    assert (kind.chips_per_unit, kind.hosts_per_unit, kind.chip_resource) == (144, 18, "nvidia.com/gpu")


def test_the_same_file_twice_is_no_mistake_and_an_empty_one_neither() -> None:
    extend(RUBIN)
    assert extend(RUBIN) == ("rubin-nvl144",)
    assert extend("") == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[", "is no TOML"),
        ("a = 1", "[a] is no accelerator"),
        (RUBIN.replace("source", "sauce"), "[rubin-nvl144] is no accelerator"),
        (RUBIN.replace('"a maker\'s announcement"', '""'), "[rubin-nvl144] has no source"),
        (RUBIN.replace('"domain"', '"rack"'), "a family or unit that is unknown"),
        (RUBIN.replace('"1x144"', '"1x4"'), "or a unit smaller than a host"),
        (
            RUBIN.replace('unit_machine = "rubin-8g"', 'unit_machine = "x"'),
            "[rubin-nvl144] is no accelerator",
        ),
        (RUBIN.replace("rubin-nvl144", "h200"), "[h200] is in the catalogue already and says otherwise"),
    ],
)
def test_a_file_that_cannot_be_taken_adds_nothing(text: str, sentence: str) -> None:
    before = list(ACCELERATORS)
    with pytest.raises(CatalogueRefused) as refused:
        extend(RUBIN.replace("rubin-nvl144", "fine") + text if text.startswith("\n[h200]") else text)
    assert sentence in str(refused.value)
    assert list(ACCELERATORS) == before


def test_every_row_of_ours_says_where_it_is_from() -> None:
    assert all(kind.source for kind in ACCELERATORS.values())
