"""What the hub holds against what a stack wrote there."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast_infra.drift import drift

KNOWN = {"name": "lake-mariner.tpu7x-a", "uid": "u-1", "generation": 2.0}


def live(**metadata: Any) -> dict[str, Any]:
    return {"metadata": {"name": KNOWN["name"], "uid": "u-1", "generation": 2} | metadata}


@pytest.mark.parametrize(
    ("known", "found", "words"),
    [
        (KNOWN, None, "is gone from the hub"),
        (KNOWN, live(uid="u-2"), "made anew by somebody else"),
        (KNOWN, live(generation=3), "changed in the hub by somebody else (generation 3, this stack wrote 2)"),
    ],
)
def test_what_somebody_else_did_in_the_hub_is_told(known: Any, found: Any, words: str) -> None:
    assert words in drift(known, found)


@pytest.mark.parametrize(
    ("known", "found"),
    [
        (KNOWN, live()),
        (KNOWN | {"generation": 3}, live()),  # a preview foresees the next generation
        ({"name": "never published"}, None),
        ({"name": "never published"}, live()),
        ({"name": "a server that counts no generations", "uid": "u-1"}, live()),
    ],
)
def test_what_stands_as_this_stack_wrote_it_is_no_drift(known: Any, found: Any) -> None:
    assert drift(known, found) == ""
