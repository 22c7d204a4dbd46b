"""How quick commands write: lines and tables to stdout without rich, documents as YAML. Nothing is ever coloured."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer

from holdfast.cli.cells import Grid, escaped, fitted


def say(text: str, *, end: str = "\n", err: bool = False) -> None:
    """Text of our own, or that was made harmless: as it is."""
    typer.echo(text + end, nl=False, err=err)


def show(grid: Grid) -> None:
    """A table: as wide as it is, unless a terminal is narrower."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in fitted(grid, width):
        say(line)


def tell(line: str, *, err: bool = False) -> None:
    """A line with foreign words in it."""
    say(escaped(line), err=err)


def yaml_of(document: Mapping[str, Any]) -> str:
    """The document in block style; what a terminal would obey is written as an escape sequence."""
    yaml = import_module("yaml")  # a tenth of what a quick command may take, for one of its forms
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(document, Dumper=dumper, sort_keys=False, allow_unicode=False))
