"""Copies of the product with one bug in each, and a run of tests against a copy."""

from __future__ import annotations

import compileall
import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.mutants.mutant import Mutant
from tests.mutants.witness import COPY, REPORT

ROOT = Path(__file__).parents[2]
PARTS = ("operators", "infra")
"""What is copied: the distributions that are changed, or import what is changed."""
READ = ("manifests",)
"""What they read, copied beside them."""
NO_OTHER_PLUGINS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""Loading those that are installed takes longer than most killers do."""


@dataclass(frozen=True, slots=True)
class Run:
    """What became of one run of tests: None in `seen` where the witness was not heard, for the reason in `words`."""

    seconds: float
    seen: dict[str, Any] | None
    words: str
    timed_out: bool = False


class Workshop:
    """A pristine copy below `folder`, taken once, so that whoever edits the repository meanwhile changes nothing."""

    def __init__(self, folder: Path, root: Path = ROOT) -> None:
        self._folder = folder
        self._root = root
        self._numbers = itertools.count()
        self.pristine = folder / "pristine"
        for part in (*PARTS, *READ):
            shutil.copytree(
                root / part, self.pristine / part, ignore=shutil.ignore_patterns("*.egg-info", "build")
            )
            compileall.compile_dir(self.pristine / part, quiet=1, workers=1)

    def plant(self, mutant: Mutant, place: str) -> Path:
        """A copy with this bug in it; what is not changed is the pristine file itself. Raises NotFound."""
        changed = mutant.planted_in((self.pristine / mutant.file).read_text())
        copy = self._folder / place
        shutil.copytree(self.pristine, copy, copy_function=os.link)
        path = copy / mutant.file
        for stale in (path, *path.parent.glob(f"__pycache__/{path.stem}.*.pyc")):
            stale.unlink()
        path.write_text(changed)
        return copy

    def tear_down(self, copy: Path) -> None:
        """Remove a copy."""
        shutil.rmtree(copy)

    def test(self, copy: Path, killers: Sequence[str], limit: float, *, until_one_fails: bool = True) -> Run:
        """Run tests with a copy in front of everything installed."""
        report = self._folder / f"{copy.name}-{next(self._numbers)}.json"
        command = [sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "tests.mutants.witness"]
        command += [
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            *(["-x"] if until_one_fails else []),
            *killers,
        ]
        path = os.pathsep.join([*(str(copy / part) for part in PARTS), str(ROOT)])
        environment = {
            **os.environ,
            "PYTHONPATH": path,
            COPY: str(copy),
            REPORT: str(report),
            **NO_OTHER_PLUGINS,
        }
        started = time.monotonic()
        try:
            done = subprocess.run(
                command,
                cwd=self._root,
                env=environment,
                capture_output=True,
                text=True,
                timeout=limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Run(time.monotonic() - started, None, f"not done after {limit:.0f} s", timed_out=True)
        seen = json.loads(report.read_text()) if report.exists() else None
        report.unlink(missing_ok=True)
        return Run(time.monotonic() - started, seen, (done.stdout + done.stderr).strip())


def undefined_names(file: Path) -> str:
    """What ruff says of a changed file that could not work at all; empty if nothing."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--quiet", "--output-format=concise"]
    command += ["--select", "F821,F823,E9", "--target-version", "py311", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
