"""A stage of a container recipe, run in a plain folder: its root is the folder, and the machine's Python its base.

    WORKDIR /build    →  FOLDER/build is where the steps run
    COPY FROM TO      →  copied from the project
    RUN words         →  by sh, with each absolute path of the stage below FOLDER

Not simpler, as a chroot: it would need a whole base image, which only a registry has.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOTS = ("/opt/", "/build")
PYTHON = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def run(steps: Iterable[str], context: Path, root: Path) -> None:
    """Do what a stage says; raises AssertionError with what a step wrote where it fails."""
    place = root
    for step in steps:
        verb, _, rest = step.partition(" ")
        if verb == "WORKDIR":
            place = Path(below(rest, root))
            place.mkdir(parents=True)
        elif verb == "COPY":
            source, target = rest.split()
            _copy(context / source, place / target)
        elif verb == "RUN":
            _run(below(rest, root), place)
        else:
            raise AssertionError(f"a step that no plain folder can do: {step}")


def below(words: str, root: Path) -> str:
    """The same with the image's own paths below a folder."""
    for each in ROOTS:
        words = words.replace(f"{each}", f"{root}{each}")
    return words


def _run(words: str, place: Path) -> None:
    argv, surroundings = ["sh", "-ec", words], {**os.environ, **PYTHON}
    done = subprocess.run(argv, cwd=place, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    else:
        shutil.copy(source, target)
