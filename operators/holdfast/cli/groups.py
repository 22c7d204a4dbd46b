"""The group every part of the command line is: help, completion and usage errors load nothing but typer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from typer.core import TyperGroup

EVERY, NONE = "*", "?"
"""Instead of one command: all of them, or all by name and sentence alone, as help and a misspelt word need."""


class Group(TyperGroup):
    """A group whose flags are False rather than unknown while nobody gives them.

    To make sense of an unknown flag typer loads pydantic, which takes longer than all else that help needs.
    """

    def get_params(self, ctx: Any) -> list[Any]:
        """The options of the group, --help among them."""
        options = super().get_params(ctx)
        for option in options:
            if getattr(option, "is_flag", False) and option.default is None:
                option.default = False
        return options


def shown(about: str | None) -> Callable[[], None]:
    """A command as a list shows it: it has nothing but its sentence."""

    def nothing() -> None: ...

    nothing.__doc__ = about
    return nothing
