"""The command line: Holdfast's own commands, and those other distributions add by the entry point group below."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points

import typer

from holdfast.cli import options as given
from holdfast.cli.commands import agent, audit, explain, operator, save, status, when
from holdfast.cli.groups import Group

EXTENSIONS = "holdfast.commands"
"""Entry points of this group are typer apps or single commands; each is added under its own name."""


def build() -> typer.Typer:
    """The whole command line."""
    app = typer.Typer(
        name="holdfast",
        cls=Group,
        help="Promises of accelerators, kept: operator, agents, and what people ask about them.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(know_accelerators)
    for command in (status, explain, when, audit, operator, agent):
        app.command()(command)
    saved = typer.Typer(cls=Group, help="A hub in a file, to ask of it later.", no_args_is_help=True)
    saved.command()(save)
    saved.callback()(_alone)
    app.add_typer(saved, name="snapshot")
    for extension in sorted(entry_points(group=EXTENSIONS), key=lambda point: point.name):
        _add(app, extension.name, extension.load())
    return app


def _add(app: typer.Typer, name: str, found: typer.Typer | Callable[..., None]) -> None:
    if isinstance(found, typer.Typer):
        app.add_typer(found, name=name)
    else:
        app.command(name)(found)


def know_accelerators(catalogue: given.Catalogue = None) -> None:
    """Promises of accelerators, kept: operator, agents, and what people ask about them."""
    if catalogue:
        import_module("holdfast.cli.catalogue_file").take(catalogue)


def _alone() -> None:
    """A group of one command keeps its name."""
