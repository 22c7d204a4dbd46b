"""What every command may be told, in one place; loaded before a command is chosen, so it loads nothing."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer


class Output(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    JSON = "json"


class Shells(StrEnum):
    """The shells that can complete our words."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


Shell = Annotated[Shells, typer.Argument(help="bash, zsh or fish.")]


def _suggested(kind: str) -> Callable[[typer.Context, str], list[str]]:
    """Names of a kind from the server, for completion in a shell."""

    def names(ctx: typer.Context, incomplete: str) -> list[str]:
        found: list[str] = import_module("holdfast.cli.suggested").names(kind, ctx.params, incomplete)
        return found

    return names


Kubeconfig = Annotated[
    str | None, typer.Option("--kubeconfig", help="Kubeconfig file; without one, as kubectl chooses.")
]
Context = Annotated[str | None, typer.Option("--context", help="Context of the kubeconfig: the hub's.")]
OutputOption = Annotated[Output, typer.Option("--output", "-o", help="table, or json for programs.")]
PoolName = Annotated[
    str | None,
    typer.Option(
        "--pool", "-p", help="Only this pool, with every unit of it.", autocompletion=_suggested("pool")
    ),
]
Reservation = Annotated[
    str,
    typer.Argument(
        metavar="RESERVATION",
        help="Its name, or NAMESPACE/NAME.",
        autocompletion=_suggested("reservation"),
    ),
]
Namespace = Annotated[
    str | None,
    typer.Option(
        "--namespace",
        "-n",
        help="Its namespace; without one that of the context, else it is looked for in all.",
        autocompletion=_suggested("namespace"),
    ),
]
TenantName = Annotated[str, typer.Argument(metavar="TENANT", help="Whose deletions are frozen.")]
Release = Annotated[str, typer.Option("--for", help="For how long: 30m, 2h; at most 24h.")]
Sure = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
Space = Annotated[
    str | None,
    typer.Option(
        "--namespace",
        "-n",
        help="Without one: that of the kubeconfig's context.",
        autocompletion=_suggested("namespace"),
    ),
]
Sites = Annotated[
    list[str] | None,
    typer.Option(
        "--site",
        metavar="NAME=CONTEXT",
        help="A datacenter and the kubeconfig context of its cluster; may be repeated. "
        "Default: every context that has a datacenter's name.",
    ),
]
Settle = Annotated[
    float, typer.Option(min=0.0, help="Seconds between two looks: what only one of them shows is no finding.")
]
Strict = Annotated[bool, typer.Option("--strict", help="A warning is exit status 1, too.")]
SavedFile = Annotated[Path, typer.Argument(metavar="FILE", help="Where to; readable by its owner only.")]
BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="The backup; only its owner may read it.")]
TakeBack = Annotated[
    bool,
    typer.Option(
        "--take-back", help="End the pods on units that were given to promises younger than the backup."
    ),
]
SiteContext = Annotated[
    str | None, typer.Option("--context", help="Context of the kubeconfig: the datacenter's cluster.")
]
ProcessKubeconfig = Annotated[
    str | None,
    typer.Option(
        "--kubeconfig", help="Kubeconfig file; without one, the pod's ServiceAccount or kubectl's default."
    ),
]
ProcessContext = Annotated[str | None, typer.Option("--context", help="Context of the kubeconfig.")]
Metrics = Annotated[
    str, typer.Option(help="HOST:PORT for /metrics, /healthz and /readyz; port 0 takes any free one.")
]
SlotSeconds = Annotated[int, typer.Option(min=1, help="Earliest starts are rounded up to this.")]
AbsenceSeconds = Annotated[
    float, typer.Option(min=1, help="How long a reservation must be gone before its promise is released.")
]
Datacenter = Annotated[str, typer.Option(help="The datacenter whose cluster this agent looks after.")]
HubWay = Annotated[str, typer.Option(help="KUBECONFIG or KUBECONFIG:CONTEXT of the hub.")]
SiteWay = Annotated[str, typer.Option(help="The same for the datacenter's own cluster.")]


def _tell_version(asked: bool) -> None:
    if asked:
        typer.echo(f"holdfast {import_module('importlib.metadata').version('holdfast')}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", is_eager=True, callback=_tell_version, help="Say which version this is.")
]
Catalogue = Annotated[
    Path | None,
    typer.Option(
        envvar="HOLDFAST_CATALOGUE",
        help="Accelerators beside those that are built in: a file like catalogue.toml.",
    ),
]
