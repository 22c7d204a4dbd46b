"""Every file of the manual, and whether those that are there are what the commands say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from holdfast.cli.app import COMMANDS
from holdfast.cli.manual import markdown, roff
from holdfast.cli.manual.described import each, whole

PAGES = Path("operators/man")
PAGE = Path("docs/reference/commands.md")
OURS = (*COMMANDS, "site", "snapshot")
"""Commands of this distribution: it installs pages of these."""


def generated() -> Mapping[Path, str]:
    """Every file by its path from the project's root, with its text."""
    everything = whole()
    own = replace(everything, below=tuple(one for one in everything.below if one.words[0] in OURS))
    pages = {PAGES / roff.page_name(one): roff.page(one, version("holdfast")) for one in each(own)}
    return {**pages, PAGE: markdown.page(everything)}


def stale(root: Path) -> list[Path]:
    """Files that are missing or differ, and pages of commands that are no more."""
    wanted = generated()
    written = [path.relative_to(root) for path in (root / PAGES).glob("*.1")]
    differing = [path for path, text in wanted.items() if not _holds(root / path, text)]
    return sorted({*differing, *(path for path in written if path not in wanted)})


def write(root: Path) -> None:
    """Write every file, and take pages away that are of nothing."""
    for path in stale(root):
        (root / path).unlink(missing_ok=True)
    for path, text in generated().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
