"""`holdfast lab pulumi preview|up|destroy STACK`.

Names, options and help only: what a verb does stands in `commands.py`, which is loaded when one runs.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Annotated

import typer

from holdfast.cli.groups import Group
from holdfast_lab.options import DEFAULT_STATE, ENGINE, LAB, State

pulumi = typer.Typer(
    name="pulumi",
    cls=Group,
    no_args_is_help=True,
    help="Run a stack's program against the lab's cloud stand-in.",
)

Stack = Annotated[str, typer.Argument(help="Name of a stack in stacks/, such as lake-mariner.")]
Which = Annotated[
    str,
    typer.Option("--engine", envvar=ENGINE, help="auto, cli (the pulumi CLI) or monitor (without it)."),
]
Settings = Annotated[
    list[str] | None, typer.Option("--config", help="KEY=VALUE over the stack, KEY as a path.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it; without it nothing is changed.")]
Program = Annotated[bool, typer.Option("--run-program", help="Keep the program running: its hooks answer.")]
Json = Annotated[bool, typer.Option("--json", help="What is foreseen as pulumi's own JSON document.")]
Refresh = Annotated[
    bool, typer.Option("--refresh", help="Read first what stands, and put right what differs.")
]


@pulumi.callback()
def choose(state: State = DEFAULT_STATE, engine: Which = "auto") -> None:
    """Choose lab and engine for the verb that follows."""
    os.environ[LAB], os.environ[ENGINE] = str(state), engine


@pulumi.command()
def preview(
    stack: Stack,
    config: Settings = None,
    refresh: Refresh = False,
    json: Json = False,
) -> None:
    """Show what up would do; hooks are asked, nothing is changed."""
    _run("preview", stack, config, refresh=refresh, json=json)


@pulumi.command()
def up(
    stack: Stack,
    config: Settings = None,
    yes: Yes = False,
    refresh: Refresh = False,
) -> None:
    """Bring the lab to what the stack declares."""
    _run("up", stack, config, yes=yes, refresh=refresh)


@pulumi.command()
def destroy(
    stack: Stack,
    config: Settings = None,
    sure: Annotated[
        bool | None, typer.Option("--yes/--preview-only", help="Do it, or show what it would do.")
    ] = None,
    run_program: Program = False,
    json: Json = False,
) -> None:
    """Remove everything the stack declares, unless somebody objects."""
    flags = {"yes": sure is True, "preview_only": sure is False, "run_program": run_program, "json": json}
    _run("destroy", stack, config, **flags)


@pulumi.command()
def export(stack: Stack) -> None:
    """Print what an engine knows to stand, as `pulumi stack export` does."""
    import_module("holdfast_lab.engine.commands").export(stack)


def _run(verb: str, stack: str, config: list[str] | None, **flags: bool) -> None:
    import_module("holdfast_lab.engine.commands").run(verb, stack, config, **flags)
