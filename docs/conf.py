"""The site: every page of docs/ once, strict, from markdown, by Sphinx and MyST with Sphinx's own theme."""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

project = "Holdfast"
author = "the engineers of Holdfast"
extensions = ["myst_parser"]
exclude_patterns = ["requirements.*"]
html_theme = "alabaster"
html_theme_options = {
    "fixed_sidebar": True,
    "font_family": "system-ui, sans-serif",
    "font_size": "0.95rem",
    "head_font_family": "system-ui, sans-serif",
    "page_width": "76rem",
    "sidebar_width": "17rem",
}
html_sidebars = {"**": ["about.html", "navigation.html", "searchbox.html"]}
html_show_sphinx = False
myst_heading_anchors = 4
nitpicky = True

OUTSIDE = re.compile(r"\[([^\]\n]*)\]\((\.\./[^)\s]*)\)")
"""A link to a file of the repository that is no page: `[examples](../examples)`."""


def name_files_outside(_app: Sphinx, page: str, source: list[str]) -> None:
    """On the site a file of the repository has a name and no link; that it exists is tests/house/test_links.py."""
    here = (Path(__file__).parent / page).parent

    def named(found: re.Match[str]) -> str:
        target = (here / found[2].partition("#")[0]).resolve()
        if target.is_relative_to(Path(__file__).parent):
            return found[0]
        label = found[1].strip("`")
        path = str(target.relative_to(Path(__file__).parents[1]))
        return f"`{path}`" if label in path else f"{label} (`{path}`)"

    source[0] = OUTSIDE.sub(named, source[0])


def setup(app: Sphinx) -> None:
    """What Sphinx calls."""
    app.connect("source-read", name_files_outside)
