"""The house checks its links: what a document points to in this repository is there, the heading too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.house.sources import ROOT

_LINK = re.compile(r"\[[^\]\n]*\]\((?P<target>[^)\s]+)\)|^\[[^\]]+\]: (?P<named>\S+)$", re.MULTILINE)
_CODE = re.compile(r"^( *)```.*?^\1```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
PAGES = sorted(
    path for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
)


def targets(page: Path) -> list[str]:
    """What a page points to; what stands in code is no link, but for the code that is a link's name."""
    text = re.sub(r"\[`([^`\n]*)`\]", r"[\1]", page.read_text(encoding="utf-8"))
    found = _LINK.finditer(_CODE.sub("", text))
    return [one["target"] or one["named"] for one in found]


def anchors(page: Path) -> set[str]:
    """How headings are named in a link."""
    titles = _HEADING.findall(_CODE.sub(lambda code: code[0].strip("`"), page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_page_points_to_is_there(page: Path) -> None:
    missing = []
    for target in targets(page):
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        if re.match(r"[a-z]+:", target):
            continue
        if not place.exists() or (anchor and anchor not in anchors(place)):
            missing.append(target)
    assert missing == []


def test_every_page_of_the_docs_is_in_the_sites_navigation_once() -> None:
    trees = re.findall(
        r"```\{toctree\}\n(.*?)```", (ROOT / "docs/index.md").read_text(encoding="utf-8"), re.DOTALL
    )
    entries = [line for tree in trees for line in tree.splitlines() if line and not line.startswith(":")]
    found = [
        str(path.relative_to(ROOT / "docs").with_suffix(""))
        for entry in entries
        for path in (ROOT / "docs").glob(f"{entry}.md")
    ]
    pages = [str(path.relative_to(ROOT / "docs").with_suffix("")) for path in (ROOT / "docs").rglob("*.md")]
    assert sorted(found) == sorted(set(pages) - {"index"}), "name it in docs/index.md, under who needs it"


def test_who_is_on_call_finds_every_runbook_from_one_page() -> None:
    runbooks = {f"runbooks/{path.name}" for path in (ROOT / "docs/runbooks").glob("*.md")}
    assert runbooks <= set(targets(ROOT / "docs/on-call.md"))
