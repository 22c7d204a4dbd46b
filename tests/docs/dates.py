"""The dates in documents, examples and stacks, as whoever comes later reads them: the one place that knows of them.

They were written for readers of WRITTEN. Where a test lets a real server judge them, all of them are moved on by whole
spans of 52 weeks, so that what lay ahead lies ahead, days of the week stay, and all stay as far apart as they were.
"""

from __future__ import annotations

import math
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

from tests.house.sources import ROOT

from holdfast_lab import clock

WRITTEN = date(2026, 12, 25)
"""Until this day nothing is moved: the first thing that a page asks for begins ten days later."""
SPAN = timedelta(weeks=52)
TYPED = (
    "examples",
    "manifests",
    "stacks",
    "operators",
    "infra",
    "lab",
    "tools",
    "docs",
    "Makefile",
    "pyproject.toml",
)
"""What the documents' commands find in the folder in which they are typed."""
DATED = ("examples", "stacks")
_DATE = re.compile(r"\b20[2-9][0-9]-[01][0-9]-[0-3][0-9](?=T|\b)")


def moved(text: str, today: date) -> str:
    """A text with its dates as they would be written today."""
    by = SPAN * max(0, math.ceil((today - WRITTEN) / SPAN))
    return _DATE.sub(lambda found: (date.fromisoformat(found[0]) + by).isoformat(), text) if by else text


def current(text: str) -> str:
    """The same by this machine's clock."""
    return moved(text, clock.now().date())


def lay_out(folder: Path) -> None:
    """Make a folder that looks like the repository to commands, its dates as they would be written today."""
    for name in TYPED:
        if name not in DATED or current("2026-12-25") == "2026-12-25":
            (folder / name).symlink_to(ROOT / name)
            continue
        shutil.copytree(ROOT / name, folder / name)
        for file in (path for path in (folder / name).rglob("*") if path.is_file()):
            file.write_text(current(file.read_text(encoding="utf-8")), encoding="utf-8")
