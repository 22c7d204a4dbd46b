"""What `holdfast hosts` and `holdfast access` may be told: records of options, loaded with help."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer

from holdfast.cli.options import Context, Kubeconfig, Namespace, Reservation, Sites


class Wording(StrEnum):
    """How an answer about places is written."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"


Form = Annotated[Wording, typer.Option("--output", "-o", help="table; json or yaml for programs.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedHosts:
    """Which reservation's hosts, and by which contexts the datacenters are reached."""

    reservation: Reservation
    namespace: Namespace = None
    site: Sites = None
    output: Form = Wording.TABLE
    kubeconfig: Kubeconfig = None
    context: Context = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAccess(AskedHosts):
    """The same, and what the first job should be."""

    output: Annotated[
        Wording,
        typer.Option("--output", "-o", help="table; json: everything; yaml: a job for kubectl apply -f -."),
    ] = Wording.TABLE
    datacenter: Annotated[
        str | None,
        typer.Option("--datacenter", "-d", help="With -o yaml, where to run if there are several."),
    ] = None
    image: Annotated[str, typer.Option(help="The image of the job; it needs sh and no root.")] = (
        "docker.io/library/busybox:1.37"
    )
