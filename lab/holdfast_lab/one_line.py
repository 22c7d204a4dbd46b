"""The last door of every command: what it cannot go on with leaves as one line and an exit code."""

from __future__ import annotations

import contextlib
import sys
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
    except KeyboardInterrupt as interrupt:
        _leave("interrupted; what was being started is ended again", 130, interrupt)
    except Exception as error:
        if not isinstance(error, OSError) and not _of_the_store(error):
            raise
        _leave(f"{in_words(error)}: put that right and run the same command again", 1, error)


def _of_the_store(error: Exception) -> bool:
    """Whether the cloud's file cannot be worked on. Whoever has met that has loaded sqlite3, and help has not."""
    sqlite3 = sys.modules.get("sqlite3")
    return sqlite3 is not None and isinstance(error, sqlite3.OperationalError)


def _leave(line: str, code: int, cause: BaseException) -> None:
    typer.echo(f"lab: {line}", err=True)
    raise typer.Exit(code) from cause
