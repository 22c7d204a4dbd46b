"""The last door of every command: what it cannot go on with leaves as one line and an exit code."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator

import typer

from holdfast_lab.errors import LabError, in_words


@contextlib.contextmanager
def one_line_errors() -> Iterator[None]:
    """End the command with 1 (130 after Ctrl-C) and one line on stderr instead of a traceback."""
    try:
        yield
    except LabError as error:
        _leave(str(error), 1, error)
    except (OSError, sqlite3.OperationalError) as error:
        _leave(f"{in_words(error)}: put that right and run the same command again", 1, error)
    except KeyboardInterrupt as interrupt:
        _leave("interrupted; what was being started is ended again", 130, interrupt)


def _leave(line: str, code: int, cause: BaseException) -> None:
    typer.echo(f"lab: {line}", err=True)
    raise typer.Exit(code) from cause
