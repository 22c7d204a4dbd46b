"""The house checks its documents: what they name exists, and what must be named is."""

from __future__ import annotations

import re

import pytest
from tests.house.sources import OPERATORS, ROOT, sources

from holdfast.audit.checks import CHECKS
from holdfast.cli.invariants_page import GENERATOR

INVARIANTS = (ROOT / "docs" / "invariants.md").read_text()


def named() -> set[str]:
    """Every path in backticks on the page of invariants."""
    found = re.findall(r"`([a-z_/]+(?:\.py)?/?)`", INVARIANTS)
    return {each for each in found if "/" in each}


@pytest.mark.parametrize("path", sorted(named()))
def test_what_the_page_of_invariants_names_exists(path: str) -> None:
    assert (ROOT / path).exists() or (OPERATORS / path).exists()


def test_the_page_of_invariants_is_what_the_code_says() -> None:
    assert GENERATOR.stale(ROOT) == []


def test_every_invariant_the_audit_prints_is_on_the_page_with_a_star() -> None:
    printed = {
        found
        for path in sources(OPERATORS / "audit")
        for found in re.findall(r'Finding\(\s*"(I[0-9]+)"', path.read_text())
    }
    starred = re.findall(r"^\| (I[0-9]+) \* \|", INVARIANTS, re.MULTILINE)
    assert printed == {name for name, _ in CHECKS} == set(starred)


def test_every_write_rule_the_code_names_is_on_the_page() -> None:
    texts = (path.read_text() for path in sources(OPERATORS))
    numbers = {number for text in texts for number in re.findall(r"[Ww]rite rule ([0-9]+)", text)}
    assert numbers <= set(re.findall(r"^\| ([0-9]+) \|", INVARIANTS, re.MULTILINE))
    assert numbers
