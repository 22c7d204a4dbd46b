"""The manual is what the commands say, its pages are sound roff, and a wheel brings them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.house.sources import ROOT

from holdfast.cli.app import COMMANDS
from holdfast.cli.manual.described import Choice, Command, each, whole
from holdfast.cli.manual.pages import GENERATOR
from holdfast.cli.manual.roff import page, text

PAGES = sorted((ROOT / "operators" / "man").glob("*.1"))
MACROS = {"TH", "SH", "B", "BR", "PP", "TP", "nf", "fi"}


def test_the_manual_is_what_the_commands_say(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert GENERATOR.stale(ROOT) == []
    monkeypatch.chdir(tmp_path)
    assert GENERATOR.main([]) == 0
    (tmp_path / "operators/man/holdfast-sell.1").write_text("a command that is no more")
    assert GENERATOR.main(["--check"]) == 1
    assert "holdfast-sell.1 is not what the commands say" in capsys.readouterr().err
    assert (GENERATOR.main([]), GENERATOR.main(["--check"])) == (0, 0)


def test_every_command_of_ours_has_a_page_and_every_option_is_on_it() -> None:
    assert {f"holdfast-{name}.1" for name in COMMANDS} <= {path.name for path in PAGES}
    for command in (one for one in each(whole()) if one.words and one.words[0] in COMMANDS):
        written = (ROOT / "operators/man" / f"holdfast-{'-'.join(command.words)}.1").read_text()
        for option in (spelled for one in command.choices if not one.argument for spelled in one.spelled):
            assert text(option) in written


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_uses_the_macros_of_man_and_no_others(path: Path) -> None:
    lines = path.read_text().splitlines()
    used = {found[1] for line in lines if (found := re.match(r"[.'](\w+)", line))}
    assert used <= MACROS
    assert [line for line in lines if not line] == []
    assert path.read_text().isascii()


@pytest.mark.skipif(not shutil.which("groff"), reason="NOT RUN: there is no groff on PATH")
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_groff_has_nothing_to_say_about_a_page(path: Path) -> None:
    done = subprocess.run(
        ["groff", "-man", "-ww", "-z", str(path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_words_that_look_like_requests_are_words() -> None:
    odd = Choice(("--x",), "", ".fi is no request, and \\ no escape; … is one sign")
    command = Command(("odd",), "'tis odd.", (".TH not so",), (".nf",), (odd,), ())
    lines = page(command, "1").splitlines()
    assert {"\\&'tis odd.", "\\&.TH not so", "\\&.nf"} <= set(lines)
    assert "\\&.fi is no request, and \\e no escape; \\[u2026] is one sign" in lines


def test_a_wheel_brings_the_pages(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT / "operators", capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.rsplit("/", 1)[1] for name in names if "/share/man/man1/" in name} == {p.name for p in PAGES}
    assert "holdfast/py.typed" in names
