"""Holdfast's own processes started by a test itself, in the place of those that the lab keeps running.

So a test can signal one, read its log and its pages, and see with what it ends; nobody starts it again.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.acts import repaired

from holdfast_lab.process_control.supervision import MARKER, stop
from holdfast_lab.processes import OPERATOR_AND_AGENTS
from holdfast_lab.state import RecordFile
from holdfast_lab.story.context import Context

RESTARTER = "holdfast_lab.process_control.restarter"


@dataclass(frozen=True, slots=True)
class Own:
    """One process and its log."""

    process: subprocess.Popen[bytes]
    log: Path

    def said(self, event: str) -> list[dict[str, Any]]:
        """The lines of its log about this event, so far."""
        whole = [line for line in self.log.read_text().split("\n")[:-1] if line.startswith("{")]
        return [line for line in map(json.loads, whole) if line["event"] == event]

    def page(self, path: str) -> str:
        """One of its three pages; empty while it does not answer with 200."""
        for line in self.said("started"):
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", line["metrics_port"], 5)) as way:
                way.request("GET", path)
                answer = way.getresponse()
                return answer.read().decode() if answer.status == 200 else ""
        return ""

    def signal(self, *numbers: signal.Signals) -> None:
        """Send it signals, in this order."""
        for number in numbers:
            self.process.send_signal(number)

    def ended(self, seconds: float) -> int:
        """Wait for its end and return its exit status; subprocess.TimeoutExpired after `seconds`."""
        return self.process.wait(seconds)


Start = Callable[[], Own]
"""Starts one more of the same and returns when it has read all it needs."""


@contextlib.contextmanager
def instead_of(context: Context, name: str) -> Iterator[Start]:
    """The lab's process of this name is down for the length of the block; the test starts its own."""
    started: list[Own] = []

    def start() -> Own:
        log = context.lab.state.logs / f"own-{name}-{len(started)}.log"
        own = Own(_run(context, _argv(context, name), log), log)
        started.append(own)
        context.until(lambda: own.page("/readyz"), 30, f"{log.name} ready")
        return own

    stop([RecordFile(context.lab.state).read().operator_and_agents[name]])
    try:
        yield start
    finally:
        for own in started:
            own.process.kill()
            own.process.wait()
        repaired(context)


def _argv(context: Context, name: str) -> tuple[str, ...]:
    """What the lab's restarter would keep running, with the same account."""
    commands = [
        each for wanted in OPERATOR_AND_AGENTS for each in wanted(context.lab.state, context.lab.clusters)
    ]
    argv = next(command.argv for command in commands if command.name == name)
    return argv[argv.index(RESTARTER) + 1 :]


def _run(context: Context, argv: tuple[str, ...], log: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, MARKER: str(context.lab.state.root)}
    with log.open("wb") as output:
        return subprocess.Popen(argv, stdout=output, stderr=output, env=environment)
