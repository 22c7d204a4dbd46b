"""`holdfast lab cloud`: what the pretend cloud holds, what was asked of it, and how it should misbehave."""

import json
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from holdfast_lab.cloud.call_log import CallLog
from holdfast_lab.cloud.errors import Refusal
from holdfast_lab.cloud.faults import EVERYTHING, Fault, Faults
from holdfast_lab.cloud.hosts import lab_sites
from holdfast_lab.cloud.store import CloudObject, Store
from holdfast_lab.state import DEFAULT_STATE

cloud = typer.Typer(name="cloud", no_args_is_help=True, help="The pretend Google Cloud of the lab.")
fault = typer.Typer(name="fault", no_args_is_help=True, help="Make the pretend cloud misbehave.")
cloud.add_typer(fault)

State = Annotated[
    Path, typer.Option("--state", envvar="HOLDFAST_LAB", help="Folder of everything the lab writes.")
]
Output = Annotated[str, typer.Option("--output", "-o", help="table or json.")]
Pool = Annotated[str, typer.Argument(help="Name of a GKE node pool; * and ? match as in a shell.")]


@cloud.command(name="list")
def list_(output: Output = "table", state: State = DEFAULT_STATE) -> None:
    """Show everything the pretend cloud holds."""
    found = Store(state.absolute()).all()
    if output == "json":
        typer.echo(json.dumps([_described(each) for each in found], indent=2))
        return
    for each in found:
        typer.echo(f"{each.kind.rpartition(':')[2]:16} {each.name:36} {each.status}")


@cloud.command()
def calls(output: Output = "table", state: State = DEFAULT_STATE) -> None:
    """Show every change that was asked of the cloud and of the hub, and how it ended."""
    found = CallLog(state.absolute()).read()
    if output == "json":
        typer.echo(json.dumps(found, indent=2))
        return
    for each in found:
        kind = each["type"].rpartition(":")[2]
        typer.echo(
            f"{each['time']} {each['verb']:7} {each['result']:8} {kind} {each['name']} {each['reason']}"
        )


@fault.command(name="stock-out")
def stock_out(pool: Pool, state: State = DEFAULT_STATE) -> None:
    """Have no capacity for node pools of this name."""
    _set(Fault("stock-out", pool), state)


@fault.command()
def partial(pool: Pool, nodes: Annotated[int, typer.Argument(min=0)], state: State = DEFAULT_STATE) -> None:
    """Deliver only so many nodes and report failure."""
    _set(Fault("partial", pool, nodes), state)


@fault.command()
def slow(seconds: Annotated[float, typer.Argument(min=0)], state: State = DEFAULT_STATE) -> None:
    """Let every operation take so much longer."""
    _set(Fault("slow", EVERYTHING, seconds), state)


@fault.command()
def host(node: Annotated[str, typer.Argument(help="Name of a Node.")], state: State = DEFAULT_STATE) -> None:
    """Let a host fall silent: its Node becomes NotReady."""
    _fail(node, True, state)


@fault.command()
def clear(
    what: Annotated[str, typer.Argument(help="stock-out, partial, slow or host; nothing: all.")] = "",
    target: Annotated[str, typer.Argument(help="Its target; nothing: all of that kind.")] = "",
    state: State = DEFAULT_STATE,
) -> None:
    """Lift faults and bring failed hosts back."""
    lifted = Faults(Store(state.absolute())).clear(what, target) if what != "host" else 0
    if what in ("", "host"):
        for name in [target] if target and what == "host" else _failed(state):
            _fail(name, False, state)
            lifted += 1
    typer.echo(f"{lifted} faults lifted")


@fault.command(name="list")
def list_faults(state: State = DEFAULT_STATE) -> None:
    """Show what is in force."""
    for each in Faults(Store(state.absolute())).all():
        typer.echo(f"{each.what:10} {each.target} {each.amount or ''}".rstrip())
    for name in _failed(state):
        typer.echo(f"{'host':10} {name}")


def _set(wish: Fault, state: Path) -> None:
    Faults(Store(state.absolute())).set(wish)
    typer.echo(f"{wish.what} {wish.target}: in force until `holdfast lab cloud fault clear`")


def _fail(node: str, failed: bool, state: Path) -> None:
    """Find the cluster that has the Node and annotate it there."""
    sites = lab_sites(state.absolute())
    try:
        owner = next((site for site in map(sites.named, sites.names()) if site.has(node)), None)
        if owner:
            owner.fail(node, failed)
    except Refusal as refusal:
        _leave(str(refusal))
    if owner is None:
        _leave(f"no cluster of this lab has a Node {node}")
    typer.echo(f"{node}: {'has failed' if failed else 'is back'}")


def _leave(error: str) -> NoReturn:
    typer.echo(f"error: {error}", err=True)
    raise typer.Exit(1)


def _failed(state: Path) -> list[str]:
    sites = lab_sites(state.absolute())
    return [name for datacenter in sites.names() for name in sites.named(datacenter).failed()]


def _described(each: CloudObject) -> dict[str, object]:
    return {"kind": each.kind, "name": each.name, "id": each.id, "status": each.status, "inputs": each.inputs}
