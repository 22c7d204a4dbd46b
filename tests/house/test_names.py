"""The house checks its names: of modules, classes, errors and tests."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import INFRA, LAB, OPERATORS, ROOT, SOURCES, sources

FORBIDDEN_NAMES = {"resource", "handler", "manager", "processor", "data", "info", "item", "utils", "helpers"}
FORBIDDEN_NAMES |= {"common", "core"}
TWICE = {"Tenant"}
"""Names of two classes of one distribution: a kind is called by its kind, and the planner knows tenants, too."""
ROOTS = {"ClusterError", "DeclarationError", "LabError"}
"""Roots of trees of errors; every other error is named for what has happened: Stale, Refused."""
SUBJECTS = {
    **{
        room: OPERATORS / room
        for room in (
            "agent",
            "api",
            "assignment",
            "audit",
            "cli",
            "client",
            "cluster",
            "console",
            "doctor",
            "frozen",
            "hardware",
            "hub",
            "planner",
        )
    },
    "process": OPERATORS / "process",
    "infra": INFRA,
    "lab": LAB,
    "lab_cloud": LAB,
}
OF_THE_WHOLE = ("stories_", "properties", "laws", "setup")
"""What tests of a whole room begin with; `laws` are those of its tests, `setup` is tools/setup."""


def classes(folder: Path) -> Iterator[tuple[Path, ast.ClassDef]]:
    for path in sources(folder):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                yield path, node


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [str(p.relative_to(ROOT)) for p in sources(*SOURCES) if p.stem in FORBIDDEN_NAMES] == []


def names(folder: Path) -> Counter[tuple[bool, str]]:
    """Public classes by name; those of a tenant's client are apart, for its reader sees no others."""
    found = ((path.is_relative_to(folder / "client"), node.name) for path, node in classes(folder))
    return Counter(name for name in found if not name[1].startswith("_"))


def test_no_two_public_classes_of_the_operator_have_one_name() -> None:
    assert {name for (_, name), times in names(OPERATORS).items() if times > 1} == TWICE


def test_only_the_root_of_a_tree_of_errors_is_called_error() -> None:
    named = {node.name for folder in SOURCES for _, node in classes(folder) if node.name.endswith("Error")}
    assert named == ROOTS


def subjects(folder: Path) -> set[str]:
    """Names of the modules and packages below a folder."""
    return {path.stem for path in sources(folder)} | {
        path.name for path in folder.rglob("*") if path.is_dir()
    }


def test_a_test_file_is_named_like_its_subject() -> None:
    stray = [
        str(path.relative_to(ROOT))
        for room, folder in SUBJECTS.items()
        for path in sources(ROOT / "tests" / room)
        if (name := path.stem.removeprefix("test_")) != path.stem
        and not name.startswith(OF_THE_WHOLE)
        and not any(name == one or name.startswith(f"{one}_") for one in subjects(folder))
    ]
    assert stray == []
