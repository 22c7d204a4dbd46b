"""What `holdfast console` may be told: a record whose fields are the options. Loaded with help, so it loads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from holdfast.cli.options import ProcessContext, ProcessKubeconfig


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleAsked:
    """How a console is to be served."""

    listen: Annotated[str, typer.Option(help="HOST:PORT; port 0 takes any free one.")] = "127.0.0.1:8099"
    public: Annotated[
        str, typer.Option(help="The address people open, to serve others: each shows a token of their own.")
    ] = ""
    key_file: Annotated[
        str, typer.Option(help="A file with the key that signs sessions, for replicas to share.")
    ] = ""
    session_seconds: Annotated[int, typer.Option(min=60, help="How long a session lasts.")] = 28_800
    docs: Annotated[str, typer.Option(help="Where docs/ is published, for links to runbooks.")] = ""
    namespace: Annotated[
        str, typer.Option("--namespace", "-n", help="Your own namespace; without one, your context's.")
    ] = ""
    kubeconfig: ProcessKubeconfig = None
    context: ProcessContext = None
