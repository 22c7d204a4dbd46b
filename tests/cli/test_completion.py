"""The lines that `holdfast completion SHELL` prints, taken in by the shell itself, and what a key then completes.

`make shells-test` runs those of zsh and fish; without the marker they would be skipped on most machines.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
ASKED = [("holdfast comp", "completion"), ("holdfast list --o", "--output"), ("holdfast list -o w", "wide")]
BASH = """
source <(holdfast completion bash)
COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _holdfast; echo "${{COMPREPLY[@]}}"
"""
FISH = "holdfast completion fish | source; complete -C '{words}'"
ZSH = """
zmodload zsh/zpty
zpty inner zsh -f -i
zpty -w inner "autoload -Uz compinit; compinit -u -D; source <(holdfast completion zsh); PS1=; echo rea''dy"
zpty -r inner seen '*ready*'
zpty -w -n inner $'{words}\t'
zpty -r inner seen '*{found}*'
print -r -- '{found}'
zpty -d inner
"""
"""A key is pressed in a shell of its own, and read until the word is there."""


def shell(name: str, *words: str) -> str:
    """What a script prints in a shell that knows our command."""
    surroundings = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "TERM": "dumb"}
    done = subprocess.run(
        [name, *words], capture_output=True, text=True, check=True, env=surroundings, timeout=60
    )
    return done.stdout


def needed(name: str) -> None:
    """Leave a test out, and say so, where its shell is missing."""
    if shutil.which(name) is None:
        pytest.skip(f"NOT RUN: no {name} here (Debian's package {name})")


@pytest.mark.parametrize(("words", "found"), ASKED)
def test_bash_completes(words: str, found: str) -> None:
    assert shell("bash", "-c", BASH.format(words=words)).split() == [found]


@pytest.mark.shells
@pytest.mark.parametrize(("words", "found"), ASKED)
def test_fish_completes(words: str, found: str) -> None:
    needed("fish")
    assert shell("fish", "--no-config", "-c", FISH.format(words=words)).split() == [found]


@pytest.mark.shells
@pytest.mark.parametrize(("words", "found"), ASKED)
def test_zsh_completes(words: str, found: str) -> None:
    needed("zsh")
    assert shell("zsh", "-f", "-c", ZSH.format(words=words, found=found)).split() == [found]
