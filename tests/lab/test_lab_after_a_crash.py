"""A lab whose processes are all gone is recognised and repaired, and no process of somebody else is touched."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from holdfast_lab.errors import LabError
from holdfast_lab.lab import down, status, up
from holdfast_lab.process_control import supervision
from holdfast_lab.process_control.supervision import Command, Process, birth_of, is_alive, spawn, stop, strays
from holdfast_lab.running import Lab, open_lab, require_hub
from holdfast_lab.state import LabRecord, RecordFile
from holdfast_lab.testing import admin, eventually, running_lab


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[Process]:
    """A process of somebody else."""
    process = spawn(
        Command("stranger", ("/bin/sleep", "600")), tmp_path / "stranger.log", tmp_path / "elsewhere"
    )
    yield process
    stop([process])


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Lab]:
    with running_lab(tmp_path / "lab", [], manifests=tmp_path / "none") as lab:
        yield lab


def with_pids_of(stranger: Process, record: LabRecord) -> LabRecord:
    """The record after a reboot: every pid on it has become the stranger's."""
    hub = record.clusters["hub"]
    processes = {name: replace(each, pid=stranger.pid) for name, each in hub.processes.items()}
    return replace(record, clusters={"hub": replace(hub, processes=processes)})


def kill_all(lab: Lab) -> None:
    processes = RecordFile(lab.state).read().processes()
    for process in processes:
        os.kill(process.pid, signal.SIGKILL)
    eventually(lambda: not any(map(is_alive, processes)))


@pytest.mark.lab
def test_after_a_crash_up_keeps_what_was_stored_and_spares_who_has_the_pids_now(
    hub: Lab, stranger: Process
) -> None:
    admin(hub, "hub").run("create", "configmap", "kept")
    kill_all(hub)
    RecordFile(hub.state).change(lambda record: with_pids_of(stranger, record))
    assert [cluster.ready for cluster in status(hub.state.root)] == [False]
    with pytest.raises(LabError, match="does not answer: `holdfast lab up` repairs it"):
        require_hub(hub)
    up(hub.state.root, [], (), manifests=hub.state.root / "none")
    require_hub(open_lab(hub.state.root))
    assert admin(hub, "hub").run("get", "configmap", "kept", "-o", "name")
    assert is_alive(stranger)


@pytest.mark.lab
def test_down_after_a_crash_spares_who_has_the_pids_now(hub: Lab, stranger: Process) -> None:
    kill_all(hub)
    RecordFile(hub.state).change(lambda record: with_pids_of(stranger, record))
    assert down(hub.state.root) == 0
    assert is_alive(stranger)


def test_the_same_pid_and_tick_in_another_boot_is_another_process(
    stranger: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert birth_of(stranger.pid) == stranger.birth
    monkeypatch.setattr(supervision, "_boot", lambda: "another boot")
    assert not is_alive(stranger)


def test_a_process_of_another_folder_is_no_stray(stranger: Process, tmp_path: Path) -> None:
    eventually(
        lambda: strays(tmp_path / "elsewhere") == [stranger]
    )  # its environment is there a moment after it
    assert strays(tmp_path / "lab") == []
