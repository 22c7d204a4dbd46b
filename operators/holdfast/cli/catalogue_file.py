"""Accelerators beside those that are built in, known before a command runs."""

from __future__ import annotations

from pathlib import Path

import typer

from holdfast.hardware.catalogue import extend
from holdfast.hardware.errors import CatalogueRefused


def take(path: Path) -> None:
    """Know the accelerators of a file; one line and exit code 1 if it cannot be taken."""
    try:
        extend(path.read_text(encoding="utf-8"))
    except (CatalogueRefused, OSError) as error:
        typer.echo(f"{path}: {error}", err=True)
        raise typer.Exit(1) from None
