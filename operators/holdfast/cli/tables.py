"""Tables and sentences for people: rich on a terminal, plain aligned text everywhere else.

Much of what is shown was written by others, so nothing is shown before its control characters are escaped: a name
or message must not move a cursor, colour a line or hide what follows.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from holdfast.hardware.instants import text_of

ABSENT = "-"
_OBEYED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories that a terminal obeys instead of showing: controls, directions, line separators."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One table: a title (may be empty), column heads, rows of text."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def escaped(text: str) -> str:
    """Foreign text as it may be shown: what a terminal would obey is written as an escape sequence."""
    return "".join(_visible(char) if unicodedata.category(char) in _OBEYED else char for char in text)


def _visible(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii") if ord(char) != 0xAD else "\\xad"


def say(console: Console, line: str = "") -> None:
    """One line, never wrapped, marked up or coloured."""
    console.out(escaped(line), highlight=False)


def show(console: Console, grid: Grid) -> None:
    """A table, and an empty line after it; nothing for a table without rows."""
    if not grid.rows:
        return
    if console.is_terminal:
        console.print(_rich(grid))
        say(console)
        return
    if grid.title:
        say(console, grid.title)
    for line in _aligned(grid):
        say(console, line)
    say(console)


def _aligned(grid: Grid) -> list[str]:
    rows = [grid.columns, *(tuple(escaped(cell) for cell in row) for row in grid.rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _rich(grid: Grid) -> Table:
    """Cells too wide for the terminal are folded, never cut off."""
    title = Text(escaped(grid.title)) if grid.title else None
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for head in grid.columns:
        table.add_column(head, overflow="fold", min_width=len(head))
    for row in grid.rows:
        table.add_row(*(Text(escaped(cell)) for cell in row))
    return table


def number(value: int | None) -> str:
    """A number, or the sign for none."""
    return ABSENT if value is None else str(value)


def moment(seconds: int | None) -> str:
    """Epoch seconds as RFC 3339 in UTC, or the sign for none."""
    return ABSENT if seconds is None else text_of(seconds)
