"""Every file of the manual: a page of each command, and all of them as a page of the docs."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from holdfast.api.generated_files import Generator
from holdfast.cli.extensions import brought_by
from holdfast.cli.manual import markdown, roff
from holdfast.cli.manual.described import each, whole

PAGES = Path("operators/man")
PAGE = Path("docs/reference/commands.md")


def generated() -> Mapping[Path, str]:
    """Every file by its path from the project's root, with its text."""
    everything, others = whole(), brought_by()
    pages = {
        PAGES / roff.page_name(one): roff.page(
            one, version("holdfast"), others.get(one.words[0]) if one.words else None
        )
        for one in each(everything)
    }
    return {**pages, PAGE: markdown.page(everything)}


GENERATOR = Generator("holdfast.cli.manual", "the commands say", generated, (f"{PAGES}/*.1",))
