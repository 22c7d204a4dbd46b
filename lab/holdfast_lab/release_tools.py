"""Programs that some tests need, built like the control plane's, once: helm for the chart, promtool and Prometheus for
the alerts, a judge of the image's recipe (BuildKit's parser and linter) and one of objects (kstatus, Argo CD's Lua),
dex for signing in to the console.

`python -m holdfast_lab.release_tools helm` prints the folder it is in.
"""

from __future__ import annotations

import sys
from pathlib import Path

from holdfast_lab.building import Recipe, build_programs
from holdfast_lab.progress import Progress

TOOLS = {
    "containerfile": Recipe("containerfile", "containerfile", "holdfast.dev/tools/containerfile"),
    "dex": Recipe("dex", "dex", "github.com/dexidp/dex/cmd/dex"),
    "gitops": Recipe("gitops", "gitops", "holdfast.dev/tools/gitops"),
    "helm": Recipe("helm", "helm", "helm.sh/helm/v3/cmd/helm"),
    "promtool": Recipe("promtool", "promtool", "github.com/prometheus/prometheus/cmd/promtool"),
    "prometheus": Recipe(
        "prometheus", "prometheus", "github.com/prometheus/prometheus/cmd/prometheus", tags="remove_all_sd"
    ),
}


def tool(name: str) -> Path:
    """The program, built now where it is not there yet. Raises LabError where it cannot be."""
    return build_programs(Progress(), (TOOLS[name],)) / name


if __name__ == "__main__":
    for asked in sys.argv[1:]:
        sys.stdout.write(f"{tool(asked)}\n")
