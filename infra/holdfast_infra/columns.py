"""Rows as plain aligned text; what a terminal would obey instead of showing is shown as a question mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The head and each row as a line; nothing where there is no row."""
    if not rows:
        return
    every = [head, *([visible(cell) for cell in row] for row in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*every, strict=True)]
    for row in every:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def visible(text: str) -> str:
    """The text on one line."""
    return "".join(char if char.isprintable() else "?" for char in text.replace("\n", " "))
