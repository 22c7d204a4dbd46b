"""What a command asks a person: on stderr, so that an answer on stdout stays an answer."""

from __future__ import annotations

import sys
from collections.abc import Callable

import typer

from holdfast.cli.cells import escaped


class Nobody(Exception):
    """There is nobody to answer a question: standard input has ended."""


def asked(question: str, option: str, fits: Callable[[str], object], default: str = "") -> str:
    """What the person types, once `fits` raises no ValueError. With nobody to ask BadParameter names the option."""
    while True:
        try:
            said = _typed(f"{question} [{default}]: " if default else f"{question} ") or default
        except Nobody as nobody:
            raise typer.BadParameter(f"it is missing, and nobody answers: say {option}") from nobody
        try:
            fits(said)
        except ValueError as error:
            typer.echo(escaped(str(error)), err=True)
        else:
            return said


def agreed(question: str, *, sure: bool) -> bool:
    """Whether to go on; nobody's answer is no."""
    if sure:
        return True
    try:
        return _typed(f"{question} [y/N]: ").lower() in ("y", "yes")
    except Nobody:
        typer.echo("nobody answers: nothing was done; --yes does it without asking", err=True)
        return False


def _typed(question: str) -> str:
    typer.echo(escaped(question), nl=False, err=True)
    line = sys.stdin.readline()
    if not line:
        typer.echo(err=True)
        raise Nobody
    return line.strip()
