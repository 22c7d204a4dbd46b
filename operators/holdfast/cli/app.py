"""The command line: Holdfast's own commands, and those other distributions add by an entry point group (extensions)."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib import import_module

import typer

from holdfast.cli import commands
from holdfast.cli import options as given
from holdfast.cli.groups import EVERY, NONE, Group, shown

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
    "site-check": commands.site_check,
    "release-freeze": commands.release_freeze,
    "replay": commands.replay,
    "forecast": commands.forecast,
    "backup": commands.backup,
    "restore": commands.restore,
    "resume": commands.resume,
    "migrate-storage": commands.migrate_storage,
    # the processes, and the shell
    "operator": commands.operator,
    "agent": commands.agent,
    "console": commands.console,
    "completion": commands.completion,
}
"""In the order in which help shows them."""


def build(reach: str = EVERY) -> typer.Typer:
    """The command line, as far as it is needed: whole, one command of it, or what can be shown without running any.

    To read the options of a command takes a thirtieth of what a command may take; nobody waits for those of all.
    """
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
        if reach in (EVERY, name):
            app.command(name)(command)
        elif reach not in COMMANDS:
            app.command(name)(shown(command.__doc__))
    if reach not in COMMANDS:
        import_module("holdfast.cli.extensions").add_to(app, reach)
    return app


def reach_of(words: Sequence[str]) -> str:
    """What must be known of the command line to answer these words."""
    if not words or words[0] == "--help" or (COMPLETING in os.environ and len(words) == 1):
        return NONE
    return EVERY if words[0].startswith("-") else words[0]


def know_accelerators(catalogue: given.Catalogue = None, version: given.Version = False) -> None:  # noqa: ARG001 - says it and ends
    """Promises of accelerators, kept: operator, agents, and what people ask about them."""
    if catalogue:
        import_module("holdfast.cli.catalogue_file").take(catalogue)
