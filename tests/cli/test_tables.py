"""Tables and lines: aligned without a terminal, and harmless with one."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from holdfast.cli.tables import Grid, say, show

GRID = Grid("POOLS", ("NAME", "FREE"), (("ny.a", "3"), ("lake-mariner.tpu7x-a", "12")))


def shown(grid: Grid, *, terminal: bool = False, width: int = 100) -> str:
    out = io.StringIO()
    show(Console(file=out, force_terminal=terminal, width=width), grid)
    return out.getvalue()


def test_without_a_terminal_columns_are_aligned_and_plain() -> None:
    assert (
        shown(GRID)
        == "POOLS\nNAME                  FREE\nny.a                  3\nlake-mariner.tpu7x-a  12\n\n"
    )


def test_a_terminal_that_is_wide_enough_shows_the_same() -> None:
    assert shown(GRID, terminal=True) == shown(GRID)
    assert shown(GRID, terminal=True, width=26) == shown(GRID)


def test_a_terminal_that_is_too_narrow_gets_a_line_a_cell_and_nothing_is_cut_off() -> None:
    assert shown(GRID, terminal=True, width=25) == (
        "POOLS\nNAME  ny.a\nFREE  3\n\nNAME  lake-mariner.tpu7x-a\nFREE  12\n\n"
    )
    assert shown(GRID, width=25) == shown(GRID)


@pytest.mark.parametrize("terminal", [True, False])
def test_a_foreign_cell_moves_no_cursor_and_is_no_markup(terminal: bool) -> None:
    text = shown(Grid("", ("NAME",), (("\x1b[2J[red]x[/red]",),)), terminal=terminal)
    assert "\x1b[2J" not in text
    assert "[red]x[/red]" in text


def test_a_table_without_rows_is_not_shown() -> None:
    assert shown(Grid("NONE", ("NAME",), ())) == ""


def test_a_line_is_said_as_it_is_however_long() -> None:
    out = io.StringIO()
    say(Console(file=out, width=20), "x" * 200 + " [bold]")
    assert out.getvalue() == "x" * 200 + " [bold]\n"
