"""`holdfast lab`: a hub and datacenters on this machine.

Names, options and help only: what a command does stands in `commands.py`, which is loaded when one runs.
"""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from holdfast.cli.groups import Group
from holdfast_lab.options import DEFAULT_STATE, Companions, State

lab = typer.Typer(name="lab", cls=Group, help="A hub and datacenters on this machine.", no_args_is_help=True)


@lab.command()
def up(
    state: State = DEFAULT_STATE,
    sites: Annotated[
        str | None, typer.Option(help="Datacenters, separated by commas; without it, those of the story.")
    ] = None,
    operator: Annotated[bool, typer.Option(help="Also start the operator and the agents.")] = True,
    manifests: Annotated[
        Path | None,
        typer.Option(help="Folder with definitions/, hub/ and site/ to install; without it, this project's."),
    ] = None,
    companions: Companions = "",
) -> None:
    """Start the lab, or what is missing of it. Safe to repeat.

    After `down` it starts empty; after a crash it is repaired and keeps its objects.
    """
    _commands().up(state, sites, operator, manifests, companions)


@lab.command()
def status(
    state: State = DEFAULT_STATE,
    output: Annotated[Literal["table", "json"], typer.Option("--output", "-o")] = "table",
) -> None:
    """Show every cluster and its processes. Exit code 1 unless all are ready."""
    _commands().status(state, output)


@lab.command()
def env(state: State = DEFAULT_STATE) -> None:
    """Print shell lines that make kubectl speak to the lab: eval "$(holdfast lab env)"."""
    _commands().env(state)


@lab.command()
def tenant(
    name: str,
    state: State = DEFAULT_STATE,
    group: Annotated[str, typer.Option(help="Tenant.spec.group, if it is not the name.")] = "",
) -> None:
    """Make a kubeconfig for a person of a tenant and print its path."""
    _commands().tenant(name, state, group)


@lab.command()
def down(
    state: State = DEFAULT_STATE,
    delete: Annotated[bool, typer.Option("--delete", help="Remove the state folder, logs too.")] = False,
) -> None:
    """End every process. Stored objects and keys are gone; logs stay unless --delete."""
    _commands().down(state, delete)


@lab.command()
def demo(state: State = DEFAULT_STATE, companions: Companions = "") -> None:
    """Tell the whole story on a fresh lab; exit code 0 only if every step was observed."""
    importlib.import_module("holdfast_lab.story.cli").demo(state, companions)


def _commands() -> Any:
    return importlib.import_module("holdfast_lab.commands")


def _add_parts() -> None:
    """The cloud stand-in and the engine bring their own commands, where they are installed."""
    for part, attribute in (("cloud", "cloud"), ("engine", "pulumi")):
        module = f"holdfast_lab.{part}.cli"
        if importlib.util.find_spec(f"holdfast_lab.{part}") and importlib.util.find_spec(module):
            lab.add_typer(getattr(importlib.import_module(module), attribute), name=attribute)


_add_parts()
