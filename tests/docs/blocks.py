"""Blocks of commands in the documents, and what stands above each: is it run, tested elsewhere, or why not.

<!-- run: here -->        as it stands, by bash, without a server
<!-- run: tenant -->      on a real hub, as a person of the tenant mistral
<!-- run: engineer -->    on a real hub, as a platform engineer
<!-- run: lab -->         in a lab of its own, in the order of the pages (tests/e2e/test_docs_in_the_lab.py)
<!-- run: bare -->        on two clusters in which nothing is installed (tests/alerts/test_from_nothing.py)
<!-- tested by: PATH -->  what it does is done by that test, in other words
<!-- not run: WHY -->     by nobody; the reason says why, and what comes nearest
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.house.sources import ROOT

SHELLS = {"sh", "bash", "console"}
PLACES = {"here", "tenant", "engineer", "lab", "bare"}
IN_SEQUENCE = {"lab", "bare"}
"""Places in which blocks are run one after another."""
_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>[^`]*?) *$")
_SAID = re.compile(r"^<!-- (?P<how>run|tested by|not run): (?P<what>.+?) -->$")
_PROMPT = "$ "


@dataclass(frozen=True, slots=True)
class Block:
    """One block: where it begins, its commands, and what is said above it; both empty where nothing is."""

    page: str
    line: int
    commands: str
    how: str = ""
    what: str = ""

    @property
    def place(self) -> str:
        """Where a reader finds it."""
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """Every document that people read to do something; runbooks among them, decisions and changes are not."""
    docs = [*(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "runbooks").glob("*.md")]
    return sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *docs, *(ROOT / "examples").glob("**/*.md")])


def blocks() -> list[Block]:
    """All of them, page by page."""
    return [
        block
        for page in pages()
        for block in of_text(str(page.relative_to(ROOT)), page.read_text(encoding="utf-8"))
    ]


def of_text(page: str, text: str) -> Iterator[Block]:
    """The blocks of commands of one page."""
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        fence = _FENCE.match(lines[number])
        if not fence:
            number += 1
            continue
        begin = number + 1
        end = next(at for at in range(begin, len(lines)) if lines[at].strip() == "```")
        inside = [line.removeprefix(fence["indent"]) for line in lines[begin:end]]
        if fence["language"] in SHELLS or any(line.startswith(_PROMPT) for line in inside):
            said = _SAID.match(lines[number - 1].strip()) if number else None
            how, what = (said["how"], said["what"]) if said else ("", "")
            yield Block(page, begin, _typed(inside), how, what)
        number = end + 1


def _typed(inside: list[str]) -> str:
    """What is typed; of a session with prompts only what stands behind them."""
    prompted = [line.removeprefix(_PROMPT) for line in inside if line.startswith(_PROMPT)]
    return "\n".join(prompted or inside) + "\n"
