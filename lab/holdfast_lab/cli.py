"""`holdfast lab`: a hub and datacenters on this machine."""

import importlib
import importlib.util
import json
import shlex
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

from holdfast_lab import lab as verbs
from holdfast_lab.disk_space import shortage
from holdfast_lab.installation import MANIFESTS
from holdfast_lab.one_line import one_line_errors
from holdfast_lab.processes import COMPANIONS
from holdfast_lab.running import open_lab
from holdfast_lab.state import DEFAULT_STATE, StateFolder
from holdfast_lab.story.cli import demo

lab = typer.Typer(name="lab", help="A hub and datacenters on this machine.", no_args_is_help=True)

State = Annotated[
    Path, typer.Option("--state", envvar="HOLDFAST_LAB", help="Folder of everything the lab writes.")
]


@lab.command()
def up(
    state: State = DEFAULT_STATE,
    sites: Annotated[str, typer.Option(help="Datacenters, separated by commas.")] = ",".join(
        verbs.DEFAULT_SITES
    ),
    operator: Annotated[bool, typer.Option(help="Also start the operator and the agents.")] = True,
    manifests: Annotated[
        Path, typer.Option(help="Folder with definitions/, hub/ and site/ to install.")
    ] = MANIFESTS,
) -> None:
    """Start the lab, or what is missing of it. Safe to repeat.

    After `down` it starts empty; after a crash it is repaired and keeps its objects.
    """
    with one_line_errors():
        names = [name.strip() for name in sites.split(",") if name.strip()]
        verbs.up(state, names, COMPANIONS if operator else (), manifests=manifests)
        typer.echo(f'lab in {state.absolute()}: use it with  eval "$(holdfast lab env)"', err=True)


@lab.command()
def status(
    state: State = DEFAULT_STATE,
    output: Annotated[Literal["table", "json"], typer.Option("--output", "-o")] = "table",
) -> None:
    """Show every cluster and its processes. Exit code 1 unless all are ready."""
    with one_line_errors():
        clusters = verbs.status(state)
        if output == "json":
            typer.echo(json.dumps([asdict(cluster) for cluster in clusters], indent=2))
        else:
            open_lab(state)  # refuses where there is none
            _print_table(clusters)
        if clusters and (full := shortage(state.absolute())):
            typer.echo(f"lab: {full}", err=True)
    if not clusters or not all(cluster.ready for cluster in clusters):
        raise typer.Exit(1)


@lab.command()
def env(state: State = DEFAULT_STATE) -> None:
    """Print shell lines that make kubectl speak to the lab: eval "$(holdfast lab env)"."""
    with one_line_errors():
        typer.echo(exports(open_lab(state).state, Path(sys.executable).absolute().parent))


@lab.command()
def tenant(
    name: str,
    state: State = DEFAULT_STATE,
    group: Annotated[str, typer.Option(help="Tenant.spec.group, if it is not the name.")] = "",
) -> None:
    """Make a kubeconfig for a person of a tenant and print its path."""
    with one_line_errors():
        typer.echo(open_lab(state).add_tenant_credentials(name, group))


@lab.command()
def down(
    state: State = DEFAULT_STATE,
    delete: Annotated[bool, typer.Option("--delete", help="Remove the state folder, logs too.")] = False,
) -> None:
    """End every process. Stored objects and keys are gone; logs stay unless --delete."""
    with one_line_errors():
        ended = verbs.down(state, delete=delete)
        typer.echo(f"ended {ended} processes" if ended else "no lab was running", err=True)


def exports(state: StateFolder, environment_bin: Path) -> str:
    """Shell lines for the lab: programs and plugins first in PATH, then our own commands."""
    programs = shlex.quote(f"{state.programs}:{environment_bin}")
    return "\n".join(
        [
            f"export KUBECONFIG={shlex.quote(str(state.kubeconfig))}",
            f'export PATH={programs}:"$PATH"',
            f"export HOLDFAST_LAB={shlex.quote(str(state.root))}",
        ]
    )


def _print_table(clusters: list[verbs.ClusterStatus]) -> None:
    for cluster in clusters:
        typer.echo(f"{cluster.name:20} {'Ready' if cluster.ready else 'NotReady':10} {cluster.endpoint}")
        for process in cluster.processes:
            typer.echo(f"  {process.name:26} {'running' if process.alive else 'ended':10} pid {process.pid}")


def _add_parts() -> None:
    """The cloud stand-in and the engine bring their own commands, where they are installed."""
    for part, attribute in (("cloud", "cloud"), ("engine", "pulumi")):
        module = f"holdfast_lab.{part}.cli"
        if importlib.util.find_spec(f"holdfast_lab.{part}") and importlib.util.find_spec(module):
            lab.add_typer(getattr(importlib.import_module(module), attribute), name=attribute)


lab.command()(demo)
_add_parts()
