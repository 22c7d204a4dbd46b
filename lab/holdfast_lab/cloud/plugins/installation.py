"""Puts the plugins where engines look for them: two launchers in `<state>/bin`."""

from __future__ import annotations

import sys
from pathlib import Path

PACKAGES = ("gcp", "kubernetes")


def install(folder: Path) -> None:
    """Write the launchers; they start this interpreter, so no environment needs to be active."""
    programs = folder / "bin"
    programs.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        launcher = launcher_of(folder, package)
        draft = launcher.with_suffix(".draft")
        draft.write_text(_script(package), encoding="utf-8")
        draft.chmod(0o755)
        draft.replace(launcher)


def launcher_of(folder: Path, package: str) -> Path:
    """The executable of a package's plugin."""
    return folder / "bin" / f"pulumi-resource-{package}"


def _script(package: str) -> str:
    """A shell script: an interpreter's path may be too long or hold a blank, which `#!` does not take."""
    python = sys.executable.replace("'", "'\\''")
    return f"#!/bin/sh\nexec '{python}' -P -m holdfast_lab.cloud.plugins {package}\n"
