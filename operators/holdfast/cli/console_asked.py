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
    oidc_issuer: Annotated[
        str,
        typer.Option(
            help="The OpenID Connect issuer at which people sign in; the hub's API server trusts it, too."
        ),
    ] = ""
    oidc_client_id: Annotated[str, typer.Option(help="What the console is registered as at the issuer.")] = ""
    oidc_secret_file: Annotated[
        str, typer.Option(help="A file with the client's secret; without one it is a public client.")
    ] = ""
    oidc_ca_file: Annotated[
        str, typer.Option(help="Authorities for the issuer's certificate; without one, the system's.")
    ] = ""
    oidc_scopes: Annotated[
        str,
        typer.Option(
            help="What is asked for, separated by spaces; offline_access mostly brings refresh tokens."
        ),
    ] = "openid email profile"
    kubeconfig: ProcessKubeconfig = None
    context: ProcessContext = None
