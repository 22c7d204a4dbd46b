"""From views to HTML: Jinja templates in which every value is escaped, twice where others wrote it.

HTML's own signs are escaped by Jinja; what a browser would obey instead of showing (directions, controls) is written
out by `escaped`, so that a tenant's name can neither be markup nor turn a line around.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from holdfast.console.desk import Desk
from holdfast.console.rights import Viewer
from holdfast.hardware.instants import text_of
from holdfast.process.visible_text import escaped

ABSENT = "-"
HERE = Path(__file__).parent
STATIC = HERE / "static"


def _visible(value: Any) -> Any:
    return escaped(value) if type(value) is str else value


def moment(instant: int | None) -> Markup | str:
    """An instant as RFC 3339 without its seconds' noise, machine-readable beside it; a dash for none."""
    if instant is None:
        return ABSENT
    text = text_of(instant)
    return Markup('<time datetime="{}">{} {}</time>').format(text, text[:10], text[11:16])


def until(instant: int | None, now: int) -> str:
    """How far an instant is from now, in the largest unit that says something: in 3 d, 5 h ago."""
    if instant is None:
        return ABSENT
    ahead, away = instant >= now, abs(instant - now)
    for name, seconds in (("y", 31_557_600), ("d", 86_400), ("h", 3_600), ("min", 60)):
        if away >= 2 * seconds or (name == "min" and away >= seconds):
            return f"in {away // seconds} {name}" if ahead else f"{away // seconds} {name} ago"
    return "now"


def lines(text: str) -> Markup:
    """Text of several lines, each made visible; only the line ends between them are obeyed."""
    return Markup("\n").join(escape(escaped(line)) for line in text.splitlines())


@cache
def asset(name: str) -> str:
    """The address of a static file; it changes with its content, so that browsers may keep it for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


@cache
def environment() -> Environment:
    """The templates."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, finalize=_visible,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= {
        "moment": moment,
        "until": until,
        "safe_lines": lines,
        "segment": lambda text: quote(text, safe=""),
    }
    made.globals |= {"asset": asset}
    return made


def page(desk: Desk, request: Request, viewer: Viewer | None, name: str, **values: Any) -> HTMLResponse:
    """A whole page by its template; `status` among the values is the response's."""
    status = int(values.pop("status", 200))
    common = {
        "viewer": viewer,
        "blind_since": desk.sight.blind_since,
        "synced": desk.sight.synced,
        "path": request.url.path,
        "docs": desk.settings.docs.rstrip("/"),
        "laptop": not desk.settings.public,
    }
    text = environment().get_template(name).render(**common, **values)
    return HTMLResponse(text, status)
