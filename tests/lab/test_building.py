"""`python -m holdfast_lab.programs` without Go, without an index, without room: one line in seconds, then it goes on.

The compiler is a shell script here, as building the real programs takes minutes; everything around it is real.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.lab.tiny_disk import one_line, tiny_disk

from holdfast_lab.building import RECIPES

PROGRAMS = (sys.executable, "-m", "holdfast_lab.programs")
NO_INDEX = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": "/dev/null"}
COMPILER = """#!/bin/sh
[ "$1" = version ] && { echo "go version go%s linux/amd64"; exit; }
while [ "$1" != -o ]; do shift; done
%s "$2"
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """No go and no programs on PATH, an empty cache, an index that does not answer."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PIP_") and k != "KUBEBUILDER_ASSETS"}
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "touch").symlink_to("/usr/bin/touch")
    return kept | NO_INDEX | {"PATH": str(tmp_path / "bin"), "XDG_CACHE_HOME": str(tmp_path / "cache")}


def put_go(environment: dict[str, str], version: str, build: str = "touch") -> Path:
    go = Path(environment["PATH"]) / "go"
    go.write_text(COMPILER % (version, build))
    go.chmod(0o755)
    return go


def programs(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(PROGRAMS, env=environment, capture_output=True, text=True, check=False, timeout=60)


def refusal(environment: dict[str, str]) -> str:
    """The last line of a refusal, after those that say what is being tried."""
    answer = programs(environment)
    assert (answer.returncode, answer.stdout, "Traceback" in answer.stderr) == (1, "", False)
    return answer.stderr.splitlines()[-1]


def built(environment: dict[str, str]) -> set[str]:
    answer = programs(environment)
    assert answer.returncode == 0, answer.stderr
    return {each.name for each in Path(answer.stdout.strip()).iterdir()} - {".lock"}


ALL = {recipe.name for recipe in RECIPES}


def test_without_go_and_index_the_line_says_both_and_the_command_works_once_go_is_there(
    environment: dict[str, str],
) -> None:
    said = refusal(environment)
    assert "Go 1.26.0 or newer to build them (none on PATH; the package index gave ERROR: " in said
    assert "install Go, or put etcd, kube-apiserver" in said
    put_go(environment, "1.99.0")
    assert built(environment) == ALL


def test_a_go_that_is_too_old_is_named_with_its_version_and_a_newer_one_builds(
    environment: dict[str, str],
) -> None:
    go = put_go(environment, "1.18.10")
    assert f"({go} is 1.18.10; the package index gave ERROR: " in refusal(environment)
    put_go(environment, "1.99.0")
    assert built(environment) == ALL


def test_a_build_that_fails_keeps_what_was_built_and_the_next_goes_on(environment: dict[str, str]) -> None:
    put_go(environment, "1.99.0", 'case "$2" in *kubectl*) echo "no such module" >&2; exit 1;; esac; touch')
    assert refusal(environment) == "go could not build kubectl: no such module"
    put_go(environment, "1.99.0", 'case "$2" in *etcd*) exit 1;; esac; touch')
    assert built(environment) == ALL


def test_without_room_nothing_is_begun_and_the_command_works_once_there_is_room(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    put_go(environment, "1.99.0")
    command = ("/usr/bin/env", "-u", "KUBEBUILDER_ASSETS", f"PATH={environment['PATH']}", *PROGRAMS)
    with tiny_disk(tmp_path / "small", "8m") as disk:
        said = one_line(disk.run(*command, XDG_CACHE_HOME=str(disk.folder)))
        assert "no room to build the programs: 8 MiB are free" in said
        assert "about 5 GiB are needed once; make room or set XDG_CACHE_HOME" in said
        disk.change("size=1g")
        assert disk.run(*command, XDG_CACHE_HOME=str(disk.folder)).returncode == 0


def test_a_cache_that_cannot_be_written_is_one_line_until_it_can(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    put_go(environment, "1.99.0")
    cache = Path(environment["XDG_CACHE_HOME"])
    cache.touch()
    assert "Not a directory): make room or set XDG_CACHE_HOME to a writable folder" in refusal(environment)
    cache.unlink()
    assert built(environment) == ALL
