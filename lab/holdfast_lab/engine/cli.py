"""`holdfast lab pulumi preview|up|destroy STACK`."""

import os
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Annotated, cast, get_args

import typer

from holdfast_lab.cloud.chosen_sites import PAPER
from holdfast_lab.engine.configuration import require_stack
from holdfast_lab.engine.options import Engine, Options, Verb
from holdfast_lab.errors import LabError
from holdfast_lab.one_line import one_line_errors
from holdfast_lab.running import open_lab, require_hub
from holdfast_lab.state import DEFAULT_STATE, StateFolder

LAB = "HOLDFAST_LAB"

pulumi = typer.Typer(
    name="pulumi", no_args_is_help=True, help="Run a stack's program against the lab's cloud stand-in."
)

Stack = Annotated[str, typer.Argument(help="Name of a stack in stacks/, such as lake-mariner.")]
Which = Annotated[
    str,
    typer.Option(
        "--engine", envvar="HOLDFAST_ENGINE", help="auto, cli (the pulumi CLI) or monitor (without it)."
    ),
]
Settings = Annotated[
    list[str] | None, typer.Option("--config", help="KEY=VALUE over the stack, KEY as a path.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it; without it nothing is changed.")]
Program = Annotated[bool, typer.Option("--run-program", help="Keep the program running: its hooks answer.")]
State = Annotated[Path, typer.Option("--state", envvar=LAB, help="Folder of everything the lab writes.")]


@pulumi.callback()
def choose_lab(state: State = DEFAULT_STATE) -> None:
    """Choose the lab for the verb that follows."""
    os.environ[LAB] = str(state)


@pulumi.command()
def preview(stack: Stack, engine: Which = "auto", config: Settings = None) -> None:
    """Show what up would do; hooks are asked, nothing is changed."""
    _run("preview", stack, engine, _options(config))


@pulumi.command()
def up(stack: Stack, engine: Which = "auto", config: Settings = None, yes: Yes = False) -> None:
    """Bring the lab to what the stack declares."""
    _run("up", stack, engine, _options(config, yes))


@pulumi.command()
def destroy(
    stack: Stack,
    engine: Which = "auto",
    config: Settings = None,
    yes: Yes = False,
    run_program: Program = False,
) -> None:
    """Remove everything the stack declares, unless somebody objects."""
    _run("destroy", stack, engine, _options(config, yes, run_program))


def _options(config: list[str] | None, yes: bool = False, run_program: bool = False) -> Options:
    return Options(Path.cwd(), Path(os.environ[LAB]), yes, run_program, tuple(config or ()))


def _run(verb: Verb, stack: str, engine: str, asked: Options) -> None:
    """Run and leave with the engine's exit code; what it cannot go on with is one line."""
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")  # else it tells of every line that is hung up
    with one_line_errors():
        options = replace(asked, state=StateFolder.at(asked.state).root)
        require_stack(stack, options.project)
        if os.environ.get(PAPER) != "paper":
            require_hub(open_lab(options.state))
        run = import_module(
            "holdfast_lab.engine.run"
        ).run  # late, because engines load slowly and help should not
        code = run(_engine(engine), verb, stack, options)
    raise typer.Exit(code)


def _engine(name: str) -> Engine:
    if name not in get_args(Engine):
        raise LabError(f"--engine {name!r} is none of {', '.join(get_args(Engine))}")
    return cast("Engine", name)
