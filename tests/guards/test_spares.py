"""Spares are declared as a count, or as a confidence with the availability that it is counted with: never both."""

from __future__ import annotations

from typing import Any

import pytest
from tests.documents import pool
from tests.guards.server import Server

SURE = {"confidenceBasisPoints": 9_990, "availabilityBasisPoints": 9_950}


@pytest.mark.parametrize("spares", [{"count": 2}, SURE, SURE | {"count": 0}, {}])
def test_spares_are_accepted(hub: Server, spares: dict[str, Any]) -> None:
    assert hub.create(pool(spares=spares)).accepted


@pytest.mark.parametrize(
    ("spares", "sentence"),
    [
        (SURE | {"count": 2}, "spares are kept by count or by confidence: name one of them"),
        ({"confidenceBasisPoints": 9_990}, "spares by confidence need both"),
        ({"availabilityBasisPoints": 9_950, "count": 2}, "spares by confidence need both"),
        (SURE | {"confidenceBasisPoints": 10_000}, "less than or equal to 9999"),
        (SURE | {"availabilityBasisPoints": 0}, "greater than or equal to 1"),
    ],
)
def test_spares_are_refused(hub: Server, spares: dict[str, Any], sentence: str) -> None:
    assert sentence in hub.create(pool(spares=spares)).message
