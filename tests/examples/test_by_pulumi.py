"""The component of examples/by-pulumi, run by the lab's engine as a person of the tenant on a real hub."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.people import Person
from tests.cli.tenants_hub import mila, stage
from tests.docs.dates import current
from tests.house.sources import ROOT

__all__ = ["mila", "stage"]
pytestmark = pytest.mark.lab
EXAMPLE = ROOT / "examples" / "by-pulumi"
REFUSED = "topology is immutable"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example, where a test may change it."""
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "project"))
    stack = folder / "stacks" / "Pulumi.mistral.yaml"
    stack.write_text(current(stack.read_text()))
    return folder


def pulumi(project: Path, mila: Person, verb: str, *options: str) -> subprocess.CompletedProcess[str]:
    """`holdfast lab pulumi` in the project, with her kubeconfig."""
    code = "from holdfast_lab.engine.cli import pulumi; pulumi()"
    lab = ["--state", str(project.parent / "lab"), "--engine", "monitor"]
    named = ["--config", f"reservations:kubeconfig={mila.kubeconfig}"]
    if verb != "destroy":
        options = (*options, "--config", f"reservations:context={context(mila)}")
    return subprocess.run(
        [sys.executable, "-c", code, *lab, verb, "mistral", *named, *options],
        cwd=project, env={**os.environ, "HOLDFAST_LAB_HOSTS": "paper"},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def context(mila: Person) -> str:
    """The one context of her kubeconfig."""
    return next(
        line.split()[-1] for line in mila.kubeconfig.read_text().splitlines() if "current-context" in line
    ).strip('",')


def test_it_comes_up_is_promised_stays_grows_and_goes_only_when_given_up(project: Path, mila: Person) -> None:
    up = pulumi(project, mila, "up", "--yes")
    assert up.returncode == 0, up.stdout + up.stderr
    assert "mistral/pretrain-q1: Promised" in wait(mila)
    assert "unchanged" in pulumi(project, mila, "preview").stdout
    more = pulumi(project, mila, "up", "--yes", "--config", "reservations:cubes=3")
    assert more.returncode == 0, more.stdout
    assert '"count": 3' in mila.says("get", "pretrain-q1", "-o", "json")
    kept = pulumi(project, mila, "destroy", "--yes")
    assert kept.returncode != 0
    assert "protect" in kept.stdout
    let_go = pulumi(project, mila, "up", "--yes", "--config", "reservations:givenUp=true")
    assert let_go.returncode == 0, let_go.stdout
    gone = pulumi(project, mila, "destroy", "--yes")
    assert gone.returncode == 0, gone.stdout
    assert mila.run("get", "pretrain-q1").returncode != 0


def test_what_cannot_change_is_refused_by_the_hub_and_not_replaced(project: Path, mila: Person) -> None:
    assert pulumi(project, mila, "up", "--yes").returncode == 0
    program = project / "__main__.py"
    program.write_text(program.read_text().replace("4x4x4", "4x4x8"))
    refused = pulumi(project, mila, "up", "--yes")
    assert refused.returncode != 0
    assert REFUSED in refused.stdout
    assert '"topology": "4x4x4"' in mila.says("get", "pretrain-q1", "-o", "json")


def wait(mila: Person) -> str:
    """How it stands once it is promised."""
    code = (
        "import sys; from datetime import timedelta; from holdfast.client import Until, connect\n"
        "with connect() as hub: found = hub.wait('pretrain-q1', Until.PROMISED, timeout=timedelta(minutes=1))\n"
        "print(f'{found.path}: {found.conditions[\"Promised\"].reason}')"
    )
    environment = {**os.environ, "KUBECONFIG": str(mila.kubeconfig)}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    ).stdout
