"""Which engine runs a stack, and what holds for both: lab-only, a copy of the configuration, plugins first."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from typing import Any

from holdfast_lab.cloud.plugins.installation import install
from holdfast_lab.engine import command_line
from holdfast_lab.engine.configuration import as_environment, lab_config, write_copy
from holdfast_lab.engine.monitor import engine as monitor
from holdfast_lab.engine.monitor.report import Report
from holdfast_lab.engine.monitor.state import read_snapshot
from holdfast_lab.engine.monitor.written import deployment, digest
from holdfast_lab.engine.options import Engine, Options, Order, Verb
from holdfast_lab.engine.safety import lab_environment, require_lab
from holdfast_lab.engine.standing import NAMES, require_same
from holdfast_lab.errors import LabError


def run(engine: Engine, verb: Verb, stack: str, options: Options) -> int:
    """Preview, bring up or destroy a stack in the lab; returns the exit code.

    The first line of the output says which engine runs; with --json that is standard error. Raises LabError for what
    can be said in one line.
    """
    chosen = choose(engine)
    looks = verb == "preview" or options.preview_only
    if not looks and not options.yes:
        raise LabError(f"`{verb}` changes the lab: look at {_preview(verb, stack)} first, then add --yes")
    require_same(chosen, stack, options)
    config = lab_config(stack, options)
    install(options.state)
    require_lab(config, f"file://{options.state / 'pulumi'}", options.state)
    environment = lab_environment(options.state, os.environ)
    copy = write_copy(stack, config, options.state)
    order = Order(verb, stack, options, as_environment(config), environment, dry_run=looks)
    if chosen == "cli":
        return command_line.run(order, copy)
    report = Report(sys.stderr if options.json else sys.stdout)
    report.say(f"Engine: {NAMES[chosen]} ({verb} {stack}); the pulumi CLI is not used")
    code = monitor.run(order, report)
    if options.json:
        _print(digest(report, order.config))
    return code


def _preview(verb: Verb, stack: str) -> str:
    return f"`preview {stack}`" if verb == "up" else f"`destroy {stack} --preview-only`"


def export(engine: Engine, stack: str, options: Options) -> int:
    """Print what an engine knows to stand, as `pulumi stack export` does."""
    chosen = choose(engine)
    require_same(chosen, stack, options)
    if chosen == "cli":
        environment = lab_environment(options.state, os.environ)
        return command_line.export(Order("preview", stack, options, {}, environment, dry_run=True))
    _print(deployment(read_snapshot(monitor.state_file(options.state, stack))))
    return 0


def _print(document: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(document, indent=4) + "\n")


def choose(engine: Engine) -> Engine:
    """`auto` is the CLI where it is on PATH; refuses the CLI where it is not."""
    found = shutil.which("pulumi")
    if engine == "cli" and not found:
        raise LabError("there is no pulumi on PATH: install it, or leave --engine to auto or monitor")
    if engine == "auto":
        return "cli" if found else "monitor"
    return engine
