"""Commands whose options are the fields of a record, which nobody loads before the command is chosen.

To make a record's class takes as long as to read a kubeconfig, and a command line has a dozen of them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cached_property, update_wrapper
from importlib import import_module
from typing import Any


class _OptionsOf:
    """One such command; it takes its record."""

    def __init__(self, module: str, record: str, command: Callable[[Any], None]) -> None:
        update_wrapper(self, command)
        self._module = module
        self._record = record
        self._command = command

    def __call__(self, **asked: Any) -> None:
        """Run it."""
        self._command(self._fields(**asked))

    @cached_property
    def _fields(self) -> type[Any]:
        fields: type[Any] = getattr(import_module(f"holdfast.cli.{self._module}"), self._record)
        return fields

    @cached_property
    def __signature__(self) -> inspect.Signature:
        return inspect.signature(self._fields, eval_str=True)


def told_by(module: str, record: str) -> Callable[[Callable[[Any], None]], Callable[..., None]]:
    """Give a command the options that are the fields of a record in a module of this room."""
    return lambda command: _OptionsOf(module, record, command)
