"""How somebody comes in and leaves: by the one-time word of the printed address, or by a token of their own."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from holdfast.cluster.reviews import Person
from holdfast.cluster.transport.errors import ClusterError
from holdfast.console.desk import Desk
from holdfast.console.rendering import page
from holdfast.console.sessions import TooManyGroups

LONGEST_FORM = 65_536
"""Bytes of a form: the longest token and some more."""
SEE_OTHER = 303


async def enter(desk: Desk, request: Request) -> Response:
    """The door: a form for a token, or the one-time word in the address."""
    word = request.query_params.get("token", "")
    if not desk.settings.public and word:
        return (
            await _let_in(desk, request, None)
            if desk.token.take(word)
            else _door(desk, request, "spent", 403)
        )
    return _door(desk, request, "", 200 if desk.settings.public else 401)


async def show_token(desk: Desk, request: Request) -> Response:
    """A token was given: the API server says whose it is."""
    if not desk.settings.public:
        return _door(desk, request, "spent", 403)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM:
            return _door(desk, request, "refused", 413)
    token = parse_qs(body.decode(errors="replace")).get("token", [""])[0]
    try:
        person = await run_in_threadpool(desk.person, token)
    except ClusterError:
        return _door(desk, request, "blind", 503)
    return _door(desk, request, "refused", 401) if person is None else await _let_in(desk, request, person)


async def leave(desk: Desk, request: Request) -> Response:
    """Forget the session."""
    response = _door(desk, request, "left", 200)
    response.delete_cookie(
        desk.cookie, path="/", secure=desk.settings.secure, httponly=True, samesite="strict"
    )
    return response


async def _let_in(desk: Desk, request: Request, person: Person | None) -> Response:
    try:
        cookie = desk.sessions.issue(person)
    except TooManyGroups:
        return _door(desk, request, "groups", 403)
    except ClusterError:
        return _door(desk, request, "blind", 503)
    response = RedirectResponse("/", SEE_OTHER)
    response.set_cookie(
        desk.cookie, cookie, max_age=desk.settings.session_seconds, path="/", secure=desk.settings.secure,
        httponly=True, samesite="strict",
    )  # fmt: skip
    return response


def _door(desk: Desk, request: Request, why: str, status: int) -> Response:
    return page(desk, request, None, "enter.html", why=why, status=status)
