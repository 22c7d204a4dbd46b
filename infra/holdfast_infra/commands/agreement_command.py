"""What `holdfast guard --audit` does: state, hub and nodes beside one another; changes nothing.

Exit code 0: they agree, 1: they differ, 2: it could not be looked at.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace

import typer

from holdfast_infra.columns import columns
from holdfast_infra.commands.hub_door import hub_address
from holdfast_infra.engine_files import State, UnreadableFile, read_file, read_state
from holdfast_infra.hub_address import HubAddress
from holdfast_infra.hub_guard import Hub, HubSilent, KubernetesHub, KubernetesSite
from holdfast_infra.plan_guard.agreement import Finding, Object, Seen, differences, published_names

DIFFER, COULD_NOT_LOOK = 1, 2
_HEAD = ("OBJECT", "WRONG", "WHAT TO DO")
Nodes = Callable[[HubAddress], list[Object]]


def nodes_of(address: HubAddress) -> list[Object]:
    """The marked nodes of the cluster at an address. Raises HubSilent."""
    return KubernetesSite(address).unit_nodes()


def compare(
    state: str,
    hub: str | None,
    as_json: bool,
    connect: Callable[[HubAddress], Hub] = KubernetesHub,
    nodes: Nodes = nodes_of,
) -> None:
    """Compare, and leave with what it means. The site's cluster is the context named like the datacenter."""
    try:
        known = read_file(state, read_state)
        address = hub_address(hub, {})
        seen = _look(known, connect(address))
    except (UnreadableFile, HubSilent) as error:
        typer.echo(f"could not look: {error}", err=True)
        raise typer.Exit(COULD_NOT_LOOK) from None
    try:
        seen = replace(seen, nodes=tuple(nodes(replace(address, context=known.datacenter))))
    except HubSilent as error:
        typer.echo(
            f"no cluster at hand for {known.datacenter}, so nodes were not looked at ({error})", err=True
        )
    _report(seen, differences(seen), as_json)


def _look(state: State, hub: Hub) -> Seen:
    pools = {str(each["metadata"]["name"]): each for each in hub.pools()}
    published = {(kind, name): hub.published(kind, name) for kind, name in published_names(state)}
    return Seen(state, pools, published)


def _report(seen: Seen, found: tuple[Finding, ...], as_json: bool) -> None:
    if as_json:
        told = {
            "stack": seen.state.stack,
            "nodes": seen.nodes is not None,
            "findings": [asdict(each) for each in found],
        }
        typer.echo(json.dumps(told, indent=2))
    else:
        for line in columns(_HEAD, [(each.subject, each.wrong, each.remedy) for each in found]):
            typer.echo(line)
        counts = f"{len(seen.state.resources)} resources, {len(seen.declared)} units, {len(seen.nodes or ())} nodes"
        typer.echo(f"{seen.state.stack}: {'they differ' if found else 'they agree'}; {counts} looked at")
    raise typer.Exit(DIFFER if found else 0)
