"""The stacks that platform teams have go up in the lab, one unit of each pool, stay as they are, and come down.

Their hosts are on paper and all of them are let into one cluster of the lab: what is tried is that Google's stand-in
takes every resource, that the objects in the cluster and in the hub are taken, and that a second up changes nothing.
Two of the ten have stories of their own, with hosts: test_shared_and_blocks.py and test_brought_hosts.py.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.infra.test_declaration_stacks import STACKS, declared
from tests.infra.test_program_cloud import small

from holdfast_infra.stack_files.stack_yaml import dump
from holdfast_lab.installation import MANIFESTS
from holdfast_lab.running import Lab
from holdfast_lab.testing import running_lab

pytestmark = [pytest.mark.lab, pytest.mark.e2e, pytest.mark.stacks]
ROOT, ANYWHERE = MANIFESTS.parent, "abernathy"
OWN_STORY = {"Pulumi.ironwood-c.yaml", "Pulumi.colo-oslo.yaml"}
WANTED = sorted(path for path in (STACKS / "wanted").iterdir() if path.name not in OWN_STORY)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("wanted"), [ANYWHERE]) as running:
        yield running


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOLDFAST_LAB_HOSTS", "paper")
    for name in ("Pulumi.yaml", "infra", "operators", "manifests"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    (tmp_path / "stacks").mkdir()
    return tmp_path


def pulumi(lab: Lab, project: Path, verb: str, stack: str, *options: str) -> str:
    """What the engine says, where it must succeed."""
    place = ("--config", f"holdfast:datacenter.cluster.context={ANYWHERE}")
    command = ["lab", "pulumi", "--state", str(lab.state.root), verb, stack, *options, *place]
    answer = subprocess.run(
        [sys.executable, "-m", "holdfast", *command],
        cwd=project, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


@pytest.mark.parametrize("path", WANTED, ids=lambda path: path.stem.removeprefix("Pulumi."))
def test_a_stack_that_is_wanted_goes_up_stays_and_comes_down(lab: Lab, project: Path, path: Path) -> None:
    stack = path.stem.removeprefix("Pulumi.")
    (project / "stacks" / path.name).write_text(
        dump({"config": {"holdfast:datacenter": small(declared(path))}})
    )
    pulumi(lab, project, "up", stack, "--yes")
    assert "unchanged" in pulumi(lab, project, "preview", stack)
    pulumi(lab, project, "destroy", stack, "--yes", "--run-program")
