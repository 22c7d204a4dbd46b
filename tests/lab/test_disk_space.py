"""A disk that is full: said in one line, nothing is lost, and the same command works once there is room."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.lab.tiny_disk import TinyDisk, one_line, tiny_disk

from holdfast_lab import disk_space
from holdfast_lab.cluster_start import last_words
from holdfast_lab.errors import LabError
from holdfast_lab.process_control.supervision import stop, strays

UP = ("up", "--sites", "", "--no-operator")
HASTY = (
    "from holdfast_lab import disk_space; disk_space.NEW_CLUSTER_MIB = 1; "
    "from holdfast.__main__ import main; main()"
)
"""The command of somebody whose disk fills after it was looked at."""
PANIC = ["starting", "panic: mkdir etcd: file too large", "", "goroutine 1 [running]:", "main.main()"]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[TinyDisk]:
    with tiny_disk(tmp_path / "small", "8m") as disk:
        (tmp_path / "none").mkdir()
        yield disk
        disk.holdfast("down")


def up(disk: TinyDisk, *begin: str) -> str:
    """Bring a hub up without manifests; the one line of its refusal, empty if it came up."""
    words = ("lab", *UP, "--manifests", str(disk.folder.parent / "none"), "--state", str(disk.folder))
    answer = disk.run(*(begin or (sys.executable, "-m", "holdfast")), *words)
    return one_line(answer) if answer.returncode else ""


@pytest.mark.lab
def test_without_room_up_says_where_and_how_much_and_works_once_there_is_room(disk: TinyDisk) -> None:
    assert f"no room under {disk.folder}: 8 MiB are free and about 192 MiB are needed" in up(disk)
    assert f"hub: etcd ended, no room under {disk.folder}" in up(disk, sys.executable, "-c", HASTY)
    assert strays(disk.folder) == []
    disk.change("size=1g")
    assert up(disk) == ""
    assert disk.holdfast("status").returncode == 0


@pytest.mark.lab
def test_status_tells_of_a_disk_that_fills_while_the_lab_is_up(disk: TinyDisk) -> None:
    disk.change("size=400m")
    assert (up(disk), disk.holdfast("status").stderr) == ("", "")
    disk.run("dd", "if=/dev/zero", f"of={disk.folder}/filler", "bs=1M")
    stop(each for each in strays(disk.folder) if b"/etcd" in Path(f"/proc/{each.pid}/cmdline").read_bytes())
    full = disk.holdfast("status")
    assert (full.returncode, "MiB are free and about 72 MiB are needed" in full.stderr) == (1, True)
    assert "no room" in up(disk)
    disk.run("rm", disk.folder / "filler")
    assert (up(disk), disk.holdfast("status").stderr) == ("", "")


def test_a_lab_that_cannot_fit_is_refused_and_the_number_grows_with_its_clusters(tmp_path: Path) -> None:
    disk_space.require_space(tmp_path / "yet to be made", new=1, kept=1)
    with pytest.raises(LabError, match=f"about {192_000_000 + 72} MiB are needed"):
        disk_space.require_space(tmp_path, new=1_000_000, kept=1)


def test_a_programs_last_words_are_why_it_ended_not_where() -> None:
    assert last_words(PANIC) == "panic: mkdir etcd: file too large"
    assert last_words(["one", "Error: two "]) == "Error: two"
    assert last_words([]) == "it wrote nothing"
