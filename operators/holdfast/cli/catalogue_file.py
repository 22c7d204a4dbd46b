"""Accelerators beside those that are built in, known before a command runs."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import typer

from holdfast.cli.cells import escaped
from holdfast.cli.unconnected import COULD_NOT_LOOK
from holdfast.hardware.catalogue import extend
from holdfast.hardware.errors import CatalogueRefused


def take(path: Path) -> None:
    """Know the accelerators of a file; one line and exit status 2 if it cannot be taken."""
    try:
        extend(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        _refuse(path, f"is no text in UTF-8 ({error.reason}); save it as UTF-8")
    except (CatalogueRefused, OSError) as error:
        _refuse(path, (error.strerror if isinstance(error, OSError) else None) or str(error))


def _refuse(path: Path, why: str) -> NoReturn:
    typer.echo(escaped(f"--catalogue {path} cannot be used, so nothing was done: {why}"), err=True)
    raise typer.Exit(COULD_NOT_LOOK)
