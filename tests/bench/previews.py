"""`python -m tests.bench.previews ours|plain UNITS`: one preview in the lab's engine; CPU and wall seconds, JSON.

Nothing stands before. The program runs in a process of its own against the lab's plugins; the hub of ours answers from
memory. CPU and wall are of engine, program and plugins together, from the order to the end.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
import tempfile
from pathlib import Path
from time import monotonic, process_time
from typing import Any

from tests.infra.recording import ROOT, declared

from holdfast_lab.cloud.plugins.installation import install
from holdfast_lab.cloud.project import LAB_PROJECT
from holdfast_lab.engine.monitor import engine
from holdfast_lab.engine.monitor.report import Report
from holdfast_lab.engine.options import Options, Order
from holdfast_lab.engine.safety import lab_environment

STACK = "lake-mariner"
OURS = """
from tests.infra.standing_hub import StandingHub
from holdfast_infra.starting import start
start(StandingHub)
"""
PROGRAMS = {
    "ours": OURS,
    "plain": (Path(__file__).parent / "peers" / "plain_loop.py").read_text(encoding="utf-8"),
}


def project(folder: Path, program: str) -> Options:
    """A project with this program, and a lab's state folder that knows no stack."""
    (folder / "infra").mkdir()
    (folder / "infra" / "__main__.py").write_text(program)
    described = {"name": "holdfast", "main": "infra/", "runtime": "python"}
    (folder / "Pulumi.yaml").write_text(json.dumps(described))
    options = Options(folder, folder / "lab")
    install(options.state)
    return options


def preview(options: Options, units: int) -> tuple[float, float]:
    """CPU and wall seconds."""
    given = {**os.environ, "HOLDFAST_LAB_HOSTS": "paper", "PYTHONPATH": str(ROOT)}
    environment = lab_environment(options.state, given)
    order = Order("preview", STACK, options, _config(units), environment, dry_run=True)
    began, spent, said = monotonic(), _spent(), io.StringIO()
    if engine.run(order, Report(said)):
        raise RuntimeError(said.getvalue())
    return _spent() - spent, monotonic() - began


def _spent() -> float:
    """CPU seconds of this process and of those it has ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


def _config(units: int) -> dict[str, str]:
    datacenter: dict[str, Any] = declared(STACK) | {"project": LAB_PROJECT}
    datacenter["pools"]["tpu7x-a"] |= {"units": [{"ids": f"cube-000..cube-{units - 1:03}"}]}
    return {
        "gcp:project": LAB_PROJECT,
        "holdfast:hubKubeconfig": "nowhere",
        "holdfast:hubContext": "hub",
        "holdfast:datacenter": json.dumps(datacenter),
        "holdfast:units": str(units),
    }


def main(which: str, units: str) -> None:
    """Write one reading."""
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as folder:
        sys.stdout.write(json.dumps(preview(project(Path(folder), PROGRAMS[which]), int(units))) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
