"""Which programs fit, and what is said where they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast_lab import building, go_toolchain, programs
from holdfast_lab.errors import LabError
from holdfast_lab.progress import Progress

ANSWERS = {
    "Kubernetes v1.37.2": (1, 37),
    "Client Version: v1.32.4-dispatcher\nKustomize Version: v5.5.0": (1, 32),
    "etcd Version: 3.7.0\nGit SHA: none": (3, 7),
    "kwok version v0.8.0 go1.26.8 (linux/amd64)": (0, 8),
    "no version here": None,
    "": None,
}


@pytest.mark.parametrize(("answer", "version"), ANSWERS.items())
def test_the_first_version_in_an_answer_counts(answer: str, version: tuple[int, int] | None) -> None:
    assert programs.parse_version(answer) == version


def all_found() -> dict[str, Path]:
    return {program.name: Path("/somewhere") / program.name for program in programs.PROGRAMS}


def answers(**older: str) -> programs.VersionProbe:
    fitting = {"etcd": "etcd Version: 3.7.0", "kwok": "kwok version v0.8.0"}
    return lambda _, program: older.get(program.name, fitting.get(program.name, "Kubernetes v1.37.2"))


def test_programs_of_fitting_versions_have_no_misfit() -> None:
    assert programs.misfits(all_found(), answers()) == []


def test_an_old_kubectl_spoils_the_whole_set() -> None:
    complaints = programs.misfits(all_found(), answers(kubectl="Client Version: v1.32.4"))
    assert complaints == ["kubectl is 1.32, older than 1.34"]


def test_a_missing_program_is_named_and_no_version_asked() -> None:
    found = all_found()
    del found["kwok"]
    assert programs.misfits(found, lambda *_: pytest.fail("asked")) == ["no kwok"]


def test_the_digest_follows_the_pinned_modules(tmp_path: Path) -> None:
    for module in ("controlplane", "kwok"):
        (tmp_path / module).mkdir()
        (tmp_path / module / "go.mod").write_text("require k8s.io/kubernetes v1.37.2 // indirect\n")
        (tmp_path / module / "go.sum").write_text("one\n")
    before = building.recipe_digest(tmp_path)
    (tmp_path / "kwok" / "go.sum").write_text("two\n")
    assert building.recipe_digest(tmp_path) != before


def test_kubernetes_programs_carry_the_pinned_version() -> None:
    recipe = next(recipe for recipe in building.RECIPES if recipe.name == "kube-apiserver")
    linker = building.flags(recipe, building.TOOLS / recipe.module)[-1]
    version = building.pinned_version(building.TOOLS / "controlplane" / "go.mod", "k8s.io/kubernetes")
    assert f"gitVersion={version}" in linker
    assert "gitMajor=1 " in linker


def test_without_go_one_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(go_toolchain, "_from_index", lambda *_: (tmp_path, "no answer"))
    with pytest.raises(LabError, match="install Go, or put etcd") as refusal:
        go_toolchain.find_go(building.TOOLS / "controlplane", tmp_path, Progress())
    assert "\n" not in str(refusal.value)


def test_a_go_tells_its_version_or_counts_as_missing(tmp_path: Path) -> None:
    go = tmp_path / "go"
    go.write_text("#!/bin/sh\necho go version go1.20.1 linux/amd64\n")
    go.chmod(0o755)
    assert go_toolchain._version(go, tmp_path) == (1, 20, 1)
    go.write_text("#!/bin/sh\nexit 1\n")
    assert go_toolchain._version(go, tmp_path) == ()


def test_what_was_built_before_is_built_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = building.cache_folder() / building.recipe_digest(building.TOOLS)
    folder.mkdir(parents=True)
    for recipe in building.RECIPES:
        (folder / recipe.name).touch()
    monkeypatch.setattr(building, "find_go", lambda *_: pytest.fail("looked for go"))
    assert building.build_programs(Progress()) == folder
