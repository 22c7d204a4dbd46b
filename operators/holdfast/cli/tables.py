"""Tables and sentences for people, by the console that a command writes to; how they look is decided in cells."""

from __future__ import annotations

from rich.console import Console

from holdfast.cli.cells import ABSENT, Grid, escaped, fitted
from holdfast.hardware.instants import text_of

__all__ = ["ABSENT", "Grid", "escaped", "moment", "number", "say", "show"]


def say(console: Console, line: str = "") -> None:
    """One line, never wrapped, marked up or coloured."""
    console.out(escaped(line), highlight=False)


def show(console: Console, grid: Grid) -> None:
    """A table, and an empty line after it; nothing for a table without rows."""
    if not grid.rows:
        return
    if grid.title:
        say(console, grid.title)
    for line in fitted(grid, console.width if console.is_terminal else None):
        say(console, line)
    say(console)


def number(value: int | None) -> str:
    """A number, or the sign for none."""
    return ABSENT if value is None else str(value)


def moment(seconds: int | None) -> str:
    """Epoch seconds as RFC 3339 in UTC, or the sign for none."""
    return ABSENT if seconds is None else text_of(seconds)
