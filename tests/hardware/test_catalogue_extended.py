"""Accelerators of another file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest

from holdfast.hardware.catalogue import ACCELERATORS, accelerator, extend, for_a_while
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
    with for_a_while():
        yield


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


SLICES = """
[tpu-next]
source = "a maker's announcement"
family = "tpu"
unit = "slice"
unit_machine = "next-4t"
machines = { next-4t = 4 }
node_label = "tpu-next"
small_topologies = ["2x2", "2x4"]
multiples_of = 4
largest_slice_chips = 4096
"""
CUBES = RUBIN.replace('"domain"', '"cube"').replace("1x144", "4x4x4") + "largest_slice_chips = 9216\n"
HOSTS = RUBIN.replace('"domain"', '"host"').replace("1x144", "host")
LISTED = 'small_topologies = ["2x2", "2x4"]'


@pytest.mark.parametrize("row", [RUBIN, SLICES, CUBES, HOSTS], ids=["domain", "slice", "cube", "host"])
def test_a_row_of_each_kind_of_unit_is_taken(row: str) -> None:
    assert len(extend(row)) == 1


WRONG = [
    (RUBIN, "source", "sauce", "is no accelerator"),
    (RUBIN, "\"a maker's announcement\"", '""', "source is empty; write it"),
    (RUBIN, '"nvidia-rubin"', '""', "node_label is empty; write it"),
    (RUBIN, '"nvidia"', '"intel"', "family = 'intel' is not one of tpu, nvidia, amd"),
    (RUBIN, '"domain"', '"rack"', "unit = 'rack' is not one of cube, slice, domain, host"),
    (RUBIN, '"1x144"', '"1x4"', "has 4 chips, and hosts of 8 leave 4 of them over; write a shape of whole"),
    (RUBIN, '"1x144"', '"1x100"', "has 100 chips, and hosts of 8 leave 4 of them over; write a shape"),
    (RUBIN, '"1x144"', '"144"', "unit_topology = '144' is no shape of a domain; write numbers joined by x"),
    (RUBIN, "= 8 }", "= 8 }\nmin_healthy_hosts = 19", "min_healthy_hosts = 19 is more than a unit's 18"),
    (RUBIN, 'unit_machine = "rubin-8g"', 'unit_machine = "x"', "unit_machine = 'x' has no chips in machines"),
    (RUBIN, "= 8 }", "= 0 }", "unit_machine = 'rubin-8g' has no chips in machines; list it there"),
    (RUBIN, "= 8 }", '= 8, b = "4" }', "is not a table of machine types and their chips"),
    (RUBIN, "= 8 }", "= 8, b = -4 }", "is not a table of machine types and their chips"),
    (RUBIN, "= 8 }", '= 8 }\nwatts_per_chip = "700"', "watts_per_chip = '700' is not a whole number, 0 or more"),
    (RUBIN, "= 8 }", "= 8 }\nwatts_per_chip = true", "watts_per_chip = True is not a whole number"),
    (RUBIN, "= 8 }", '= 8 }\nmtu = "8896"', "mtu = '8896' is not a whole number, 0 or more"),
    (RUBIN, "= 8 }", '= 8 }\nextra_vpcs = "1"', "extra_vpcs = '1' is not a whole number, 0 or more"),
    (RUBIN, "= 8 }", "= 8 }\nextra_vpcs = 17", "17 further networks are more than the 16 parts of a range"),
    (RUBIN, "= 8 }", '= 8 }\noptional = "no"', "optional = 'no' is not true or false"),
    (RUBIN, "= 8 }", "= 8 }\nmin_version = 1.35", "min_version = 1.35 is not a text"),
    (RUBIN, "= 8 }", '= 8 }\nmin_version = "new"', "min_version = 'new' is no version of GKE; write one such"),
    (RUBIN, "= 8 }", "= 8 }\npatches = [1.35]", "patches = (1.35,) is not a list of texts"),
    (RUBIN, "= 8 }", '= 8 }\npatches = "1.35"', "is no accelerator (patches = '1.35' is no list)"),
    (RUBIN, "= 8 }", '= 8 }\ndrivers = "nccl-gib"', "is no accelerator (drivers = 'nccl-gib' is no list)"),
    (HOSTS, '"host"\nunit_machine', '""\nunit_machine', "unit_topology = '' is not the shape of a host"),
    (CUBES, "9216", "63", "largest_slice_chips = 63 is less than one cube; write the chips of a block"),
    (SLICES, LISTED, 'small_topologies = ["2x4"]', "have no slice of one host (4 chips); write it among them"),
    (SLICES, LISTED, "", "have no slice of one host (4 chips); write it among them"),
    (SLICES, LISTED, 'small_topologies = "2x2"', "is no accelerator (small_topologies = '2x2' is no list)"),
    (SLICES, LISTED, 'small_topologies = ["2x2", "4"]', "have '4', which is no shape; write numbers joined"),
    (SLICES, LISTED, 'small_topologies = ["2x2", "1x1"]', "a slice 1x1 is made of none of the machines; list"),
    (SLICES, "multiples_of = 4", "multiples_of = 3", "a slice 3x3x3 is made of none of the machines; list"),
]  # fmt: skip
"""A row that is taken, what is changed in it, and the sentence that says why it is not taken then."""


@pytest.mark.parametrize(("row", "old", "new", "sentence"), WRONG, ids=[row[3] for row in WRONG])
def test_a_row_that_would_be_counted_wrong_is_refused_with_its_field(
    row: str, old: str, new: str, sentence: str
) -> None:
    assert old in row
    with pytest.raises(CatalogueRefused) as refused:
        extend(row.replace(old, new))
    assert sentence in str(refused.value)
    assert len(extend(row)) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[", "is no TOML"),
        ("a = 1", "[a] is no accelerator"),
        (RUBIN.replace("rubin-nvl144", "h200"), "[h200] is in the catalogue already and says otherwise"),
    ],
)
def test_a_file_that_cannot_be_taken_adds_nothing(text: str, sentence: str) -> None:
    before = list(ACCELERATORS)
    with pytest.raises(CatalogueRefused) as refused:
        extend(RUBIN.replace("rubin-nvl144", "fine") + text if text.startswith("\n[h200]") else text)
    assert sentence in str(refused.value)
    assert list(ACCELERATORS) == before


def test_what_is_known_for_a_while_is_forgotten_at_its_end_whatever_ends_it() -> None:
    before = list(ACCELERATORS)
    with for_a_while():
        extend(RUBIN)
        assert list(ACCELERATORS) == [*before, "rubin-nvl144"]
    assert list(ACCELERATORS) == before
    with suppress(KeyboardInterrupt), for_a_while():
        extend(RUBIN)
        raise KeyboardInterrupt
    assert list(ACCELERATORS) == before


def test_every_row_of_ours_says_where_it_is_from() -> None:
    assert all(kind.source for kind in ACCELERATORS.values())
