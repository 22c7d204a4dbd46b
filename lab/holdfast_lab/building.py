"""Builds programs from the Go modules under tools/, into a cache: the control plane's, and a site's companions.

The cache folder is named after everything that decides what comes out: go.mod, go.sum, flags and
platform. Each program is built beside its place and moved there, so an interrupted build leaves
whole programs only and the next run goes on; a file lock keeps two runs from doing the same work.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from holdfast_lab.errors import LabError, in_words
from holdfast_lab.go_toolchain import find_go
from holdfast_lab.progress import Progress
from holdfast_lab.state import locked

TOOLS = Path(__file__).parents[2] / "tools"
_LEAST_MIB = 500  # the finished programs alone; go's own cache takes the rest of what is needed
_VERSION = "k8s.io/component-base/version"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one program is built: its module's folder under tools/ and its package.

    `unsummed` names modules that the checksum database does not know: go.sum alone vouches for them. It changes nothing
    of what is built, and so is no part of the cache's name. `tags` are Go's build tags; they are among the flags.
    """

    name: str
    module: str
    package: str
    kubernetes: bool = False
    unsummed: str = field(default="", repr=False)
    tags: str = field(default="", repr=False)


RECIPES = (
    Recipe("etcd", "controlplane", "go.etcd.io/etcd/server/v3"),
    Recipe("kubectl", "controlplane", "k8s.io/kubernetes/cmd/kubectl", kubernetes=True),
    Recipe("kube-apiserver", "controlplane", "k8s.io/kubernetes/cmd/kube-apiserver", kubernetes=True),
    Recipe(
        "kube-controller-manager",
        "controlplane",
        "k8s.io/kubernetes/cmd/kube-controller-manager",
        kubernetes=True,
    ),
    Recipe("kube-scheduler", "controlplane", "k8s.io/kubernetes/cmd/kube-scheduler", kubernetes=True),
    Recipe("kwok", "kwok", "sigs.k8s.io/kwok/cmd/kwok"),
)


def cache_folder() -> Path:
    """Where built programs are kept between labs."""
    try:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError as error:
        raise LabError(
            "there is no home folder to cache programs in: set XDG_CACHE_HOME to a folder"
        ) from error
    return home / "holdfast" / "programs"


def build_programs(progress: Progress, recipes: Sequence[Recipe] = RECIPES) -> Path:
    """The cached programs, built now where they are not there yet.

    Raises LabError when Go is missing, when a download or the compiler fails (its last lines),
    or when the cache cannot be written.
    """
    folder = cache_folder() / recipe_digest(TOOLS, recipes)
    if not _unbuilt(folder, recipes):
        return folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        waiting = "another run is building the programs; waiting for it"
        with locked(folder / ".lock", lambda: progress.say(waiting)):
            _build_all(folder, recipes, progress)
    except OSError as error:
        raise LabError(
            f"the programs cannot be built into {folder} ({in_words(error)}): "
            "make room or set XDG_CACHE_HOME to a writable folder"
        ) from error
    return folder


def recipe_digest(tools: Path, recipes: Sequence[Recipe] = RECIPES) -> str:
    """A short name for what the modules, flags and platform would build."""
    digest = hashlib.sha256(f"{platform.system()} {platform.machine()}".encode())
    for recipe in recipes:
        module = tools / recipe.module
        digest.update(repr((recipe, flags(recipe, module))).encode())
        digest.update((module / "go.mod").read_bytes())
        digest.update((module / "go.sum").read_bytes())
        for source in sorted(module.glob("*.go")):
            digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def flags(recipe: Recipe, module: Path) -> list[str]:
    """Build flags; Kubernetes programs carry the version their go.mod pins, else they say v0.0.0."""
    linker = "-s -w"
    if recipe.kubernetes:
        version = pinned_version(module / "go.mod", "k8s.io/kubernetes")
        major, minor, _ = version.removeprefix("v").split(".", 2)
        linker += f" -X {_VERSION}.gitVersion={version} -X {_VERSION}.gitMajor={major}"
        linker += f" -X {_VERSION}.gitMinor={minor}"
    tags = ["-tags", recipe.tags] if recipe.tags else []
    return ["-trimpath", *tags, "-ldflags", linker]


def pinned_version(go_mod: Path, module: str) -> str:
    """The version at which a go.mod requires a module."""
    for line in go_mod.read_text().splitlines():
        words = line.removeprefix("require").split()
        if len(words) >= 2 and words[0] == module:
            return words[1]
    raise LabError(f"{go_mod} does not require {module}: restore the file")


def _unbuilt(folder: Path, recipes: Sequence[Recipe]) -> list[Recipe]:
    return [recipe for recipe in recipes if not (folder / recipe.name).exists()]


def _build_all(folder: Path, recipes: Sequence[Recipe], progress: Progress) -> None:
    for draft in folder.glob(".*.draft"):
        draft.unlink()
    missing = _unbuilt(folder, recipes)
    if not missing:
        return
    if shutil.disk_usage(folder).free < _LEAST_MIB << 20:
        raise LabError(_disk_full(folder))
    go = find_go(TOOLS / missing[0].module, cache_folder(), progress)
    time = "about 10 minutes on two cores" if recipes is RECIPES else "minutes"
    progress.say(f"building {', '.join(recipe.name for recipe in missing)}, once ({time})")
    for recipe in missing:
        with progress.step(f"building {recipe.name}"):
            _build(recipe, go, folder)


def _build(recipe: Recipe, go: Path, folder: Path) -> None:
    module = TOOLS / recipe.module
    draft = folder / f".{recipe.name}.{os.getpid()}.draft"
    argv = [str(go), "build", *flags(recipe, module), "-o", str(draft), recipe.package]
    answer = subprocess.run(
        argv, cwd=module, env=go_environment(recipe), capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        raise LabError(f"go could not build {recipe.name}: {_reason(answer.stderr, folder)}")
    draft.replace(folder / recipe.name)


def go_environment(recipe: Recipe) -> dict[str, str]:
    """What every call of go for a recipe runs in."""
    fixed = {"CGO_ENABLED": "0", "GOWORK": "off", "GOFLAGS": "-mod=readonly"}
    unsummed = {"GONOSUMDB": recipe.unsummed} if recipe.unsummed else {}
    return {**os.environ, **fixed, **unsummed}


def _reason(stderr: str, folder: Path) -> str:
    """The compiler's last words, or the cause behind them where there is no room left."""
    if shutil.disk_usage(folder).free < 2**28:
        return _disk_full(folder)
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    return " / ".join(lines[-3:]) or "it said nothing"


def _disk_full(folder: Path) -> str:
    return (
        f"no room to build the programs: {shutil.disk_usage(folder).free >> 20} MiB are free under {folder} and about "
        "5 GiB are needed once; make room or set XDG_CACHE_HOME to a folder with more, and run the same command again"
    )
