"""Accelerators beside those that are built in, known before a command runs."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import typer

from holdfast.hardware.catalogue import extend
from holdfast.hardware.errors import CatalogueRefused


def take(path: Path) -> None:
    """Know the accelerators of a file; one line and exit code 1 if it cannot be taken."""
    try:
        extend(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        _refuse(path, f"is no text in UTF-8 ({error.reason}); save it as UTF-8")
    except (CatalogueRefused, OSError) as error:
        _refuse(path, str(error))


def _refuse(path: Path, why: str) -> NoReturn:
    typer.echo(f"{path}: {why}", err=True)
    raise typer.Exit(1)
