"""`holdfast lab cloud`: what the pretend cloud holds, what was asked of it, and how it should misbehave.

Names, options and help only: what a command does stands in `commands.py`, which is loaded when one runs.
"""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any, Literal

import typer

from holdfast.cli.groups import Group
from holdfast_lab.one_line import one_line_errors
from holdfast_lab.options import DEFAULT_STATE, State


class Commands(Group):
    """Commands that leave with one line where they cannot go on, and name each other to who asks for none."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command of the first word; refuses others, naming those there are."""
        if args[0] not in self.commands:
            ctx.fail(f"No such command {args[0]!r}; there are {', '.join(self.commands)}.")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with one_line_errors():
            return super().invoke(ctx)


cloud = typer.Typer(
    name="cloud", cls=Commands, no_args_is_help=True, help="The pretend Google Cloud of the lab."
)
fault = typer.Typer(
    name="fault", cls=Commands, no_args_is_help=True, help="Make the pretend cloud misbehave."
)
cloud.add_typer(fault)

Output = Annotated[Literal["table", "json"], typer.Option("--output", "-o")]
What = Annotated[
    Literal["stock-out", "partial", "slow", "slice-fail", "slice-hang", "slice-lie", "host"] | None,
    typer.Argument(help="Nothing: all."),
]
Pool = Annotated[str, typer.Argument(help="Name of a GKE node pool; * and ? match as in a shell.")]


@cloud.command(name="list")
def list_(output: Output = "table", state: State = DEFAULT_STATE) -> None:
    """Show everything the pretend cloud holds."""
    _run("list_objects", output, state)


@cloud.command()
def calls(output: Output = "table", state: State = DEFAULT_STATE) -> None:
    """Show every change that was asked of the cloud and of the hub, and how it ended."""
    _run("list_calls", output, state)


@fault.command(name="stock-out")
def stock_out(pool: Pool, state: State = DEFAULT_STATE) -> None:
    """Have no capacity for node pools of this name."""
    _run("stock_out", pool, state)


@fault.command()
def partial(pool: Pool, nodes: Annotated[int, typer.Argument(min=0)], state: State = DEFAULT_STATE) -> None:
    """Deliver only so many nodes and report failure."""
    _run("partial", pool, nodes, state)


@fault.command()
def slow(seconds: Annotated[float, typer.Argument(min=0)], state: State = DEFAULT_STATE) -> None:
    """Let every operation take so much longer."""
    _run("slow", seconds, state)


@fault.command(name="slice")
def slice_(
    how: Annotated[Literal["fail", "hang", "lie"], typer.Argument(help="What its controller does.")],
    partition: Annotated[str, typer.Argument(help="A cube, named by its GKE node pool; * and ? match.")],
    state: State = DEFAULT_STATE,
) -> None:
    """Let slices with a cube of this name fail to form, hang for ever, or be called ACTIVE at once."""
    _run("slice_", how, partition, state)


@fault.command()
def host(
    node: Annotated[str, typer.Argument(help="Name of a Node.")],
    away: Annotated[
        bool, typer.Option("--away", help="Only NotReady, as one that restarts: it may pass.")
    ] = False,
    state: State = DEFAULT_STATE,
) -> None:
    """Let a host fail: NotReady, and with a kernel that does not come back by itself."""
    _run("host", node, away, state)


@fault.command()
def clear(
    what: What = None,
    target: Annotated[str, typer.Argument(help="Its target; nothing: all of that kind.")] = "",
    state: State = DEFAULT_STATE,
) -> None:
    """Lift faults and bring failed hosts back."""
    _run("clear", what, target, state)


@fault.command(name="list")
def list_faults(state: State = DEFAULT_STATE) -> None:
    """Show what is in force."""
    _run("list_faults", state)


def _run(command: str, *given: Any) -> None:
    import_module("holdfast_lab.cloud.commands").run(command, *given)
