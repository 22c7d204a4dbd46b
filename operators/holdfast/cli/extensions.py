"""Commands that other distributions add: looked for only where they might be asked for, as looking takes a while."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points

import typer

EXTENSIONS = "holdfast.commands"
"""Entry points of this group are typer apps or single commands; each is added under its own name."""


def add_to(app: typer.Typer) -> None:
    """Add all that is installed, by name."""
    for extension in sorted(entry_points(group=EXTENSIONS), key=lambda point: point.name):
        _add(app, extension.name, extension.load())


def _add(app: typer.Typer, name: str, found: typer.Typer | Callable[..., None]) -> None:
    if isinstance(found, typer.Typer):
        app.add_typer(found, name=name)
    else:
        app.command(name)(found)
