"""What `holdfast stacks recover` does and prints. Exit code 0: nothing to recover, 1: something, 2: unreadable."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from holdfast_infra.commands.recovery import IMPORT, import_file, lines
from holdfast_infra.engine_files import (
    PlannedCreation,
    State,
    UnreadableFile,
    read_file,
    read_plan,
    read_state,
)


def recover(state: str, plan: str | None, imports: Path | None) -> None:
    """Print what was never answered and, with a plan, what may be there although the state does not know it."""
    try:
        known = read_file(state, read_state)
        creations = read_file(plan, read_plan).creations if plan else ()
    except UnreadableFile as error:
        typer.echo(f"could not read: {error}", err=True)
        raise typer.Exit(2) from None
    for line in lines(known):
        typer.echo(line)
    if creations:
        _tell_imports(known, creations, imports)
    raise typer.Exit(int(bool(known.pending or creations)))


def _tell_imports(state: State, creations: tuple[PlannedCreation, ...], imports: Path | None) -> None:
    document = import_file(creations)
    text = json.dumps(document, indent=2)
    typer.echo(
        f"The plan would make {len(creations)} things. Those that are there already are taken over, not made: leave in "
        "the file only what its provider has, fill in empty ids, then"
    )
    typer.echo(f"   {IMPORT} --stack {state.stack} --file {imports or 'imports.json'}")
    if imports:
        imports.write_text(f"{text}\n", encoding="utf-8")
        typer.echo(f"wrote {imports}")
    else:
        typer.echo(text)
