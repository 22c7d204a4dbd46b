"""Children are found again, told apart from strangers with their pid, and ended."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast_lab.ports import free_ports, is_free
from holdfast_lab.process_control.supervision import Command, Process, birth_of, is_alive, spawn, stop, strays
from holdfast_lab.testing import eventually

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
)


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Process]:
    process = spawn(Command("sleep", ("/bin/sleep", "60")), tmp_path / "log", tmp_path)
    yield process
    stop([process])


def test_a_child_is_alive_and_leads_a_session_of_its_own(child: Process) -> None:
    assert is_alive(child)
    assert os.getsid(child.pid) == child.pid != os.getsid(0)


def test_a_reused_pid_is_not_our_child(child: Process) -> None:
    stranger = Process(child.pid, "another birth")
    assert not is_alive(stranger)
    stop([stranger])
    assert is_alive(child)


def test_a_killed_child_is_dead_though_its_parent_never_waited(child: Process) -> None:
    os.kill(child.pid, signal.SIGKILL)
    eventually(lambda: not is_alive(child), seconds=5)


def test_a_child_nobody_wrote_down_is_found_by_its_folder(child: Process, tmp_path: Path) -> None:
    eventually(
        lambda: strays(tmp_path) == [child], seconds=5
    )  # the kernel shows its environment a moment later
    assert strays(tmp_path / "other") == []


def test_a_process_has_one_birth_however_often_asked_and_nobody_has_none(child: Process) -> None:
    assert birth_of(child.pid) == birth_of(child.pid) == child.birth != ""
    assert birth_of(2**22 + 1) is None


def test_a_child_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = spawn(Command("stubborn", (sys.executable, "-c", STUBBORN)), log, tmp_path)
    eventually(lambda: log.read_text() == "1\n", seconds=10)
    stop([process], patience_seconds=0.3)
    assert not is_alive(process)


def test_a_program_that_is_not_there_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        spawn(Command("none", (str(tmp_path / "none"),)), tmp_path / "log", tmp_path)


def test_free_ports_differ_and_are_free() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert all(map(is_free, ports))
