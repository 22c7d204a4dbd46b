"""`holdfast site join DATACENTER`: look at a datacenter's cluster, and make the kubeconfigs of its agent.

    1. the checks of `site-check`, each finding with its remedy; an error ends it here, and nothing is written
    2. at the hub the agent's ServiceAccount, called like the datacenter; at the site manifests/site has brought its own
    3. a bound token of each, in a file beside the kubeconfig that names it: the agent reads it again as it changes
    4. the hub is asked whether it knows the datacenter, and with the new token whether it lets the agent in

`--renew` does the third step alone, for a timer. Exit status: 0 joined, 1 something is wrong, 2 it could not look.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from holdfast.cli.doctor import WRONG, report
from holdfast.cli.site_asked import AskedJoin
from holdfast.cli.unconnected import Unconnected, plain_errors
from holdfast.cli.ways import Way, open_way
from holdfast.cli.written import say
from holdfast.cluster.transport.errors import AlreadyExists, Gone, Refused
from holdfast.cluster.transport.http import Request
from holdfast.cluster.transport.kubeconfig import NoKubeconfig, NotPlain, ServerAccess, access
from holdfast.cluster.ways import document_of
from holdfast.doctor.finding import Weight
from holdfast.doctor.sites import examine_site, read_site
from holdfast.hardware.names import AGENTS_NAMESPACE, GROUP_VERSION, SYSTEM_NAMESPACE

EXEC_API = "client.authentication.k8s.io/v1"
Document = Mapping[str, Any]


def site_join(asked: AskedJoin) -> None:
    """Do it, and say what to run next."""
    with plain_errors():
        hub = open_way(asked.kubeconfig, asked.hub_context)
        site = open_way(asked.kubeconfig, asked.context)
        if not asked.renew:
            _checked(site)
            _account(hub, asked.datacenter)
        _write(asked, "hub", hub, (AGENTS_NAMESPACE, asked.datacenter), "")
        _write(asked, "site", site, (SYSTEM_NAMESPACE, "agent"), asked.command)
        if not asked.renew:
            _known(hub, asked)
    say(f"holdfast agent --datacenter {asked.datacenter} --hub {asked.folder}/hub.kubeconfig "
        f"--site {asked.folder}/site.kubeconfig")  # fmt: skip


def _checked(site: Way) -> None:
    found = examine_site(read_site(site.ask, time.clock_gettime(time.CLOCK_REALTIME)))
    report(found)
    if any(one.weight is Weight.ERROR for one in found):
        say("nothing was written: mend these first, then run it again", err=True)
        raise typer.Exit(WRONG)


def _account(hub: Way, name: str) -> None:
    path = f"/api/v1/namespaces/{AGENTS_NAMESPACE}/serviceaccounts"
    document = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}}
    try:
        hub.ask(Request("POST", path, body=json.dumps(document).encode()))
    except AlreadyExists:
        return


def _write(asked: AskedJoin, at: str, way: Way, account: tuple[str, str], command: str) -> None:
    """A kubeconfig, and the token that it names unless a command makes the credentials."""
    asked.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not command:
        _put(asked.folder / f"{at}.token", token(way, *account, asked.hours))
    if not asked.renew:
        server = _server(asked.kubeconfig, asked.hub_context if at == "hub" else asked.context)
        _put(asked.folder / f"{at}.kubeconfig", json.dumps(kubeconfig(at, server, command), indent=1))


def token(way: Way, namespace: str, name: str, hours: int) -> str:
    """A token bound to a ServiceAccount, good for so many hours, or for less if the server says so."""
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token"
    wanted = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"expirationSeconds": hours * 3_600},
    }
    try:
        request = Request("POST", path, body=json.dumps(wanted).encode())
        answer = document_of(request, way.ask(request).body)
    except Gone as error:
        raise Unconnected(
            f"there is no ServiceAccount {namespace}/{name}: apply manifests/site first"
        ) from error
    return str(answer["status"]["token"])


def kubeconfig(at: str, server: ServerAccess, command: str) -> Document:
    """One cluster, one user, one context, all called like the place."""
    authority = base64.b64encode(server.authority.encode()).decode()
    cluster = {"server": server.server, **({"certificate-authority-data": authority} if authority else {})}
    plugin = {
        "apiVersion": EXEC_API,
        "command": command,
        "interactiveMode": "Never",
        "provideClusterInfo": True,
    }
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": at,
        "clusters": [{"name": at, "cluster": cluster}],
        "users": [{"name": at, "user": {"exec": plugin} if command else {"tokenFile": f"{at}.token"}}],
        "contexts": [{"name": at, "context": {"cluster": at, "user": at}}],
    }


def _server(path: str | None, context: str | None) -> ServerAccess:
    try:
        return access(path, context)
    except (NotPlain, NoKubeconfig, OSError) as error:
        raise Unconnected(f"context {context} cannot be copied: {error}") from error


def _put(file: Path, text: str) -> None:
    """Whole or not at all, and for its owner's eyes: the agent may be reading it."""
    beside = file.with_suffix(".new")
    beside.touch(mode=0o600)
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)


def _known(hub: Way, asked: AskedJoin) -> None:
    """Whether the hub has the datacenter, and lets in whoever asks as the agent will."""
    try:
        hub.ask(Request("GET", f"/apis/{GROUP_VERSION}/datacenters/{asked.datacenter}"))
        agent = open_way(str(asked.folder / "hub.kubeconfig"), "hub")
        agent.ask(Request("GET", f"/apis/{GROUP_VERSION}/acceleratorpools", (("limit", "1"),)))
    except Gone:
        say(f"the hub has no Datacenter {asked.datacenter} yet: bring its stack up", err=True)
        raise typer.Exit(WRONG) from None
    except Refused as error:
        say(f"the hub does not let the agent in, apply manifests/hub there: {error}", err=True)
        raise typer.Exit(WRONG) from error
