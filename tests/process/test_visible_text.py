from __future__ import annotations

import pytest

from holdfast.process.visible_text import escaped


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("plain", "plain"),
        ("\x1b[2J\x1b[31mred", "\\x1b[2J\\x1b[31mred"),
        ("two\nlines", "two\\nlines"),
        ("\u202egnihton", "\\u202egnihton"),
        ("a\xadb", "a\\xadb"),
        ("\u2028", "\\u2028"),
        ("Zürich", "Zürich"),
    ],
)
def test_what_would_be_obeyed_is_escaped(text: str, harmless: str) -> None:
    assert escaped(text) == harmless
