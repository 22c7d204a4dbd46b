"""What the documents show as printed is what is printed: heads of tables, sentences of explain, forms of -o."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import get_args

import pytest
from tests.docs.blocks import pages
from tests.house.sources import ROOT

from holdfast.api.kinds import KINDS, SITE_KINDS
from holdfast.api.reasons import Reason
from holdfast.api.reservation_status import HoldDocument
from holdfast.cli.app import COMMANDS
from holdfast.cli.hosts import HOSTS, UNITS
from holdfast.cli.replay import HEADS
from holdfast.cli.story import held_lines

SESSION = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
GET = re.compile(r"^\$ kubectl (?:.* )?get (?P<kind>[a-z]+)(?P<options>(?: [^|>]*)?)$")


def sessions() -> Iterator[tuple[str, list[str]]]:
    """Every session with what it printed, by its page."""
    for page in pages():
        for found in SESSION.finditer(page.read_text(encoding="utf-8")):
            yield str(page.relative_to(ROOT)), found[1].splitlines()


def heads_of(kind: str, *, wide: bool) -> list[str] | None:
    """The heads of a kind of ours under any of its names; None of other kinds."""
    for definition in (one.definition for one in (*KINDS, *SITE_KINDS)):
        names = {definition.plural, definition.plural.removesuffix("s"), *definition.short_names}
        if kind in names:
            return ["NAME", *(one.name for one in definition.columns if wide or not one.wide)]
    return None


def tables() -> Iterator[tuple[str, str, list[str]]]:
    """What stands below each `kubectl get` of ours in a session: page, command and heads."""
    for page, lines in sessions():
        for command, head in pairwise(lines):
            typed = GET.match(command)
            if typed and not re.search(r"-o (?!wide)", command) and heads_of(typed["kind"], wide=False):
                yield page, command, re.split(r" {2,}", head.strip())


@pytest.mark.parametrize(("page", "command", "heads"), list(tables()), ids=lambda value: str(value)[:60])
def test_a_table_has_the_columns_of_its_kind(page: str, command: str, heads: list[str]) -> None:
    typed = GET.match(command)
    assert typed is not None
    named = ["NAMESPACE"] if " -A" in command else []
    assert heads == [*named, *(heads_of(typed["kind"], wide="-o wide" in command) or ())], page


def test_there_are_such_tables() -> None:
    assert {page for page, _, _ in tables()} >= {"README.md", "docs/access.md"}


@pytest.mark.parametrize(
    ("command", "grids"), [("$ holdfast hosts", (UNITS, HOSTS)), ("$ holdfast replay", (HEADS,))]
)
def test_a_table_of_our_own_has_the_columns_it_is_printed_with(
    command: str, grids: tuple[tuple[str, ...], ...]
) -> None:
    shown = [lines for _, lines in sessions() if lines[0].startswith(command)]
    assert shown
    for lines in shown:
        heads = [
            tuple(re.split(r" {2,}", line.strip())) for line in lines if line == line.upper() and "  " in line
        ]
        assert heads == list(grids[: len(heads)])


def test_the_hold_that_the_first_page_shows_is_told_so() -> None:
    (shown,) = (lines for _, lines in sessions() if lines[0] == "$ holdfast explain mistral/pretrain-q1")
    later = {"start": "2027-02-17T00:00:00Z", "end": "2027-05-15T00:00:00Z"}
    hold = HoldDocument.model_validate(
        {
            "reason": Reason.WINDOW_CONFLICT.value,
            "message": "other promises hold the units for some of that window",
            "blockers": [{"kind": "AcceleratorPool", "name": "lake-mariner.tpu7x-a"}],
            "earliestStart": later["start"],
            "relaxations": [{"kind": "Later", **later}],
        }
    )
    told = [line.strip().removesuffix("...").strip() for line in shown[2:]]
    assert all(line.startswith(said) for line, said in zip(held_lines(hold), told, strict=True))


def test_the_page_names_the_forms_that_commands_are_written_in() -> None:
    page = " ".join((ROOT / "docs" / "cli.md").read_text(encoding="utf-8").split())
    said = page.partition("the same as `kubectl get`.")[2].partition("What `explain`")[0]
    plain, _, with_yaml = said.partition(";")
    found = {name: forms(name) for name in COMMANDS}
    assert set(re.findall(r"`([-a-z]+)`", plain)) - {"table", "json"} == {
        name for name, of in found.items() if of == {"table", "json"}
    }
    assert set(re.findall(r"`([-a-z]+)`", with_yaml)) - {"yaml"} == {
        name for name, of in found.items() if of == {"table", "json", "yaml"}
    }


def forms(command: str) -> set[str]:
    """What its -o takes."""
    output = inspect.signature(COMMANDS[command], eval_str=True).parameters.get("output")
    return {form.value for form in get_args(output.annotation)[0]} if output is not None else set()
