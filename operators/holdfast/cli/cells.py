"""Cells, lines and tables as plain text; loaded by commands that must answer quickly, so it loads next to nothing.

Much of what is shown was written by others, so nothing is shown before its control characters are escaped: a name
or message must not move a cursor, colour a line or hide what follows.
"""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.process.visible_text import escaped

__all__ = ["ABSENT", "Grid", "aligned", "escaped", "fitted", "stacked"]

ABSENT = "-"


@dataclass(frozen=True, slots=True)
class Grid:
    """One table: a title (may be empty), column heads, rows of text."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def aligned(grid: Grid) -> list[str]:
    """The heads and the rows, column under column; a cell is as wide as it must be."""
    rows = [grid.columns, *(tuple(escaped(cell) for cell in row) for row in grid.rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def stacked(grid: Grid) -> list[str]:
    """For a narrow terminal: each row as lines of its own, head and cell, without the cells that are empty."""
    margin = max(len(head) for head in grid.columns) + 2
    lines: list[str] = []
    for row in grid.rows:
        cells = zip(grid.columns, row, strict=True)
        lines += [*(head.ljust(margin) + escaped(cell) for head, cell in cells if cell), ""]
    return lines[:-1]


def fitted(grid: Grid, width: int | None) -> list[str]:
    """The table as `width` columns of a terminal show it best; None is no terminal: aligned, as programs read it."""
    lines = aligned(grid)
    return lines if width is None or max(map(len, lines)) <= width else stacked(grid)
