"""`holdfast lab` where it cannot do what is asked: one line, exit code 1, nothing written; and where it can."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.lab.tiny_disk import HOLDFAST, one_line, tiny_disk

from holdfast_lab.running import Lab

REPOSITORY = Path(__file__).parents[2]
NEED_A_LAB = {
    "status": ["status"],
    "env": ["env"],
    "tenant": ["tenant", "mistral"],
    "cloud list": ["cloud", "list"],
    "cloud calls": ["cloud", "calls"],
    "fault slow": ["cloud", "fault", "slow", "1"],
    "fault list": ["cloud", "fault", "list"],
    "fault clear": ["cloud", "fault", "clear"],
}
TENANTS = ["planner", "agent-lake-mariner", "../kubeconfig", "a/b", "", "Mistral"]


@pytest.fixture
def open_tmp() -> Iterator[Path]:
    """A folder that other users may enter, which those of pytest do not let them."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def holdfast(state: Path, *words: str, folder: Path = REPOSITORY) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HOLDFAST_LAB": str(state)}
    command = [*HOLDFAST, "lab", *words]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.lab
@pytest.mark.parametrize("words", NEED_A_LAB.values(), ids=NEED_A_LAB.keys())
def test_without_a_lab_the_line_says_how_to_start_one(words: list[str], lab: Lab, tmp_path: Path) -> None:
    said = one_line(holdfast(tmp_path / "none", *words))
    assert said == f"lab: there is no lab in {tmp_path / 'none'}: start one with `holdfast lab up`"
    assert list(tmp_path.iterdir()) == []
    assert holdfast(lab.state.root, *words).returncode == 0


def test_pulumi_needs_a_project_a_stack_it_has_and_a_lab(tmp_path: Path) -> None:
    nowhere = holdfast(tmp_path / "none", "pulumi", "preview", "lake-mariner", folder=tmp_path)
    assert "has no Pulumi.yaml: run this in the project's folder" in one_line(nowhere)
    unknown = one_line(holdfast(tmp_path / "none", "pulumi", "preview", "lake-marina"))
    assert "there is no stack lake-marina in" in unknown
    assert "abernathy, barber-lake, hub, lake-mariner" in unknown
    without = holdfast(tmp_path / "none", "pulumi", "preview", "lake-mariner")
    assert "there is no lab in" in one_line(without)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.lab
@pytest.mark.parametrize("name", TENANTS)
def test_a_tenants_file_cannot_take_the_place_of_another(lab: Lab, name: str) -> None:
    files = sorted(lab.state.root.rglob("*kubeconfig"))
    assert "cannot name a tenant" in one_line(holdfast(lab.state.root, "tenant", "--", name))
    assert sorted(lab.state.root.rglob("*kubeconfig")) == files
    assert holdfast(lab.state.root, "tenant", "--", "planners").returncode == 0


@pytest.mark.parametrize("verb", ["up", "status", "env", "down"])
def test_a_folder_with_too_long_a_name_is_one_line(verb: str) -> None:
    assert "File name too long" in one_line(holdfast(Path("/" + "x" * 300), verb))


@pytest.mark.lab
def test_a_file_in_the_folders_place_is_refused_until_it_is_gone(tmp_path: Path) -> None:
    state, words = tmp_path / "a lab", ("up", "--sites", "", "--no-operator", "--manifests", str(tmp_path))
    state.touch()
    said = one_line(holdfast(state, *words))
    assert said == f"lab: the state folder {state} cannot be used (File exists): choose another with --state"
    assert "there is no lab in" in one_line(holdfast(state, "env"))
    state.unlink()
    assert holdfast(state, *words).returncode == 0
    assert holdfast(state, "down", "--delete").stderr == "ended 3 processes\n"


@pytest.mark.lab
def test_a_folder_that_may_only_be_read_is_refused_until_it_may_be_written(tmp_path: Path) -> None:
    words = ("--sites", "", "--no-operator", "--manifests", str(tmp_path / "none"))
    refusal = (
        f"lab: the state folder {tmp_path / 'disk'} cannot be used (Read-only file system): choose another"
    )
    with tiny_disk(tmp_path / "disk", "1g") as disk:
        disk.change("ro")
        assert refusal in one_line(disk.holdfast("up", *words))
        disk.change("rw")
        assert disk.holdfast("up", *words).returncode == 0
        assert disk.holdfast("down").stderr == "ended 3 processes\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("verb", ["up", "status", "env", "down"])
def test_a_lab_of_somebody_else_is_refused_until_it_is_ours(open_tmp: Path, verb: str) -> None:
    state = open_tmp / "lab"
    state.mkdir(mode=0o700)
    somebody = ("setpriv", "--reuid", "65534", "--clear-groups", *HOLDFAST, "lab")
    refused = subprocess.run(
        [*somebody, verb, "--state", str(state)], capture_output=True, text=True, check=False
    )
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.endswith(f"Path '{state}' is not readable.\n")
    os.chown(state, 65534, -1)
    ours = subprocess.run(
        [*somebody, "down", "--state", str(state)], capture_output=True, text=True, check=False
    )
    assert (ours.returncode, ours.stderr) == (0, "no lab was running\n")
