"""`holdfast console`: the pages, until told to stop.

Exit status: 0 it was told to stop, 2 it could not begin.
"""

from __future__ import annotations

import sys

import typer
from rich.console import Console

from holdfast.cli.console_asked import ConsoleAsked
from holdfast.cli.serve import address_of, stop_on_signals
from holdfast.cli.tables import say
from holdfast.process.logs import open_logs

COULD_NOT_BEGIN = 2


def console(asked: ConsoleAsked) -> None:
    """Serve the pages and say where."""
    out, errors = Console(), Console(stderr=True)
    try:
        from holdfast.console.process import run_console  # noqa: PLC0415 - an extra that may not be installed
        from holdfast.console.settings import ConsoleSettings  # noqa: PLC0415
    except ImportError as error:
        say(
            errors,
            f"the console's libraries are not installed ({error.name}): pip install 'holdfast[console]'",
        )
        raise typer.Exit(COULD_NOT_BEGIN) from error
    host, port = address_of(asked.listen)
    open_logs(sys.stderr)
    try:
        settings = ConsoleSettings(
            asked.kubeconfig, asked.context, host, port, asked.public, asked.key_file, asked.session_seconds,
            asked.docs, asked.namespace,
        )  # fmt: skip
        status = run_console(settings, stop_on_signals(), lambda address: _tell(out, address))
    except (ValueError, OSError) as error:
        say(errors, str(error))
        raise typer.Exit(COULD_NOT_BEGIN) from error
    raise typer.Exit(status)


def _tell(out: Console, address: str) -> None:
    """At once, even where nobody's terminal is at the other end."""
    say(out, address)
    out.file.flush()
