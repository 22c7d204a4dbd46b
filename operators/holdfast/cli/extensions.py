"""Groups of commands, and those that other distributions add: looked for only where they might be asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

import typer

from holdfast.cli import commands
from holdfast.cli.groups import EVERY, NONE, Group, shown
from holdfast.cli.installed import entry_points

EXTENSIONS = "holdfast.commands"
"""Entry points of this group are typer apps or single commands; each is added under its own name."""
Added = typer.Typer | Callable[..., None]


def add_to(app: typer.Typer, reach: str) -> None:
    """Add all of them, or the one that is reached for; of the others their sentence, where help is to show it."""
    for name, load in _every().items():
        if reach not in (EVERY, NONE, name):
            app.command(name)(shown(None))
            continue
        found = load()
        if reach == NONE:
            app.command(name)(shown(found.info.help if isinstance(found, typer.Typer) else found.__doc__))
        elif isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)


def brought_by() -> Mapping[str, str]:
    """The distribution that adds each of them, by the command's name; those of our own are not among them."""
    points = import_module("importlib.metadata").entry_points(group=EXTENSIONS)
    return {one.name: one.dist.name for one in points if one.dist is not None}


def _every() -> Mapping[str, Callable[[], Added]]:
    """Those of our own and those that are installed, by name."""
    return dict(sorted({**entry_points(EXTENSIONS), "site": _site, "snapshot": _snapshot}.items()))


def _site() -> Added:
    joining = typer.Typer(cls=Group, help="A datacenter's cluster that joins a hub.", no_args_is_help=True)
    joining.command()(commands.join)
    joining.callback()(_alone)
    return joining


def _snapshot() -> Added:
    saved = typer.Typer(cls=Group, help="A hub in a file, to ask of it later.", no_args_is_help=True)
    saved.command()(commands.save)
    saved.callback()(_alone)
    return saved


def _alone() -> None:
    """A group of one command keeps its name."""
