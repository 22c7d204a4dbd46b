"""What `holdfast guard` does. Exit codes stand in plan_guard/report.py and docs/guarded-changes.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import typer

from holdfast_infra.commands.hub_door import hub_address
from holdfast_infra.configuration import DATACENTER, declared_datacenter
from holdfast_infra.declaration import DeclarationError
from holdfast_infra.engine_files import Plan, State, UnreadableFile, read_file, read_plan, read_state
from holdfast_infra.hub_address import HubAddress
from holdfast_infra.hub_guard import Hub, HubSilent, KubernetesHub
from holdfast_infra.hub_guard.undelivered import Undelivered, undelivered
from holdfast_infra.plan_guard import report
from holdfast_infra.plan_guard.judgement import Touch, judge, left_to_delete
from holdfast_infra.plan_guard.seen_hub import SeenHub


def guard(
    plan: str,
    state: str | None,
    hub: str | None,
    as_json: bool,
    connect: Callable[[HubAddress], Hub] = KubernetesHub,
) -> None:
    """Judge a plan and leave with what it means.

    hub: KUBECONFIG or KUBECONFIG:CONTEXT, if it was given.
    """
    try:
        planned = read_file(plan, read_plan)
        standing = read_file(state, read_state) if state else State("", ())
        touches = _judged(planned, standing, connect(hub_address(hub, planned.config)))
    except (UnreadableFile, HubSilent) as error:
        typer.echo(f"could not judge: {error}", err=True)
        raise typer.Exit(report.COULD_NOT_JUDGE) from None
    if as_json:
        typer.echo(json.dumps(report.document(planned, touches), indent=2))
    else:
        for line in report.lines(planned, touches):
            typer.echo(line)
    raise typer.Exit(report.exit_code(planned, touches))


def _judged(plan: Plan, state: State, hub: Hub) -> tuple[Touch, ...]:
    if plan.stack and state.stack and plan.stack != state.stack:
        raise UnreadableFile(
            f"the plan is of stack {plan.stack} and the state of {state.stack}: give both of one stack"
        )
    steps = (*plan.steps, *left_to_delete(state))
    return judge(
        steps,
        SeenHub(hub),
        plan.datacenter or state.datacenter,
        of_hub=plan.of_hub,
        without_hardware=_undelivered(plan.config),
    )


def _undelivered(config: Mapping[str, str]) -> Undelivered:
    """What a plan's own configuration says of it; nothing where that cannot be read: then reports alone tell."""
    try:
        given = {**config, DATACENTER: json.loads(config.get(DATACENTER, ""))}
        return undelivered(declared_datacenter(given, Path()))
    except (DeclarationError, ValueError):
        return {}
