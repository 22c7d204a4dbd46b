"""The engine that is the `pulumi` CLI, with everything it keeps inside the lab's state folder."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

from holdfast_lab.engine.configuration import project_name
from holdfast_lab.engine.options import PROJECT_FILE, Order
from holdfast_lab.errors import LabError
from holdfast_lab.state import write_whole


def run(order: Order, config_file: Path) -> int:
    """Make backend and stack if need be, then run the CLI; returns its exit code.

    `config_file` is a copy that the CLI may change.
    """
    environment = _environment(order)
    version = _pulumi(["version"], order, environment).stdout.strip()
    told = sys.stderr if order.options.json else sys.stdout
    told.write(f"Engine: the pulumi CLI {version} ({order.verb} {order.stack}), backend in the lab\n")
    told.flush()  # the CLI writes to the same place
    _select_stack(order, config_file.parent, environment)
    # no capture: a person watches, and a refusal must be seen as the CLI prints it
    return subprocess.run(
        ["pulumi", *_arguments(order, config_file)], cwd=order.options.project, env=environment, check=False
    ).returncode


def _arguments(order: Order, config_file: Path) -> list[str]:
    arguments = [
        order.verb,
        "--stack",
        order.stack,
        "--config-file",
        str(config_file),
        "--non-interactive",
        "--suppress-progress",
        "--parallel",
        str(order.options.parallel),
    ]
    return [*arguments, *_flags(order)]


def _flags(order: Order) -> list[str]:
    options = order.options
    given = {
        "--yes": not order.dry_run,
        "--run-program": options.run_program,
        "--preview-only": options.preview_only,
        "--refresh": options.refresh,
        "--json": options.json,
    }
    return [flag for flag, wanted in given.items() if wanted]


def export(order: Order) -> int:
    """Print what the CLI knows to stand; returns its exit code."""
    command = ["pulumi", "stack", "export", "--stack", order.stack, "--non-interactive"]
    return subprocess.run(command, cwd=order.options.project, env=_environment(order), check=False).returncode


def _environment(order: Order) -> dict[str, str]:
    state = order.options.state
    backend = state / "pulumi"
    backend.mkdir(parents=True, exist_ok=True)
    return {
        **order.environment,
        "PULUMI_BACKEND_URL": f"file://{backend}",
        "PULUMI_CONFIG_PASSPHRASE": _passphrase(state),
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_HOME": str(state / "pulumi-home"),
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
    }


def _passphrase(state: Path) -> str:
    """The passphrase of this lab's secrets, made once."""
    path = state / "pulumi-passphrase"
    if not path.exists():
        write_whole(path, secrets.token_urlsafe(24).encode())
    return path.read_text(encoding="utf-8")


def _select_stack(order: Order, folder: Path, environment: Mapping[str, str]) -> None:
    """Make the stack if it is not there.

    `stack init` writes a salt into the stack file beside Pulumi.yaml and takes no --config-file, so it runs in
    the folder of the copies, with a project file of the same name.
    """
    project = {"name": project_name(order.options.project), "runtime": "python"}
    write_whole(folder / PROJECT_FILE, yaml.safe_dump(project).encode())
    listed = _pulumi(["-C", str(folder), "stack", "ls", "--json"], order, environment)
    if order.stack not in [each["name"] for each in json.loads(listed.stdout)]:
        _pulumi(["-C", str(folder), "stack", "init", order.stack, "--no-select"], order, environment)


def _pulumi(
    arguments: list[str], order: Order, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """A call whose answer we need; raises LabError with what it said."""
    done = subprocess.run(
        ["pulumi", *arguments, "--non-interactive"],
        cwd=order.options.project,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise LabError(f"pulumi {' '.join(arguments)} failed: {done.stderr.strip() or done.stdout.strip()}")
    return done
