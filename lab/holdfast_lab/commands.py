"""What the commands of `holdfast lab` do; each leaves with one line where it cannot go on."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import typer

from holdfast_lab import lab
from holdfast_lab.disk_space import shortage
from holdfast_lab.installation import MANIFESTS
from holdfast_lab.one_line import one_line_errors
from holdfast_lab.processes import OPERATOR_AND_AGENTS
from holdfast_lab.running import open_lab
from holdfast_lab.state import StateFolder


def up(state: Path, sites: str | None, operator: bool, manifests: Path | None, companions: str) -> None:
    """Start the lab, or what is missing of it."""
    with one_line_errors():
        names = lab.DEFAULT_SITES if sites is None else names_in(sites)
        ours = OPERATOR_AND_AGENTS if operator else ()
        lab.up(state, names, ours, manifests=manifests or MANIFESTS)
        lab.accompany(state, names_in(companions))
        typer.echo(f'lab in {state.absolute()}: use it with  eval "$(holdfast lab env)"', err=True)


def status(state: Path, output: Literal["table", "json"]) -> None:
    """Print every cluster; exit code 1 unless all are ready."""
    with one_line_errors():
        clusters = lab.status(state)
        if output == "json":
            typer.echo(json.dumps([asdict(cluster) for cluster in clusters], indent=2))
        else:
            open_lab(state)  # refuses where there is none
            _print_table(clusters)
        if clusters and (full := shortage(state.absolute())):
            typer.echo(f"lab: {full}", err=True)
    if not clusters or not all(cluster.ready for cluster in clusters):
        raise typer.Exit(1)


def env(state: Path) -> None:
    """Print the shell lines of a lab that was started."""
    with one_line_errors():
        typer.echo(exports(open_lab(state).state, Path(sys.executable).absolute().parent))


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


def tenant(name: str, state: Path, group: str) -> None:
    """Write a kubeconfig and print its path."""
    with one_line_errors():
        typer.echo(open_lab(state).add_tenant_credentials(name, group))


def down(state: Path, delete: bool) -> None:
    """End every process, and say how many."""
    with one_line_errors():
        ended = lab.down(state, delete=delete)
        typer.echo(f"ended {ended} processes" if ended else "no lab was running", err=True)


def names_in(text: str) -> list[str]:
    """Names separated by commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def _print_table(clusters: list[lab.ClusterStatus]) -> None:
    for cluster in clusters:
        typer.echo(f"{cluster.name:20} {'Ready' if cluster.ready else 'NotReady':10} {cluster.endpoint}")
        for process in cluster.processes:
            typer.echo(f"  {process.name:26} {'running' if process.alive else 'ended':10} pid {process.pid}")
