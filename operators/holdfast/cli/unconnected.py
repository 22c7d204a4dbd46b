"""Why a command could not look, in words: what every command says where a server gives no answer.

Exit status of every command: 0 it has answered, 1 the answer is no (docs/cli.md), 2 it could not look or was asked
wrongly (and says at what and why).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from holdfast.cli.cells import escaped
from holdfast.cluster.transport.errors import ClusterError, Refused, Unavailable

COULD_NOT_LOOK = 2


class Unconnected(Exception):
    """No server could be chosen from what the command was given; nothing was asked."""


def words_for(error: Exception) -> list[str]:
    """The lines that tell a person what happened and what to do."""
    lines = [f"could not look: {error}"]
    if forbidden(error) or forbidden(error.__cause__):
        lines += [
            "This identity has no right to read it. Platform engineers have; a tenant sees its own",
            "reservations with `holdfast list -n NAMESPACE` and `holdfast explain NAME -n NAMESPACE`.",
        ]
    if any(isinstance(one, Unavailable) and one.retry_after is not None for one in (error, error.__cause__)):
        lines.append(
            "The server wants to be asked later: it is busy, or its definitions are being applied anew."
        )
    return lines


def forbidden(error: BaseException | None) -> bool:
    """Whether the server said that this identity may not."""
    return isinstance(error, Refused) and error.status == 403


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn what a server or kubeconfig refuses into lines on stderr and exit status 2."""
    try:
        yield
    except (Unconnected, ClusterError) as error:
        for line in words_for(error):
            typer.echo(escaped(line), err=True)
        raise typer.Exit(COULD_NOT_LOOK) from error
