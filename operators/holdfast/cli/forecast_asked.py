"""What `holdfast forecast` may be told: a record whose fields are the options. Loaded with help: it loads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.options import Output, OutputOption


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedForecast:
    """What is assumed."""

    snapshot: Annotated[
        Path | None,
        typer.Option(
            help="Begin with this hub (holdfast snapshot save); without it, with a generated fleet."
        ),
    ] = None
    days: Annotated[int, typer.Option(min=1, max=1_826, help="How long.")] = 365
    seed: Annotated[int, typer.Option(min=0, help="The same seed draws the same events.")] = 1
    pools: Annotated[int, typer.Option(min=1, max=200, help="Pools of the generated fleet.")] = 2
    units: Annotated[int, typer.Option(min=1, max=144, help="Units in each of them.")] = 144
    spares: Annotated[int, typer.Option(min=0, help="Spares in each of them.")] = 2
    load: Annotated[
        float, typer.Option(min=0.01, max=5.0, help="What is asked for, of all units over the whole time.")
    ] = 0.7
    failures: Annotated[float, typer.Option(min=0.0, max=365.0, help="Failures of a unit in a year.")] = 2.0
    maintenance: Annotated[
        float, typer.Option(min=0.0, max=52.0, help="Maintenance windows of a pool in a year.")
    ] = 4.0
    plot: Annotated[Path | None, typer.Option(help="Draw the weeks into this file, as SVG.")] = None
    output: OutputOption = Output.TABLE
