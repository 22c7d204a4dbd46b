"""The house checks its reasons: one table, no word beside it, each with an emitter and a test that sees it."""

from __future__ import annotations

import re

import pytest
from tests.house.sources import OPERATORS, ROOT, sources

from holdfast.api.reasons import Reason

TABLE = OPERATORS / "api" / "reasons.py"
SOURCE = {path: path.read_text() for path in sources(OPERATORS) if path != TABLE}
TESTS = "\n".join(path.read_text() for path in sources(ROOT / "tests") if "house" not in path.parts)
ALSO = {
    "Accepted", "Promised", "Bound", "Active", "Releasing", "Released", "Degraded", "TopologyImpossible",
    "RepairsFrozen",
}  # fmt: skip
"""Reasons that are also a condition, a state of a ledger, a health or an error: these words stand elsewhere, too."""


@pytest.mark.parametrize("reason", Reason, ids=str)
def test_a_reason_has_an_emitter(reason: Reason) -> None:
    emitted = any(f"Reason.{reason.name}" in text for text in SOURCE.values())
    assert emitted, f"no file of the operator says Reason.{reason.name}: emit it, or drop it"


@pytest.mark.parametrize("reason", Reason, ids=str)
def test_a_reason_is_seen_by_a_test(reason: Reason) -> None:
    seen = re.search(rf"\b{reason.value}\b|Reason\.{reason.name}\b", TESTS) is not None
    assert seen, f"no test names {reason.value}: add a row to the tests of what emits it"


@pytest.mark.parametrize("reason", sorted(set(Reason) - ALSO), ids=str)
def test_no_word_of_a_reason_stands_beside_the_table(reason: Reason) -> None:
    assert [str(path) for path, text in SOURCE.items() if f'"{reason.value}"' in text] == []
