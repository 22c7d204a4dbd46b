"""The command line under its names: `holdfast`, `kubectl holdfast`, and what kubectl asks to complete it."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent


def run(program: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """An installed program."""
    command = [str(BIN / program), *words]
    surroundings = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings)


def test_the_plugin_is_the_same_command_line_under_its_own_name() -> None:
    assert run("kubectl-holdfast", "list", "--help").stdout.startswith(
        "Usage: kubectl holdfast list [OPTIONS]"
    )
    assert run("holdfast", "list", "--help").stdout.startswith("Usage: holdfast list [OPTIONS]")


def test_it_says_which_version_it_is() -> None:
    assert run("holdfast", "--version").stdout == f"holdfast {version('holdfast')}\n"


def test_kubectl_gets_words_and_the_sign_that_no_files_belong_there() -> None:
    assert run("kubectl_complete-holdfast", "li").stdout.split() == ["list", ":4"]
    assert "--output" in run("kubectl_complete-holdfast", "list", "--").stdout.split()
    assert run("kubectl_complete-holdfast", "list", "-o", "w").stdout.split() == ["wide", ":4"]


def test_a_mistake_of_ours_is_a_line_and_no_trace() -> None:
    script = (
        "import sys; sys.argv = ['holdfast', 'list']; import holdfast.cli.listing as listing\n"
        "listing.open_way = lambda *_: 1 / 0\n"
        "from holdfast.__main__ import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 70
    assert done.stderr.startswith(
        "holdfast: this is a mistake of ours: ZeroDivisionError: division by zero\n"
    )
    assert "Traceback" not in done.stderr


def typed(command: str) -> subprocess.CompletedProcess[str]:
    """A line as a shell runs it."""
    line = command.replace("holdfast", str(BIN / "holdfast"))
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "words", ["--version", "completion bash", "list --kubeconfig /nowhere", "when --help"]
)
def test_an_answer_that_has_no_place_is_a_line_and_status_2(words: str) -> None:
    closed, full = typed(f"holdfast {words} >&-"), typed(f"holdfast {words} > /dev/full")
    for done in (closed, full):
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert "standard output is closed, so nothing was done" in closed.stderr


@pytest.mark.parametrize("words", ["--version", "completion bash", "when --help"])
def test_an_answer_that_does_not_fit_its_disk_says_so_and_one_that_does_is_written(words: str) -> None:
    full, fits = typed(f"holdfast {words} > /dev/full"), typed(f"holdfast {words}")
    assert "could not be written to standard output: No space left on device" in full.stderr
    assert (fits.returncode, fits.stderr) == (0, "")
    gone = typed(f"holdfast {words} | true; exit ${{PIPESTATUS[0]}}")
    assert (gone.returncode in (0, 1), gone.stderr) == (True, "")


def test_nobody_need_be_told_anything() -> None:
    assert typed("holdfast --version 2>&-").returncode == 0
    assert typed("holdfast list --kubeconfig /nowhere 2>&-").returncode == 2


@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.ISO-8859-1"])
def test_any_locale_can_be_written_in(locale: str) -> None:
    done = run(
        "holdfast", "get", "Zürich\x1b", "--kubeconfig", "/nowhere/Zürich", LC_ALL=locale, PYTHONIOENCODING=""
    )
    assert done.returncode == 2
    assert "does not exist" in done.stderr


def test_a_catalogue_that_cannot_be_read_is_a_line_and_one_that_can_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.toml"
    for text, says in ((None, "No such file"), ("[", "TOML"), ("[tpu9z]\n", "tpu9z")):
        if text is not None:
            file.write_text(text)
        done = run("holdfast", "--catalogue", str(file), "completion", "bash")
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
        assert f"--catalogue {file} cannot be used" in done.stderr
        assert says in done.stderr
    file.write_text("")
    assert run("holdfast", "--catalogue", str(file), "completion", "bash").returncode == 0


def test_a_kubeconfig_that_is_none_is_a_line(tmp_path: Path) -> None:
    odd = tmp_path / "odd"
    odd.write_text("[")
    for file, says in ((odd, "is no kubeconfig"), (tmp_path / "none", f"{tmp_path}/none does not exist")):
        done = run("holdfast", "list", "--kubeconfig", str(file))
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
        assert says in done.stderr
