"""One unit's entry changed in the text of a stack file, and nothing else of it."""

from __future__ import annotations

import pytest
from tests.infra.recording import ROOT

from holdfast_infra.declaration import Unit, parse
from holdfast_infra.stack_files.stack_yaml import load
from holdfast_infra.stack_files.unit_entries import CannotEdit, with_unit, without_unit

TEXT = (ROOT / "stacks" / "Pulumi.lake-mariner.yaml").read_text()
ENTRY = "          - ids: cube-000..cube-143\n"
GOES = {"retiring": True}


def declared(text: str) -> dict[str, Unit]:
    (pool,) = parse(load(text)["config"]["holdfast:datacenter"]).pools
    return {unit.name: unit for unit in pool.units}


def written(entries: str) -> str:
    """The tracked stack with these entries of its units, one of them spare."""
    return TEXT.replace(ENTRY, entries).replace("spares: 10", "spares: 1")


@pytest.mark.parametrize(
    ("unit", "lines"),
    [
        ("cube-057", ["{ids: cube-000..cube-056}", "{ids: cube-057, retiring: true}", "{ids: cube-058..cube-143}"]),
        ("cube-000", ["{ids: cube-000, retiring: true}", "{ids: cube-001..cube-143}"]),
        ("cube-143", ["{ids: cube-000..cube-142}", "{ids: cube-143, retiring: true}"]),
        ("cube-001", ["{ids: cube-000}", "{ids: cube-001, retiring: true}", "{ids: cube-002..cube-143}"]),
    ],
)  # fmt: skip
def test_a_range_is_written_around_the_unit_and_every_comment_stays(unit: str, lines: list[str]) -> None:
    edited = with_unit(TEXT, "tpu7x-a", unit, GOES)
    assert edited == TEXT.replace(ENTRY, "".join(f"          - {line}\n" for line in lines))
    assert {name for name, each in declared(edited).items() if each.retiring} == {unit}


@pytest.mark.parametrize(
    "entries",
    [
        "          - {ids: cube-000..cube-009} # the first ten\n          - {ids: cube-010}\n",
        '          - ids: cube-000..cube-010\n            availableFrom: "2026-09-01T00:00:00Z"\n            # why\n',
        "          [{ids: cube-000..cube-004}, {ids: cube-005..cube-010}]\n",
        "          - {ids: cube-000..cube-003, subBlocks: sub-0000..sub-0003}\n          - {ids: cube-004..cube-010}\n",
    ],
    ids=["flow", "block", "flow list", "sub-blocks"],
)  # fmt: skip
@pytest.mark.parametrize("unit", ["cube-000", "cube-002", "cube-004", "cube-010"])
def test_however_it_is_written_only_this_unit_changes(entries: str, unit: str) -> None:
    before = declared(written(entries))
    retired = declared(with_unit(written(entries), "tpu7x-a", unit, GOES))
    assert {name for name in before if before[name] != retired[name]} == {unit}
    left = declared(without_unit(written(entries), "tpu7x-a", unit))
    assert before.keys() - left.keys() == {unit}
    assert all(before[name] == each for name, each in left.items())


def test_a_field_is_taken_out_again_and_an_instant_stays_quoted() -> None:
    when = "2026-09-01T00:00:00Z"
    away = with_unit(TEXT, "tpu7x-a", "cube-057", GOES | {"delivered": False, "availableFrom": when})
    assert f"{{ids: cube-057, retiring: true, delivered: false, availableFrom: '{when}'}}" in away
    back = declared(with_unit(away, "tpu7x-a", "cube-057", {"retiring": None, "delivered": None}))
    assert back["cube-057"] == Unit("cube-057", available_from=when)


@pytest.mark.parametrize(
    ("text", "block", "unit", "sentence"),
    [
        (TEXT, "tpu7x-b", "cube-000", "has no pools.tpu7x-b.units"),
        (TEXT, "tpu7x-a", "cube-200", "tpu7x-a declares no unit cube-200"),
        (written("          - {ids: cube-000}\n"), "tpu7x-a", "cube-000", "is the only unit of tpu7x-a"),
        ("config: {}", "tpu7x-a", "cube-000", "has no pools.tpu7x-a.units"),
    ],
)
def test_what_cannot_be_edited_says_so(text: str, block: str, unit: str, sentence: str) -> None:
    with pytest.raises(CannotEdit, match=sentence):
        without_unit(text, block, unit)


def test_entries_that_two_pools_share_are_left_to_a_person() -> None:
    block = "/reservationBlocks/block-"
    few = written("          - {ids: cube-000..cube-010}\n").replace(
        "        units:", "        units: &cubes"
    )
    shared = f"""{few}
      tpu7x-b:
        acceleratorType: tpu7x
        googleReservation: projects/holdfast-lake-mariner/reservations/ironwood{block}b
        spares: 1
        units: *cubes
"""
    with pytest.raises(CannotEdit, match="cube-001 cannot be changed alone in this text"):
        with_unit(shared, "tpu7x-a", "cube-001", GOES)
