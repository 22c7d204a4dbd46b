"""The catalogue stays in step with the code: every bug can still be planted, and its killers are there."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import replace

import pytest
from tests.mutants.catalogue import PLANTED, chosen, mutants
from tests.mutants.mutant import Mutant, NotFound
from tests.mutants.workshop import ROOT

EVERY = mutants()
FOLDERS = ("tests/guards", "tests/lab", "tests/e2e", "tests/hostile")
"""Rooms that need a control plane: no killer is there."""


BUG = Mutant("One is two", "operators/holdfast/door.py", "1", "2", ("tests/test_door.py",))


def test_there_are_at_least_eighty_each_with_a_sentence_of_its_own() -> None:
    assert len(EVERY) >= 80
    assert [name for name, times in Counter(one.name for one in EVERY).items() if times > 1] == []
    assert [one.name for one in EVERY if len(one.name.split()) < 3 or not one.name[0].isupper()] == []


def test_each_can_still_be_planted() -> None:
    moved = []
    for one in EVERY:
        try:
            ast.parse(one.planted_in((ROOT / one.file).read_text()))
        except NotFound as no:
            moved.append(str(no))
    assert moved == []


def test_each_changes_the_product_and_has_killers_that_need_no_control_plane() -> None:
    assert [one.name for one in EVERY if one.old == one.new or not one.killers] == []
    assert [
        one.file for one in EVERY if not one.file.startswith(("operators/holdfast", "infra/holdfast_infra"))
    ] == []
    killers = {killer.partition("::")[0] for one in EVERY for killer in one.killers}
    assert [killer for killer in sorted(killers) if not (ROOT / killer).exists()] == []
    assert [killer for killer in sorted(killers) if killer.startswith(FOLDERS)] == []


def test_the_short_run_has_some_of_every_subject() -> None:
    short = chosen(EVERY, "", short=True)
    assert 15 <= len(short) <= 34
    for path in PLANTED.glob("*.toml"):
        assert "short = true" in path.read_text(), path.name


def test_a_word_chooses_by_name_and_by_file() -> None:
    two = (BUG, replace(BUG, name="Two is three", file="operators/holdfast/gate.py"))
    assert chosen(two, "IS TWO", short=False) == two[:1]
    assert chosen(two, "gate.py", short=False) == two[1:]
    assert chosen(two, "", short=True) == ()


@pytest.mark.parametrize(("text", "times"), [("3", 0), ("1 + 1", 2)])
def test_a_bug_that_is_not_found_exactly_once_says_what_to_do(text: str, times: int) -> None:
    with pytest.raises(
        NotFound, match=f"'One is two' no longer applies: its old text is {times} times.*anew"
    ):
        BUG.planted_in(text)
    assert BUG.planted_in("x = 1") == "x = 2"


def test_the_page_names_every_bug() -> None:
    page = (ROOT / "docs" / "mutants.md").read_text()
    assert [one.name for one in EVERY if f"| {one.name} |" not in page] == [], (
        "python -m tests.mutants.run --document"
    )


def test_a_module_is_named_as_it_is_imported() -> None:
    assert BUG.module == "holdfast.door"
    assert (
        replace(BUG, file="infra/holdfast_infra/hub_guard/__init__.py").module == "holdfast_infra.hub_guard"
    )
