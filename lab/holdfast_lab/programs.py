"""The control plane's programs: found where they fit, else built once from the pinned Go modules.

Looked for in this order, always all of them or none, so that no old kubectl meets a new server:
1. the folder `KUBEBUILDER_ASSETS`, 2. PATH, 3. the cache of earlier builds, 4. a build.
`python -m holdfast_lab.programs` prints the folder.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from holdfast_lab import building
from holdfast_lab.errors import LabError, in_words
from holdfast_lab.progress import Progress

_PROBE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Program:
    """A program, the oldest version that does, and the arguments that make it tell its version."""

    name: str
    oldest: tuple[int, int]
    version_arguments: tuple[str, ...] = ("--version",)


PROGRAMS = (
    Program("etcd", (3, 5)),
    Program("kube-apiserver", (1, 34)),
    Program("kube-controller-manager", (1, 34)),
    Program("kube-scheduler", (1, 34)),
    Program("kubectl", (1, 34), ("version", "--client")),
    Program("kwok", (0, 8)),  # the first whose stages can apply other objects
)

VersionProbe = Callable[[Path, Program], str]


def ensure_programs(progress: Progress) -> Path:
    """The folder with every program of `PROGRAMS`, built now if there is no other way.

    Raises LabError, naming what to install, where neither programs nor a Go toolchain are found.
    """
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    if assets:
        found = _in_folder(Path(assets).expanduser().absolute())
        misfit = misfits(found)
        if not misfit:
            return Path(assets).expanduser().absolute()
        progress.say(f"KUBEBUILDER_ASSETS={assets} is not used: {'; '.join(misfit)}")
    on_path = _on_path()
    if len(on_path) == len(PROGRAMS) and not misfits(on_path):
        return _linked(on_path)
    return building.build_programs(progress)


def misfits(found: Mapping[str, Path], version_of: VersionProbe | None = None) -> list[str]:
    """What is missing or too old, in words; empty means that the programs fit together."""
    missing = [f"no {program.name}" for program in PROGRAMS if program.name not in found]
    if missing:
        return missing
    ask = version_of or _version_answer
    with ThreadPoolExecutor() as pool:
        answers = pool.map(lambda program: ask(found[program.name], program), PROGRAMS)
        complaints = [_complaint(*each) for each in zip(PROGRAMS, answers, strict=True)]
    return [complaint for complaint in complaints if complaint]


def parse_version(answer: str) -> tuple[int, int] | None:
    """Major and minor of the first version in a program's answer; None if it names none."""
    match = re.search(r"\bv?(\d+)\.(\d+)\.\d+", answer)
    return (int(match[1]), int(match[2])) if match else None


def link_programs(found: Iterable[Path], folder: Path) -> None:
    """Make `folder` hold a link to each program, replacing links that lead elsewhere."""
    folder.mkdir(parents=True, exist_ok=True)
    for program in found:
        draft = folder / f".{program.name}.{os.getpid()}"
        draft.unlink(missing_ok=True)
        draft.symlink_to(program)
        draft.replace(folder / program.name)


def _complaint(program: Program, answer: str) -> str:
    version = parse_version(answer)
    oldest = ".".join(map(str, program.oldest))
    if version is None:
        return f"{program.name} does not tell its version"
    if version < program.oldest:
        return f"{program.name} is {version[0]}.{version[1]}, older than {oldest}"
    return ""


def _version_answer(path: Path, program: Program) -> str:
    argv = [str(path), *program.version_arguments]
    try:
        answer = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=_PROBE_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout


def _in_folder(folder: Path) -> dict[str, Path]:
    paths = {program.name: folder / program.name for program in PROGRAMS}
    return {name: path for name, path in paths.items() if os.access(path, os.X_OK) and path.is_file()}


def _on_path() -> dict[str, Path]:
    paths = {program.name: shutil.which(program.name) for program in PROGRAMS}
    return {name: Path(path).absolute() for name, path in paths.items() if path}


def _linked(found: Mapping[str, Path]) -> Path:
    """One folder for programs that lie in several."""
    folders = {path.parent for path in found.values()}
    if len(folders) == 1:
        return folders.pop()
    digest = hashlib.sha256("\n".join(map(str, found.values())).encode()).hexdigest()[:16]
    folder = building.cache_folder() / f"on-path-{digest}"
    try:
        link_programs(found.values(), folder)
    except OSError as error:
        raise LabError(
            f"the programs on PATH cannot be linked in {folder} ({in_words(error)}): "
            "make room or set XDG_CACHE_HOME to a writable folder"
        ) from error
    return folder


def main() -> int:
    """Print the folder; say what is missing on stderr and end with 1 where there is none."""
    progress = Progress()
    try:
        sys.stdout.write(f"{ensure_programs(progress)}\n")
    except LabError as error:
        progress.say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
