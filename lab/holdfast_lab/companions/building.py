"""A companion's program, built once like the control plane's, and beside it the manifests of the same Go module."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from holdfast_lab.building import TOOLS, build_programs, cache_folder, go_environment
from holdfast_lab.companions.catalogue import Companion
from holdfast_lab.errors import LabError, in_words
from holdfast_lab.go_toolchain import find_go
from holdfast_lab.progress import Progress


def built(companion: Companion, progress: Progress) -> Path:
    """The folder that holds its program and, as `config/`, its module's manifests; built now if it is not there.

    Raises LabError where it cannot be built, with the companion's name: then it does not run, and nothing that was
    asked of it may count as seen.
    """
    try:
        folder = build_programs(progress, (companion.recipe,))
        if not (folder / "config").exists():
            _take_manifests(companion, folder, progress)
    except (LabError, OSError) as error:
        why = in_words(error) if isinstance(error, OSError) else str(error)
        raise LabError(f"--with {companion.name}: {why}") from error
    return folder


def _take_manifests(companion: Companion, folder: Path, progress: Progress) -> None:
    """Copy them out of Go's module cache, which the build has just filled, and which is not ours to keep."""
    module = TOOLS / companion.recipe.module
    go = find_go(module, cache_folder(), progress)
    argv = [str(go), "list", "-m", "-f", "{{.Dir}}", companion.module]
    answer = subprocess.run(
        argv, cwd=module, env=go_environment(companion.recipe), capture_output=True, text=True, check=False
    )
    source = Path(answer.stdout.strip()) / "config"
    if answer.returncode != 0 or not source.is_dir():
        raise LabError(f"go does not tell where {companion.module} lies: {answer.stderr.strip()[-200:]}")
    draft = folder / ".config.draft"
    shutil.rmtree(draft, ignore_errors=True)
    for file in source.rglob("*.yaml"):
        copy = draft / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    draft.replace(folder / "config")
