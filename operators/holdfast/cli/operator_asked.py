"""What `holdfast operator` and `holdfast replay` may be told: the options, as records. They load nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.options import AbsenceSeconds, Metrics, ProcessContext, ProcessKubeconfig, SlotSeconds


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorAsked:
    """How one replica is to run."""

    kubeconfig: ProcessKubeconfig = None
    context: ProcessContext = None
    metrics: Metrics = "127.0.0.1:0"
    slot_seconds: SlotSeconds = 300
    absence_seconds: AbsenceSeconds = 30.0
    keep_turns: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Keep turns that decide something here, for holdfast replay."),
    ] = None
    keep_bytes: Annotated[int, typer.Option(min=1, help="So many bytes may kept turns take.")] = 256 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedReplay:
    """What is to be planned again."""

    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Kept turns, or what holdfast snapshot save wrote.")
    ]
    turn: Annotated[int | None, typer.Option(min=1, help="This turn alone; without it, all of them.")] = None
    explain: Annotated[
        str | None,
        typer.Option(
            metavar="NAMESPACE/NAME", help="What that turn, or the last one, says to a reservation."
        ),
    ] = None
    without: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="As if a reservation (NAMESPACE/NAME), a pool or a maintenance window were not there.",
        ),
    ] = None
