"""Child processes that outlive the command that started them, and are found again.

A process is known by its pid and its birth (the boot, and when in it the kernel says it started): a pid
alone may have been given to somebody else since. Every child is a session of its own, so no terminal can take it
along, and carries `HOLDFAST_LAB_CHILD=<state folder>` in its environment, so that one which was
started but never written down (a crash in between) is found too.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from holdfast_lab.polling import poll

MARKER = "HOLDFAST_LAB_CHILD"
_PROC = Path("/proc")
_POLL_SECONDS = 0.05
_STARTED = 18
"""Field 22 of /proc/PID/stat counted from the state on: when it started, in clock ticks since boot (proc(5))."""


@dataclass(frozen=True, slots=True)
class Command:
    """A program to run: `argv` starts with its full path."""

    name: str
    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Process:
    """A started child; `birth` is opaque and compared only for equality."""

    pid: int
    birth: str


def spawn(command: Command, log: Path, state_folder: Path) -> Process:
    """Start the command with its output appended to `log`; it has no terminal and no stdin."""
    environment = {**os.environ, MARKER: str(state_folder)}
    output = (os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    pid = os.posix_spawn(
        command.argv[0],
        command.argv,
        environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), *output),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )
    return Process(pid, birth_of(pid) or "")


def birth_of(pid: int) -> str | None:
    """When the process started, or None if there is none or it has ended."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # an ended child of ours stays in the table until asked about
    try:
        line = (_PROC / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, *fields = line.rpartition(")")[2].split()  # before it the name, which may hold blanks
    return None if state in "ZX" else f"{fields[_STARTED]} {_boot()}"


def is_alive(process: Process) -> bool:
    """Whether this very process still runs: a reused pid does not count."""
    return birth_of(process.pid) == process.birth


def group_of(process: Process) -> int:
    """The pid of the process group's leader; 0 if the process has ended."""
    try:
        return os.getpgid(process.pid)
    except ProcessLookupError:
        return 0


def stop(processes: Iterable[Process], patience_seconds: float = 8.0) -> None:
    """Ask all to end, wait together, kill what is left; returns when none is alive."""
    asked = list(processes)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in asked:
            _signal(process, number)
        poll(lambda: not any(map(is_alive, asked)), patience_seconds, _POLL_SECONDS)


def strays(state_folder: Path) -> list[Process]:
    """Every living child started for this state folder, written down or not."""
    mark = f"{MARKER}={state_folder}".encode()
    found = []
    for folder in _PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    births = {pid: birth_of(pid) for pid in found if pid != os.getpid()}
    return [Process(pid, birth) for pid, birth in births.items() if birth is not None]


def _boot() -> str:
    """The boot's own id: pids and ticks begin anew with each."""
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _signal(process: Process, number: signal.Signals) -> None:
    """To the whole group of a child that leads one: what it may have started ends with it."""
    with contextlib.suppress(ProcessLookupError):
        if not is_alive(process):
            return
        if os.getpgid(process.pid) == process.pid:
            os.killpg(process.pid, number)
        else:
            os.kill(process.pid, number)
