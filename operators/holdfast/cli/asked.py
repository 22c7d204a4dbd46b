"""What `holdfast when` may be told: one record whose fields are the options. Loaded with help, so it loads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.options import Context, Kubeconfig


class Answers(StrEnum):
    """What is to be known."""

    SLOTS = "slots"
    EARLIEST = "earliest"
    CHECK = "check"
    LATEST_END = "latest-end"


class Written(StrEnum):
    """How the answer is written."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"


INSTANT = "an instant such as 2027-01-04T00:00:00Z"
WrittenOption = Annotated[
    Written,
    typer.Option("--output", "-o", help="table; json: the whole answer; yaml: the reservation of --offer."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What, when and where, as far as it was said."""

    accelerator: Annotated[str | None, typer.Option("--accelerator", "-a", help="For example tpu7x.")] = None
    topology: Annotated[
        str | None,
        typer.Option(
            "--topology",
            "-t",
            help="Of one slice, such as 8x8x16; required for types sold by the slice (TPUs).",
        ),
    ] = None
    count: Annotated[int | None, typer.Option("--count", "-c", min=1, help="How many slices.")] = None
    lasting: Annotated[
        str | None, typer.Option("--for", help="How long: 90d, 36h, 30m, 600s, or several as in 1d12h.")
    ] = None
    start: Annotated[str | None, typer.Option(help=f"A fixed start: {INSTANT}.")] = None
    end: Annotated[str | None, typer.Option(help=f"A fixed end: {INSTANT}.")] = None
    earliest: Annotated[str | None, typer.Option(help=f"With --for, not before {INSTANT}.")] = None
    latest: Annotated[str | None, typer.Option(help=f"With --for, over by {INSTANT}.")] = None
    datacenter: Annotated[
        list[str] | None, typer.Option("--datacenter", "-d", help="Only there; repeated: in this order.")
    ] = None
    across: Annotated[bool, typer.Option("--across", help="Slices may lie in several datacenters.")] = False
    max_percent: Annotated[
        int | None, typer.Option("--spread", min=1, max=100, help="At most so many percent in one pool.")
    ] = None
    at_least: Annotated[
        int | None, typer.Option(min=1, help="Fewer slices are enough, down to this many.")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Terms):
    """An ask in the words of the command line."""

    accelerator: Annotated[str, typer.Option("--accelerator", "-a", help="For example tpu7x.")]
    namespace: Annotated[str, typer.Option("--namespace", "-n", help="The namespace to reserve in.")]
    count: Annotated[int, typer.Option("--count", "-c", min=1, help="How many slices.")] = 1
    answer: Annotated[
        Answers | None, typer.Option(help="What to ask: check of a fixed window, without one slots.")
    ] = None
    offers: Annotated[int, typer.Option(min=1, max=16, help="With slots, at most so many.")] = 4
    output: WrittenOption = Written.TABLE
    offer: Annotated[int, typer.Option(min=1, help="Which offer -o yaml writes as a reservation.")] = 1
    name: Annotated[str, typer.Option(help="Its name there.")] = "reservation"
    snapshot: Annotated[
        Path | None, typer.Option(help="Ask this file (holdfast snapshot save) and no server.")
    ] = None
    wait: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for the planner.")] = 30.0
    kubeconfig: Kubeconfig = None
    context: Context = None
