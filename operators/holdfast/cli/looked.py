"""What commands that look may be told: records whose fields are the options. Loaded with help, so it loads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer

from holdfast.cli.options import Context, Kubeconfig, Reservation, Space


class OutputForm(StrEnum):
    """How objects are written."""

    TABLE = "table"
    WIDE = "wide"
    JSON = "json"
    YAML = "yaml"
    NAME = "name"


OutputFormOption = Annotated[
    OutputForm, typer.Option("--output", "-o", help="table, wide, name; json or yaml for programs.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Everywhere:
    """A kind of the whole hub."""

    output: OutputFormOption = OutputForm.TABLE
    kubeconfig: Kubeconfig = None
    context: Context = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """The objects of a namespace."""

    namespace: Space = None
    everywhere: Annotated[bool, typer.Option("--all-namespaces", "-A", help="Of every namespace.")] = False
    output: OutputFormOption = OutputForm.TABLE
    kubeconfig: Kubeconfig = None
    context: Context = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Single:
    """One object of a namespace."""

    reservation: Reservation
    namespace: Space = None
    output: OutputFormOption = OutputForm.TABLE
    kubeconfig: Kubeconfig = None
    context: Context = None
