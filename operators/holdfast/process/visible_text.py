"""Text that others have written, made fit to be shown: nothing in it is obeyed by what shows it."""

from __future__ import annotations

import unicodedata

_OBEYED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories that are obeyed instead of shown: controls, directions, line separators."""


def escaped(text: str) -> str:
    """Foreign text as it may be shown: what a terminal or a page would obey is written as an escape sequence."""
    return "".join(_visible(char) if unicodedata.category(char) in _OBEYED else char for char in text)


def _visible(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii") if ord(char) != 0xAD else "\\xad"
