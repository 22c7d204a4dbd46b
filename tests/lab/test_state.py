"""The record of what was started, the state folder, and the shell lines for it."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from holdfast_lab.commands import exports
from holdfast_lab.errors import LabError
from holdfast_lab.lab import check_sites, down, status
from holdfast_lab.process_control.supervision import Process
from holdfast_lab.running import open_lab
from holdfast_lab.state import ClusterRecord, LabRecord, Ports, RecordFile, StateFolder

BROKEN = ["", "{", "[]", '{"clusters": 3}', '{"clusters": {"hub": {"ports": {}}}}']


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    records = RecordFile(StateFolder(tmp_path))
    hub = ClusterRecord(Ports(1, 2, 3), {"etcd": Process(4, "5")}, installed=True)
    record = LabRecord({"hub": hub}, {"operator": Process(6, "7")}, {"mistral": "mistral"})
    records.change(lambda _: record)
    assert records.read() == record


@pytest.mark.parametrize("content", BROKEN)
def test_a_broken_record_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "lab.json").write_text(content)
    assert RecordFile(StateFolder(tmp_path)).read() == LabRecord()


def test_stores_end_after_what_uses_them() -> None:
    processes = {"etcd": Process(1, ""), "kube-apiserver": Process(2, "")}
    record = LabRecord({"hub": ClusterRecord(Ports(1, 2, 3), processes)}, {"operator": Process(3, "")})
    assert [[each.pid for each in wave] for wave in record.stop_order()] == [[3], [2], [1]]


def test_a_shell_reads_the_exports_as_they_are_meant(tmp_path: Path) -> None:
    state = StateFolder(tmp_path / "it's $HOME `here`")
    lines = exports(state, Path("/some venv/bin"))
    shown = subprocess.run(
        ["/bin/sh", "-c", f'{lines}\nprintf "%s\\n" "$KUBECONFIG" "$PATH" "$HOLDFAST_LAB"'],
        env={"PATH": "/the rest"},
        capture_output=True,
        text=True,
        check=True,
    )
    path = f"{state.programs}:/some venv/bin:/the rest"
    assert shown.stdout.splitlines() == [str(state.kubeconfig), path, str(state.root)]
    assert all(len(shlex.split(line)) == 2 for line in lines.splitlines())


def test_a_folder_that_cannot_stand_in_path_is_refused() -> None:
    with pytest.raises(LabError, match="choose another"):
        StateFolder.at(Path("/a:b"))


UNUSABLE = {"under a file": "/dev/null/lab", "name too long": "/" + "x" * 300}


@pytest.mark.parametrize("path", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_a_folder_that_cannot_be_made_is_one_clear_line(path: str) -> None:
    with pytest.raises(LabError, match="choose another with --state") as refusal:
        StateFolder(Path(path)).create()
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("name", ["hub", "", "Lake", "lake.mariner", "-a", "a" * 64])
def test_a_name_no_datacenter_can_have_is_refused(name: str) -> None:
    with pytest.raises(LabError, match="cannot name a datacenter"):
        check_sites([name])


def test_without_a_lab_there_is_nothing_to_show_open_or_end(tmp_path: Path) -> None:
    assert status(tmp_path) == []
    assert down(tmp_path) == 0
    assert down(tmp_path / "never made") == 0
    with pytest.raises(LabError, match="holdfast lab up"):
        open_lab(tmp_path)


def test_down_forgets_what_was_provisioned_with_the_clusters_and_keeps_logs(tmp_path: Path) -> None:
    for name in ("cloud.sqlite", "pulumi-monitor/one.json", "config/Pulumi.one.yaml", "logs/hub-etcd.log"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    down(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lock", "logs"]
