"""Tables and sentences for people: rich on a terminal, plain aligned text everywhere else."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from holdfast.cli.cells import ABSENT, Grid, aligned, escaped
from holdfast.hardware.instants import text_of

__all__ = ["ABSENT", "Grid", "escaped", "moment", "number", "say", "show"]


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
    for line in aligned(grid):
        say(console, line)
    say(console)


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
