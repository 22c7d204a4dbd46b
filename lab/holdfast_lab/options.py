"""What every command of the lab may be told; loaded before a command is chosen, so it loads nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

LAB = "HOLDFAST_LAB"
"""The variable that `holdfast lab env` sets."""
ENGINE = "HOLDFAST_ENGINE"
"""Which engine runs a stack."""
DEFAULT_STATE = Path(".holdfast")

State = Annotated[Path, typer.Option("--state", envvar=LAB, help="Folder of everything the lab writes.")]
Companions = Annotated[
    str,
    typer.Option(
        "--with", help="Controllers beside Holdfast at every site: kueue, jobset, leaderworkerset, by commas."
    ),
]
