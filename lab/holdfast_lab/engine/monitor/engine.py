"""One run of the engine without the CLI: preview, up or destroy of one stack."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from holdfast_lab.engine.configuration import program_folder, project_name
from holdfast_lab.engine.monitor.changes import Run
from holdfast_lab.engine.monitor.deployment import Deployment, Mode
from holdfast_lab.engine.monitor.goal import PROVIDER_TYPE, Names
from holdfast_lab.engine.monitor.hooks import Hooks
from holdfast_lab.engine.monitor.program_process import ProgramProcess
from holdfast_lab.engine.monitor.providers import Providers
from holdfast_lab.engine.monitor.recovery import resolve
from holdfast_lab.engine.monitor.refresh import refresh
from holdfast_lab.engine.monitor.removal import Removal
from holdfast_lab.engine.monitor.report import Report
from holdfast_lab.engine.monitor.service import ENGINE, MONITOR, Service
from holdfast_lab.engine.monitor.state import StackState, alone
from holdfast_lab.engine.options import Order
from holdfast_lab.errors import LabError
from holdfast_lab.pulumi_protocol.rpc import serve

_GOODBYE_SECONDS = 10.0
_DELETE_HOOKS = ("before_delete", "after_delete")


def run(order: Order, report: Report) -> int:
    """Carry an order out; 0 if everything asked for was done.

    As with the CLI everything is foreseen first, hooks included: a refusal then leaves all as it was.
    """
    with alone(state_file(order.options.state, order.stack)), contextlib.ExitStack() as ending:
        program = _program(order)
        if program:
            ending.callback(program.close)
        providers = Providers(order.environment, order.options.state / "logs")
        ending.callback(providers.close)
        foreseen = order.dry_run or _phase(replace(order, dry_run=True), program, providers, report)
        done = foreseen and _phase(order, program, providers, report)
        if not foreseen:
            report.say("The preview was refused, so nothing was changed.")
        report.last_word()
        return 0 if done else 1


def state_file(lab: Path, stack: str) -> Path:
    """Where this engine keeps what it knows of a stack."""
    return lab / "pulumi-monitor" / f"{stack}.json"


def _program(order: Order) -> ProgramProcess | None:
    """The program's process; none for a destroy that is asked to do without."""
    if order.verb == "destroy" and not order.options.run_program:
        return None
    environment = {**order.environment, "PULUMI_CONFIG": json.dumps(dict(order.config))}
    return ProgramProcess(program_folder(order.options.project), environment)


def _phase(order: Order, program: ProgramProcess | None, providers: Providers, report: Report) -> bool:
    """Foresee, or do; True if nothing was refused."""
    report.start("Preview" if order.dry_run else order.verb)
    providers.release()
    hooks = Hooks(order.dry_run, report)
    state = StackState(state_file(order.options.state, order.stack), order.dry_run)
    shared = Run(state, providers, hooks, report, order.dry_run)
    try:
        _start_early(shared)
        resolve(shared)
        if order.options.refresh:
            refresh(shared, order.options.parallel)
        done = _run_program(order, program, shared) if program else _destroy(order, shared)
    finally:
        hooks.close()
    report.summary(order.dry_run)
    return done and not report.errors


def _start_early(shared: Run) -> None:
    """Start the plugins the stack used last time while the program starts; one for Google at least."""
    types = [each.type for each in shared.state.snapshot.resources if not each.replaced]
    used = [each.removeprefix(PROVIDER_TYPE) for each in types if each.startswith(PROVIDER_TYPE)]
    shared.providers.start_early(used or ["gcp"])


def _destroy(order: Order, shared: Run) -> bool:
    """Remove everything without the program, unless something may only go after the program was asked."""
    resources = shared.state.snapshot.resources
    asking = [each.name for each in resources if any(each.hooks.get(when) for when in _DELETE_HOOKS)]
    if asking:
        raise LabError(
            f"{len(asking)} things (first: {asking[0]}) have delete hooks, which only the program can answer: "
            "nothing was deleted; use `destroy --run-program`"
        )
    return Removal(shared, order.options.parallel).remove_all_but(())


def _run_program(order: Order, program: ProgramProcess, shared: Run) -> bool:
    """Serve the program until it ends; what it no longer wants goes while its hooks still answer."""
    names = Names(order.stack, project_name(order.options.project))
    mode: Mode = "destroy" if order.verb == "destroy" else "apply"
    parallel = order.options.parallel
    deployment = Deployment(shared, names, dict(order.config), mode, parallel)
    removed: list[bool] = []

    def remove() -> None:
        if not deployment.stopped and not shared.report.errors:
            wanted = () if mode == "destroy" else deployment.seen
            removed.append(Removal(shared, parallel).remove_all_but(wanted))
        shared.hooks.close()

    service = Service(shared, names, deployment, remove)
    server, port = serve({MONITOR: service.monitor(), ENGINE: service.engine()})
    try:
        code = program.run(_settings(order, f"127.0.0.1:{port}"))
    finally:
        deployment.wind_down()
        server.stop(grace=None).wait(_GOODBYE_SECONDS)
    if code and not shared.report.errors:
        shared.report.say(f"error: the program ended with exit code {code}")
    if not removed:
        shared.report.say("The run stopped before anything was deleted.")
    return code == 0 and removed == [True]


def _settings(order: Order, address: str) -> dict[str, Any]:
    """What the SDK is told, for pulumi.runtime.Settings."""
    return {
        "project": project_name(order.options.project),
        "stack": order.stack,
        "monitor": address,
        "engine": address,
        "parallel": order.options.parallel,
        "dry_run": order.dry_run,
        "organization": "organization",
        "root_directory": str(order.options.project),
    }
