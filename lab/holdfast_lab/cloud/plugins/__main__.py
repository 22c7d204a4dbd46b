"""Serves one plugin: `python -m holdfast_lab.cloud.plugins gcp`, started by an engine.

Prints its port, then serves until it is ended or the engine that started it is gone.
"""

import os
import signal
import sys
import time
from pathlib import Path

from holdfast_lab.cloud.plugins.protocol import Plugin
from holdfast_lab.cloud.plugins.service import SERVICE, rpcs
from holdfast_lab.cloud.wire import serve

LAB = "HOLDFAST_LAB"
"""Environment variable: absolute path of the lab's state folder."""
_PARENT_CHECK_SECONDS = 0.5


def main(package: str) -> int:
    """Serve `gcp` or `kubernetes`; refuses to run outside a lab."""
    folder = os.environ.get(LAB, "")
    if not Path(folder).is_absolute():
        sys.stderr.write(
            f"{LAB} is {folder!r} and not the absolute path of a lab's state folder: this is the lab's pretend "
            f"{package} plugin, which has nothing to work on elsewhere; use `holdfast lab pulumi`\n"
        )
        return 1
    parent = os.getppid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server, port = serve({SERVICE: rpcs(plugin(package, Path(folder)))})
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while os.getppid() == parent:
        time.sleep(_PARENT_CHECK_SECONDS)
    server.stop(grace=None)
    return 0


def plugin(package: str, folder: Path) -> Plugin:
    """The plugin of a package, for a lab."""
    if package == "gcp":
        from holdfast_lab.cloud.google import GoogleCloud  # noqa: PLC0415 - each process needs one of the two
        from holdfast_lab.cloud.plugins.gcp import GcpPlugin  # noqa: PLC0415

        return GcpPlugin(GoogleCloud(folder))
    from holdfast_lab.cloud.plugins.kubernetes import KubernetesPlugin  # noqa: PLC0415

    return KubernetesPlugin(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
