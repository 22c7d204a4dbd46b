"""What a command asks a person: on stderr, so that an answer on stdout stays an answer."""

from __future__ import annotations

import sys
from collections.abc import Callable

import typer

from holdfast.cli.cells import escaped


class Nobody(Exception):
    """There is nobody to answer a question: standard input has ended."""


def asked(
    question: str, option: str, fits: Callable[[str], object], default: str = "", *, sure: bool = False
) -> str:
    """What the person types, once `fits` raises no ValueError; the default where nothing is to be asked, or nobody
    answers. Where there is no default either BadParameter names the option."""
    while not sure:
        try:
            said = _typed(f"{question} [{default}]: " if default else f"{question} ") or default
        except Nobody:
            break
        try:
            fits(said)
        except ValueError as error:
            typer.echo(escaped(str(error)), err=True)
        else:
            return said
    if not default:
        why = "nothing is to be asked" if sure else "nobody answers"
        raise typer.BadParameter(f"it is missing, and {why}: say {option}")
    return default


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
