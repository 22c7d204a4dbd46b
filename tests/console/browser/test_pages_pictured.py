"""The pictures of docs/console.md, taken of the fleet of tests.console.world and compared with those that are there.

HOLDFAST_SCREENSHOTS=write takes them anew. They are compared small and grey, since fonts differ from machine to
machine: what is looked for is a page that is arranged otherwise, or that has lost its colours.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from tests.console.asks import LAKE
from tests.console.browser.conftest import Look, until

IMAGES = Path(__file__).parents[3] / "docs" / "images"
SMALL = (160, 95)
MOST_APART = 4.5
"""Mean difference of two pictures in steps of 256. Any two of these pages are more than five apart."""
WHEN = "/when?namespace=mistral&accelerator=tpu7x&topology=4x4x4&count=1&days=10"
PICTURES = [
    ("console-calendar", "token-of-ada", "light", "/"),
    ("console-floor", "token-of-ada", "light", "/floor"),
    ("console-block", "token-of-ada", "light", f"/floor/{LAKE}"),
    ("console-on-call", "token-of-ada", "dark", "/on-call"),
    ("console-reservation", "token-of-mila", "light", "/reservations/mistral/pretrain-q1"),
    ("console-why-not", "token-of-mila", "light", "/reservations/mistral/huge"),
    ("console-when", "token-of-mila", "light", WHEN),
]


def small(picture: bytes) -> NDArray[np.float64]:
    """A picture as few grey dots."""
    return np.asarray(Image.open(io.BytesIO(picture)).convert("L").resize(SMALL), dtype=np.float64)


def apart(one: bytes, other: bytes) -> float:
    """How far two pictures are apart."""
    return float(np.abs(small(one) - small(other)).mean())


@pytest.mark.parametrize(("name", "token", "scheme", "path"), PICTURES, ids=[row[0] for row in PICTURES])
def test_a_page_looks_as_in_the_docs(look: Look, name: str, token: str, scheme: str, path: str) -> None:
    page = look(token, color_scheme=scheme, viewport={"width": 1280, "height": 760}).open(path)
    if path == "/":
        until(lambda: bool(page.evaluate("performance.getEntriesByName('drawn').length")))
    page.wait_for_timeout(300)
    taken, file = page.screenshot(), IMAGES / f"{name}.png"
    if os.environ.get("HOLDFAST_SCREENSHOTS") == "write":
        IMAGES.mkdir(exist_ok=True)
        Image.open(io.BytesIO(taken)).convert("P", palette=Image.Palette.ADAPTIVE, colors=128).save(
            file, optimize=True
        )
    assert apart(taken, file.read_bytes()) <= MOST_APART


def test_pages_that_are_not_the_same_are_told_apart() -> None:
    files = sorted(IMAGES.glob("console-*.png"))
    near = [
        (one.name, other.name)
        for one in files
        for other in files
        if one < other and apart(one.read_bytes(), other.read_bytes()) <= MOST_APART
    ]
    assert (len(files), near) == (len(PICTURES), [])
