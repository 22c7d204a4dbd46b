"""What the commands that reserve, change and give back may be told; records whose fields are the options."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer

from holdfast.cli.asked import INSTANT, Terms
from holdfast.cli.options import Context, Kubeconfig, Reservation, Space, Sure


class Manifest(StrEnum):
    """What reserving gives: a reservation that is made, or the text of one."""

    TABLE = "table"
    YAML = "yaml"
    JSON = "json"


Yes = Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; take the first offer.")]
Patience = Annotated[float, typer.Option(min=0.1, help="Seconds to wait for the planner's answer.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted(Terms):
    """What is to be reserved, as far as it was said; what is missing is asked for."""

    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="What to call it.")] = None
    namespace: Space = None
    offer: Annotated[int | None, typer.Option(min=1, help="Take this offer without asking which.")] = None
    output: Annotated[
        Manifest, typer.Option("--output", "-o", help="yaml or json: write the reservation and make none.")
    ] = Manifest.TABLE
    yes: Yes = False
    wait: Patience = 30.0
    kubeconfig: Kubeconfig = None
    context: Context = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A reservation that is to be changed or given up."""

    reservation: Reservation
    namespace: Space = None
    yes: Sure = False
    kubeconfig: Kubeconfig = None
    context: Context = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended(Named):
    """A reservation that is to last longer."""

    until: Annotated[str | None, typer.Option(help=f"Its new end: {INSTANT}.")] = None
    by: Annotated[str | None, typer.Option(help="So much longer: 7d, 36h, 30m.")] = None
    wait: Patience = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrunk(Named):
    """A reservation that is to be smaller."""

    count: Annotated[int, typer.Option("--count", "-c", min=1, help="How many slices are to be left.")]
    wait: Patience = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is to be watched."""

    reservation: Annotated[
        str | None, typer.Argument(metavar="[RESERVATION]", help="Only this one, or NAMESPACE/NAME.")
    ] = None
    namespace: Space = None
    everywhere: Annotated[bool, typer.Option("--all-namespaces", "-A", help="Of every namespace.")] = False
    wide: Annotated[bool, typer.Option("--wide", help="With all columns.")] = False
    seconds: Annotated[float | None, typer.Option(min=0.1, help="End after so many seconds.")] = None
    kubeconfig: Kubeconfig = None
    context: Context = None
