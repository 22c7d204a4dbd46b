"""`holdfast stacks`, `holdfast guard`: stack files before an engine runs, and what an engine would do.

Names, options and help only: what a command does stands in the module called like it, which is loaded when one runs.
"""

from __future__ import annotations

import importlib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

stacks = typer.Typer(
    name="stacks", help="Stack files: judged and divided, with no cloud.", no_args_is_help=True
)


@stacks.command()
def check(files: list[Path]) -> None:
    """Name every mistake and every oddity of stack files. Exit code 1 if one has a mistake."""
    _commands().check(files)


@stacks.command()
def plan(
    site: Path,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for the stack files; without it they are only listed."),
    ] = None,
) -> None:
    """Divide a site of many blocks into stacks of at most 144 units, with addresses, quotas and calls listed."""
    _commands().plan(site, out)


@stacks.command()
def recover(
    state: Annotated[str, typer.Argument(help="Output of `pulumi stack export`; - reads it from a pipe.")],
    plan: Annotated[
        str | None,
        typer.Option(help="Output of `pulumi preview --json`: what it would make may be there already."),
    ] = None,
    imports: Annotated[
        Path | None, typer.Option(help="With --plan: where to write the file for `pulumi import --file`.")
    ] = None,
) -> None:
    """Say the way back after a run that was killed, or from a state older than what stands. Changes nothing."""
    importlib.import_module("holdfast_infra.commands.recovery_command").recover(state, plan, imports)


HubWay = Annotated[
    str | None,
    typer.Option(
        "--hub",
        help="KUBECONFIG or KUBECONFIG:CONTEXT of the hub; without it, as the stack's configuration says.",
    ),
]


class Output(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    JSON = "json"


OutputOption = Annotated[Output, typer.Option("--output", "-o", help="table, or json for programs.")]


def guard(
    plan: Annotated[
        str | None, typer.Argument(help="Output of `pulumi preview --json`; - reads it from a pipe.")
    ] = None,
    state: Annotated[
        str | None,
        typer.Option(help="Output of `pulumi stack export`: what an earlier run left to delete counts too."),
    ] = None,
    hub: HubWay = None,
    output: OutputOption = Output.TABLE,
    audit: Annotated[
        bool, typer.Option("--audit", help="No plan: compare --state with the hub and the site's nodes.")
    ] = False,
) -> None:
    """Say which steps of a plan touch promised or pledged hardware.

    Exit code 0: none. 1: promised. 3: only pledged. 2: it could not be judged, or the plan is not whole.
    """
    as_json = output is Output.JSON
    if audit and plan is None and state is not None:
        importlib.import_module("holdfast_infra.commands.agreement_command").compare(state, hub, as_json)
    elif plan is None or audit:
        raise typer.BadParameter("give a PLAN, or --audit and --state without one")
    else:
        importlib.import_module("holdfast_infra.commands.guard_command").guard(plan, state, hub, as_json)


unit = typer.Typer(
    name="unit", help="One unit of a stack, taken out of service, or maintained.", no_args_is_help=True
)
StackFile = Annotated[Path, typer.Argument(metavar="STACK", help="The stack file, stacks/Pulumi.NAME.yaml.")]
UnitName = Annotated[str, typer.Argument(metavar="POOL/UNIT", help="For example tpu7x-a/cube-057.")]
Write = Annotated[bool, typer.Option("--write", help="Write the edit into the stack file, not only show it.")]
Wait = Annotated[float, typer.Option(min=0.0, help="Seconds to wait for what is under way.")]


@unit.command()
def retire(
    stack: StackFile, name: UnitName, hub: HubWay = None, write: Write = False, wait: Wait = 0.0
) -> None:
    """Take the next step of retiring a unit: its promise to a spare, then out of the declaration."""
    _take_step("retire", stack, name, hub, write=write, wait=wait)


@unit.command()
def cycle(
    stack: StackFile, name: UnitName, hub: HubWay = None, write: Write = False, wait: Wait = 0.0
) -> None:
    """Take the next step of maintaining a unit: its promise to a spare, its nodes away and made again."""
    _take_step("cycle", stack, name, hub, write=write, wait=wait)


def _take_step(verb: str, stack: Path, name: str, hub: str | None, **how: Any) -> None:
    module = importlib.import_module("holdfast_infra.commands.unit_command")
    module.unit(module.Asked(verb, stack, name, hub, **how))


def _commands() -> Any:
    return importlib.import_module("holdfast_infra.commands.stack_commands")
