"""`tools/setup` with a Python that will not do, an index that does not answer, and a small disk.

It runs for real in a copy of the repository's skeleton, whose lock names nothing or one tiny wheel.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.lab.tiny_disk import tiny_disk

SETUP = Path(__file__).parents[2] / "tools" / "setup"
OLD = "#!/bin/sh\nexit 1\n"
NO_VENV = f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n'
PROJECT = """[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
BACKEND = """import pathlib, zipfile
def build_editable(folder, config_settings=None, metadata_directory=None):
    name = pathlib.Path.cwd().name + "_part"
    with zipfile.ZipFile(f"{folder}/{name}-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}-1.dist-info/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: 1\\n")
        wheel.writestr(f"{name}-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{name}-1.dist-info/RECORD", "")
    return f"{name}-1-py3-none-any.whl"
"""


SLOW = pytest.mark.lab  # needs no control plane, but installs for real and so is not among the fast ones


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What setup reads, with nothing locked."""
    folder = tmp_path_factory.mktemp("setup") / "a checkout"
    (folder / "tools").mkdir(parents=True)
    shutil.copy(SETUP, folder / "tools" / "setup")
    for part in ("operators", "infra", "lab"):
        (folder / part).mkdir()
        (folder / part / "pyproject.toml").write_text(PROJECT)
        (folder / part / "backend.py").write_text(BACKEND)
    return folder


@pytest.fixture
def unready(checkout: Path) -> Path:
    """As it comes from git."""
    (checkout / "requirements.lock").write_text("")
    shutil.rmtree(checkout / ".venv", ignore_errors=True)
    return checkout


@pytest.fixture
def ready(checkout: Path) -> Path:
    """After a setup; quick if the test before left it so."""
    (checkout / "requirements.lock").write_text("")
    assert setup(checkout).returncode == 0
    return checkout


def setup(checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it as `make` does, with no index that answers."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PIP_") and k != "PYTHON"}
    closed = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
    path = f"{Path(sys.executable).parent}:{kept['PATH']}"
    command = [str(checkout / "tools" / "setup")]
    return subprocess.run(
        command, env=kept | closed | {"PATH": path} | environment, capture_output=True, text=True, check=False
    )


def last_line(answer: subprocess.CompletedProcess[str]) -> str:
    assert answer.returncode == 1
    return answer.stderr.splitlines()[-1]


def python(path: Path, script: str) -> str:
    path.write_text(script)
    path.chmod(0o755)
    return str(path)


def lock_tiny_wheel(checkout: Path) -> Path:
    """Lock a wheel nobody serves; the folder that has it."""
    wheel = checkout.parent / "wheels" / "tiny-1-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as content:
        content.writestr("tiny.py", "")
        content.writestr("tiny-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1\n")
        content.writestr("tiny-1.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        content.writestr("tiny-1.dist-info/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (checkout / "requirements.lock").write_text(f"tiny==1 --hash=sha256:{digest}\n")
    return wheel.parent


def has_tiny(checkout: Path) -> bool:
    command = [str(checkout / ".venv" / "bin" / "python"), "-c", "import tiny"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_python_that_will_not_do_is_named_and_setup_works_without_it(unready: Path, tmp_path: Path) -> None:
    old, bare = python(tmp_path / "old", OLD), python(tmp_path / "bare", NO_VENV)
    said = last_line(setup(unready, PYTHON=old))
    assert said == f"setup: PYTHON={old} is no Python 3.11 or newer: unset it, or set it to one"
    assert f"setup: the venv module of {bare} is missing; install it" in last_line(
        setup(unready, PYTHON=bare)
    )
    assert not (unready / ".venv").exists()
    assert setup(unready).stderr.endswith("setup: ready\n")
    assert setup(unready).stderr == ""


def test_without_any_python_the_line_says_which_to_install(unready: Path, tmp_path: Path) -> None:
    for tool in ("dirname", "cat"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or "")
    assert "Python 3.11 or newer is needed and was not found" in last_line(setup(unready, PATH=str(tmp_path)))


@SLOW
def test_what_a_killed_setup_left_aside_comes_back(ready: Path) -> None:
    (ready / ".venv").rename(ready / ".venv.before")
    (ready / ".venv").mkdir()
    assert (setup(ready).stderr, (ready / ".venv.before").exists()) == ("", False)


@SLOW
def test_what_was_ready_stays_until_what_is_wanted_can_be_had(ready: Path) -> None:
    before = (ready / ".venv" / ".holdfast").read_text()
    wheels = lock_tiny_wheel(ready)
    assert "could not be installed; the lines above say why" in last_line(setup(ready))
    assert (ready / ".venv" / ".holdfast").read_text() == before
    assert not (ready / ".venv.before").exists()
    assert setup(ready, PIP_FIND_LINKS=str(wheels)).returncode == 0
    assert has_tiny(ready)


@SLOW
def test_a_disk_without_room_is_said_with_what_is_free_and_setup_goes_on_with_room(unready: Path) -> None:
    with tiny_disk(unready / ".venv", "4m") as disk:
        refused = disk.run(unready / "tools" / "setup", PYTHON=sys.executable)
        assert "MiB are free here, about 800 are needed); is the disk full" in last_line(refused)
        disk.change("size=200m")
        answer = disk.run(unready / "tools" / "setup", PYTHON=sys.executable)
        assert answer.stderr.endswith("setup: ready\n")
