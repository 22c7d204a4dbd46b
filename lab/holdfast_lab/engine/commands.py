"""What the verbs of `holdfast lab pulumi` do."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import cast, get_args

import typer

from holdfast_lab.cloud.chosen_sites import PAPER
from holdfast_lab.engine.configuration import require_stack
from holdfast_lab.engine.options import Engine, Options, Verb
from holdfast_lab.errors import LabError
from holdfast_lab.one_line import one_line_errors
from holdfast_lab.options import ENGINE, LAB
from holdfast_lab.running import open_lab, require_hub
from holdfast_lab.state import StateFolder


def run(verb: Verb, stack: str, config: list[str] | None, **flags: bool) -> None:
    """Run and leave with the engine's exit code; what it cannot go on with is one line."""
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")  # else it tells of every line that is hung up
    with one_line_errors():
        state = StateFolder.at(Path(os.environ[LAB])).root
        options = Options(Path.cwd(), state, config=tuple(config or ()), **flags)
        require_stack(stack, options.project)
        if os.environ.get(PAPER) != "paper":
            require_hub(open_lab(options.state))
        code = import_module("holdfast_lab.engine.run").run(_engine(os.environ[ENGINE]), verb, stack, options)
    raise typer.Exit(code)


def export(stack: str) -> None:
    """Print a stack's state and leave with the engine's exit code."""
    with one_line_errors():
        options = Options(Path.cwd(), StateFolder.at(Path(os.environ[LAB])).root)
        require_stack(stack, options.project)
        code = import_module("holdfast_lab.engine.run").export(_engine(os.environ[ENGINE]), stack, options)
    raise typer.Exit(code)


def _engine(name: str) -> Engine:
    if name not in get_args(Engine):
        raise LabError(f"--engine {name!r} is none of {', '.join(get_args(Engine))}")
    return cast("Engine", name)
