"""What `holdfast site join` may be told: the options, as a record. It loads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.options import Kubeconfig, SiteContext


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedJoin:
    """Which datacenter joins, by which two ways, and where the agent's files go."""

    datacenter: Annotated[str, typer.Argument(metavar="DATACENTER", help="Its name at the hub.")]
    kubeconfig: Kubeconfig = None
    hub_context: Annotated[str | None, typer.Option(help="Context of the kubeconfig: the hub's.")] = None
    context: SiteContext = None
    folder: Annotated[
        Path, typer.Option("--to", metavar="FOLDER", help="Where the agent's kubeconfigs and tokens go.")
    ] = Path("agent")
    hours: Annotated[int, typer.Option(min=1, max=8_760, help="For so long a token is good.")] = 24
    command: Annotated[
        str,
        typer.Option(
            "--exec", metavar="PLUGIN", help="Site's credentials by this plugin, as gke-gcloud-auth-plugin."
        ),
    ] = ""
    renew: Annotated[bool, typer.Option("--renew", help="Only renew the tokens: for a timer.")] = False
