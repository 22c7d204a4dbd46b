"""`holdfast lab cloud`: what the pretend cloud holds, what was asked of it, and how it should misbehave."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from holdfast_lab.cloud.call_log import CallLog
from holdfast_lab.cloud.chosen_sites import lab_sites
from holdfast_lab.cloud.errors import Refusal
from holdfast_lab.cloud.faults import EVERYTHING, Fault, Faults
from holdfast_lab.cloud.store import CloudObject, Store
from holdfast_lab.errors import LabError
from holdfast_lab.one_line import one_line_errors
from holdfast_lab.running import open_lab
from holdfast_lab.state import DEFAULT_STATE, StateFolder


class Commands(TyperGroup):
    """Commands that leave with one line where they cannot go on, and name each other to who asks for none."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command of the first word; refuses others, naming those there are."""
        if args[0] not in self.commands:
            ctx.fail(f"No such command {args[0]!r}; there are {', '.join(self.commands)}.")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with one_line_errors():
            try:
                return super().invoke(ctx)
            except Refusal as refusal:
                raise LabError(
                    f"{refusal}; where a cluster has ended `holdfast lab up` repairs it"
                ) from refusal


cloud = typer.Typer(
    name="cloud", cls=Commands, no_args_is_help=True, help="The pretend Google Cloud of the lab."
)
fault = typer.Typer(
    name="fault", cls=Commands, no_args_is_help=True, help="Make the pretend cloud misbehave."
)
cloud.add_typer(fault)

State = Annotated[
    Path, typer.Option("--state", envvar="HOLDFAST_LAB", help="Folder of everything the lab writes.")
]
Output = Annotated[Literal["table", "json"], typer.Option("--output", "-o")]
What = Annotated[Literal["stock-out", "partial", "slow", "host"] | None, typer.Argument(help="Nothing: all.")]
Pool = Annotated[str, typer.Argument(help="Name of a GKE node pool; * and ? match as in a shell.")]


@cloud.command(name="list")
def list_(output: Output = "table", state: State = DEFAULT_STATE) -> None:
    """Show everything the pretend cloud holds."""
    found = Store(_folder(state)).all()
    if output == "json":
        typer.echo(json.dumps([_described(each) for each in found], indent=2))
        return
    for each in found:
        typer.echo(f"{each.kind.rpartition(':')[2]:16} {each.name:36} {each.status}")


@cloud.command()
def calls(output: Output = "table", state: State = DEFAULT_STATE) -> None:
    """Show every change that was asked of the cloud and of the hub, and how it ended."""
    found = CallLog(_folder(state)).read()
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
    what: What = None,
    target: Annotated[str, typer.Argument(help="Its target; nothing: all of that kind.")] = "",
    state: State = DEFAULT_STATE,
) -> None:
    """Lift faults and bring failed hosts back."""
    lifted = Faults(Store(_folder(state))).clear(what or "", target) if what != "host" else 0
    if what in (None, "host"):
        for name in [target] if target and what == "host" else _failed(state):
            _fail(name, False, state)
            lifted += 1
    if target and not lifted:
        raise LabError(f"no {what} {target} is in force, so nothing was lifted: see `fault list`")
    typer.echo(f"{lifted} faults lifted")


@fault.command(name="list")
def list_faults(state: State = DEFAULT_STATE) -> None:
    """Show what is in force."""
    for each in Faults(Store(_folder(state))).all():
        typer.echo(f"{each.what:10} {each.target} {each.amount or ''}".rstrip())
    for name in _failed(state):
        typer.echo(f"{'host':10} {name}")


def _set(wish: Fault, state: Path) -> None:
    Faults(Store(_folder(state))).set(wish)
    typer.echo(f"{wish.what} {wish.target}: in force until `holdfast lab cloud fault clear`")


def _fail(node: str, failed: bool, state: Path) -> None:
    """Find the cluster that has the Node and annotate it there."""
    sites = lab_sites(_folder(state))
    owner = next((site for site in map(sites.named, sites.names()) if site.has(node)), None)
    if owner is None:
        raise LabError(f"no cluster of this lab has a Node {node}")
    owner.fail(node, failed)
    typer.echo(f"{node}: {'has failed' if failed else 'is back'}")


def _folder(state: Path) -> Path:
    """The folder of a lab that was started, or of a cloud on paper; LabError where there is neither."""
    root = StateFolder.at(state).root
    if not (root / "cloud.sqlite").exists():
        open_lab(root)
    return root


def _failed(state: Path) -> list[str]:
    sites = lab_sites(_folder(state))
    return [name for datacenter in sites.names() for name in sites.named(datacenter).failed()]


def _described(each: CloudObject) -> dict[str, object]:
    return {"kind": each.kind, "name": each.name, "id": each.id, "status": each.status, "inputs": each.inputs}
