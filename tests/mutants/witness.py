"""A pytest plugin that says what a run of the killers saw: what was imported from where, and what failed by what.

Loaded with `-p tests.mutants.witness`. It reads two variables: COPY, the folder that must be imported, and REPORT,
where to write what it saw.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

COPY, REPORT = "HOLDFAST_MUTANT_COPY", "HOLDFAST_MUTANT_REPORT"
PACKAGES = ("holdfast", "holdfast_infra")

_failures: list[dict[str, str]] = []
_uncollected: list[str] = []
_ran: list[str] = []


def pytest_configure() -> None:
    """Refuse to run on anything but the copy: an installed package must not win."""
    for package in PACKAGES:
        _inside(importlib.import_module(package).__file__)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """What cannot even be collected proves nothing."""
    if report.failed:
        _uncollected.append(f"{report.nodeid}: {report.longreprtext.strip().splitlines()[-1]}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[Any],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note who failed, and by which exception."""
    report = yield
    if report.when == "call":
        _ran.append(report.nodeid)
    if report.failed and call.excinfo is not None:
        _failures.append({"test": report.nodeid, "error": call.excinfo.typename})
    return report


def pytest_sessionfinish() -> None:
    """Write it all down."""
    loaded = {
        name: module.__file__ for name, module in sys.modules.items() if name.partition(".")[0] in PACKAGES
    }
    for file in loaded.values():
        _inside(file)
    seen = {"failures": _failures, "uncollected": _uncollected, "ran": _ran, "loaded": sorted(loaded)}
    Path(os.environ[REPORT]).write_text(json.dumps(seen))


def _inside(file: str | None) -> None:
    copy = Path(os.environ[COPY]).resolve()
    if file is None or not Path(file).resolve().is_relative_to(copy):
        raise pytest.UsageError(f"{file} was imported, which is not the copy in {copy}")
