"""Plain tables: aligned for programs and wide terminals, stacked on narrow ones."""

from __future__ import annotations

import pytest

from holdfast.cli.cells import Grid, fitted

GRID = Grid("", ("NAME", "FREE", "AMENDMENT"), (("ny.a", "3", ""), ("lake-mariner.tpu7x-a", "12", "")))


def test_programs_get_aligned_columns_however_wide() -> None:
    assert fitted(GRID, None) == [
        "NAME                  FREE  AMENDMENT",
        "ny.a                  3",
        "lake-mariner.tpu7x-a  12",
    ]
    assert fitted(GRID, 40) == fitted(GRID, None)


def test_a_narrow_terminal_gets_a_line_a_cell_and_no_empty_ones() -> None:
    assert fitted(GRID, 30) == [
        "NAME       ny.a",
        "FREE       3",
        "",
        "NAME       lake-mariner.tpu7x-a",
        "FREE       12",
    ]


@pytest.mark.parametrize("width", [None, 8])
def test_foreign_cells_move_no_cursor(width: int | None) -> None:
    shown = "".join(fitted(Grid("", ("NAME",), (("\x1b[2Jred",),)), width))
    assert "\x1b" not in shown
    assert "\\x1b[2Jred" in shown
