"""`holdfast stacks`: what a stack file declares, before any engine runs.

Names, options and help only: what a command does stands in stack_commands.py, which is loaded when one runs.
"""

from __future__ import annotations

import importlib
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


def _commands() -> Any:
    return importlib.import_module("holdfast_infra.stack_commands")
