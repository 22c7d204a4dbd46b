"""The house checks under what its dependencies may be used, and that its own licence is where people look."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import Distribution, distributions

import pytest
import yaml
from tests.house.sources import ROOT

FREE = re.compile(
    r"\b(Apache|MIT|BSD|0BSD|ISC|PSF|Python Software Foundation|Zlib|CC0|MIT-0|Unlicense)\b", re.IGNORECASE
)
OF_FILES = {"certifi": "MPL-2.0", "hypothesis": "MPL-2.0", "pathspec": "MPL-2.0"}
"""Weak copyleft by file: used unchanged, so nothing of ours falls under it."""
OF_THE_BENCH = {"pygal": "LGPL-3.0-or-later"}
"""Draws the bench's picture: neither imported by what is installed nor distributed with it."""
IN_ITS_FILE = {"axe-playwright-python": "MIT License"}
"""Says nothing of itself: its licence's file does. It brings axe-core (MPL-2.0), unchanged, for tests alone."""
PROJECTS = ("operators", "infra", "lab")


def name_of(found: Distribution) -> str:
    return str(found.metadata["Name"]).lower().replace("_", "-")


def licence_of(found: Distribution) -> str:
    """What a distribution says of itself: the expression, else the free text and the classifiers."""
    if name_of(found) in IN_ITS_FILE:
        files = [file for file in found.files or () if file.name == "LICENSE"]
        return " ".join(file.read_text()[:100] for file in files)
    fields = ("License-Expression", "License", "Classifier")
    expression, text, classifiers = (found.metadata.get_all(field) or [] for field in fields)
    classified = (one for one in classifiers if one.startswith("License ::"))
    return " ".join(expression) or " ".join([*(one[:100] for one in text), *classified])


INSTALLED = sorted(distributions(), key=name_of)


@pytest.mark.parametrize("found", INSTALLED, ids=name_of)
def test_a_dependency_may_be_used_by_anybody(found: Distribution) -> None:
    licence, name = licence_of(found), name_of(found)
    known = OF_FILES.get(name) or OF_THE_BENCH.get(name)
    if known:
        assert "MPL" in licence or "Mozilla" in licence or "LGPL" in licence
        return
    assert FREE.search(licence), f"{name} says {licence!r}: find out, or do without it"
    assert "GPL" not in licence, f"{name} says {licence!r}: who distributes Holdfast would fall under it"


def test_what_only_the_bench_may_use_is_no_dependency_of_what_is_installed() -> None:
    declared = " ".join((ROOT / each / "pyproject.toml").read_text() for each in PROJECTS)
    assert [name for name in OF_THE_BENCH if name in declared] == []


def test_our_own_licence_is_in_the_file_that_every_distribution_names() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text()[:200]
    for each in PROJECTS:
        assert (
            tomllib.loads((ROOT / each / "pyproject.toml").read_text())["project"]["license"] == "Apache-2.0"
        )
    insights = yaml.safe_load((ROOT / "SECURITY-INSIGHTS.yml").read_text())
    assert insights["repository"]["license"]["expression"] == "Apache-2.0"
    for path in insights["repository"]["documentation"].values():
        assert (ROOT / path).is_file()
