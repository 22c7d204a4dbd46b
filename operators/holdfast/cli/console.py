"""`holdfast console`: the pages, until told to stop.

Exit status: 0 it was told to stop, 2 it could not begin.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

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
    process = _process(errors)
    host, port = address_of(asked.listen)
    open_logs(sys.stderr)
    try:
        settings = process.ConsoleSettings(
            asked.kubeconfig, asked.context, host, port, asked.public, asked.key_file, asked.session_seconds,
            asked.docs, asked.namespace, _registration(process, asked),
        )  # fmt: skip
        status = process.run_console(settings, stop_on_signals(), lambda address: _tell(out, address))
    except (ValueError, OSError) as error:
        say(errors, str(error))
        raise typer.Exit(COULD_NOT_BEGIN) from error
    raise typer.Exit(status)


def _registration(process: Any, asked: ConsoleAsked) -> Any:
    """What the console is at an issuer; None where people show a token. Raises ValueError for half a registration."""
    if asked.oidc_issuer:
        return process.Registration(
            asked.oidc_issuer,
            asked.oidc_client_id,
            asked.oidc_secret_file,
            asked.oidc_ca_file,
            asked.oidc_scopes,
        )
    if asked.oidc_client_id:
        raise ValueError(
            f"--oidc-client-id {asked.oidc_client_id} without --oidc-issuer: nobody could sign in; give the issuer's "
            "address, or neither of them"
        )
    return None


def _process(errors: Console) -> Any:
    """The module that serves, with the libraries of its extra."""
    try:
        return import_module("holdfast.console.process")
    except ModuleNotFoundError as error:
        say(
            errors,
            f"the console's libraries are not installed ({error.name}): pip install 'holdfast[console]'",
        )
        raise typer.Exit(COULD_NOT_BEGIN) from error


def _tell(out: Console, address: str) -> None:
    """At once, even where nobody's terminal is at the other end."""
    say(out, address)
    out.file.flush()
