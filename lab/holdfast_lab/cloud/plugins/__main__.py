"""Serves one plugin: `python -m holdfast_lab.cloud.plugins gcp`, started by an engine.

Prints its port, then serves until it is ended or the engine that started it is gone.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from pathlib import Path

from holdfast_lab.process_control.child import leave_with_parent
from holdfast_lab.pulumi_protocol.provider import Plugin
from holdfast_lab.pulumi_protocol.provider_service import SERVICE, rpcs
from holdfast_lab.pulumi_protocol.rpc import serve

LAB = "HOLDFAST_LAB"
"""Environment variable: absolute path of the lab's state folder."""


def main(package: str) -> int:
    """Serve `gcp` or `kubernetes`; refuses to run outside a lab."""
    folder = os.environ.get(LAB, "")
    if not Path(folder).is_absolute():
        sys.stderr.write(
            f"{LAB} is {folder!r} and not the absolute path of a lab's state folder: this is the lab's pretend "
            f"{package} plugin, which has nothing to work on elsewhere; use `holdfast lab pulumi`\n"
        )
        return 1
    leave_with_parent()
    for asked_to_end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(
            asked_to_end, lambda *_: os._exit(0)
        )  # at once: an engine waits for each of its plugins
    server, port = serve({SERVICE: rpcs(plugin(package, Path(folder)))})
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()
    return 0


def plugin(package: str, folder: Path) -> Plugin:
    """The plugin of a package, for a lab; only its own module is loaded."""
    made: Plugin = import_module(f"holdfast_lab.cloud.plugins.{package}").for_lab(folder)
    return made


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
