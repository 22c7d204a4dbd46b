"""A real disk of a chosen size, full or read-only at will, and commands that see it.

It is a tmpfs in a mount namespace of its own (`unshare -rm`), which needs no root. Where a machine allows no user
namespaces the tests that need one are skipped: nothing else makes a disk small without root.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from holdfast_lab.process_control.supervision import stop, strays

HOLDFAST = (sys.executable, "-m", "holdfast")


class TinyDisk:
    """The disk at `folder`; what runs elsewhere sees an ordinary empty folder there."""

    def __init__(self, folder: Path, holder: int) -> None:
        self.folder = folder
        self._enter = ("nsenter", "-t", str(holder), "-U", "-m", "--preserve-credentials")

    def run(self, *argv: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command that sees the disk; variables come on top of the environment."""
        added = [f"{name}={value}" for name, value in environment.items()]
        command = [*self._enter, "env", *added, *map(str, argv)]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)

    def holdfast(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`holdfast lab` with its state folder on the disk."""
        return self.run(*HOLDFAST, "lab", *words, "--state", self.folder)

    def change(self, option: str) -> None:
        """Remount it: `size=1g`, `ro`, `rw`; by source and folder, so that `mount` adds no options of its own."""
        assert self.run("mount", "-o", f"remount,{option}", "none", self.folder).returncode == 0


@contextmanager
def tiny_disk(folder: Path, size: str) -> Iterator[TinyDisk]:
    """A disk of this size on a folder, for the length of the block."""
    folder.mkdir(exist_ok=True)
    if not shutil.which("unshare") or not shutil.which("nsenter"):
        pytest.skip("a small disk needs unshare and nsenter (util-linux)")
    script = 'mount -t tmpfs -o "size=$0" none "$1" && echo mounted && exec sleep 900'
    command = ["unshare", "-rm", "sh", "-c", script, size, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as holder:
        assert holder.stdout
        try:
            if holder.stdout.readline() != "mounted\n":
                pytest.skip("a small disk needs user namespaces, which this machine does not allow")
            yield TinyDisk(folder, holder.pid)
        finally:
            stop(strays(folder))
            holder.kill()


def one_line(answer: subprocess.CompletedProcess[str]) -> str:
    """The refusal of a command: one line on stderr and a failure; AssertionError for anything else."""
    said = answer.stderr.strip().splitlines()
    assert (answer.returncode, len(said), answer.stdout) == (1, 1, ""), answer
    return said[0]
