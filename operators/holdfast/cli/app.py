"""The command line: Holdfast's own commands, and those other distributions add by an entry point group (extensions)."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module

import typer

from holdfast.cli import commands
from holdfast.cli import options as given
from holdfast.cli.groups import Group

COMPLETING = "_HOLDFAST_COMPLETE"
"""In the environment while a shell asks for words."""
COMMANDS: dict[str, Callable[..., None]] = {
    # for tenants
    "when": commands.when,
    "reserve": commands.reserve,
    "list": commands.list_,
    "get": commands.get,
    "watch": commands.watch,
    "explain": commands.explain,
    "hosts": commands.hosts,
    "access": commands.access,
    "extend": commands.extend,
    "shrink": commands.shrink,
    "cancel": commands.cancel,
    # for platform engineers
    "status": commands.status,
    "pools": commands.pools,
    "units": commands.units,
    "promises": commands.promises,
    "sites": commands.sites,
    "audit": commands.audit,
    "doctor": commands.doctor,
    "release-freeze": commands.release_freeze,
    # the processes, and the shell
    "operator": commands.operator,
    "agent": commands.agent,
    "console": commands.console,
    "completion": commands.completion,
}
"""In the order in which help shows them."""


def build(only: str = "") -> typer.Typer:
    """The whole command line; or that of one command, where it is known that no other is asked for."""
    app = typer.Typer(
        name="holdfast",
        cls=Group,
        help="Promises of accelerators, kept: operator, agents, and what people ask about them.",
        no_args_is_help=True,
        add_completion=COMPLETING in os.environ,  # how typer learns of shells; its two options are not ours
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(know_accelerators)
    for name, command in COMMANDS.items():
        if only in ("", name):
            app.command(name)(command)
    if not only:
        _add_groups(app)
    return app


def _add_groups(app: typer.Typer) -> None:
    saved = typer.Typer(cls=Group, help="A hub in a file, to ask of it later.", no_args_is_help=True)
    saved.command()(commands.save)
    saved.callback()(_alone)
    app.add_typer(saved, name="snapshot")
    import_module("holdfast.cli.extensions").add_to(app)


def know_accelerators(catalogue: given.Catalogue = None) -> None:
    """Promises of accelerators, kept: operator, agents, and what people ask about them."""
    if catalogue:
        import_module("holdfast.cli.catalogue_file").take(catalogue)


def _alone() -> None:
    """A group of one command keeps its name."""
