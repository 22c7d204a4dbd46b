"""How somebody comes in and leaves: by the one-time word of the printed address, by a token of their own, or by signing
in (`sign_in/`)."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from holdfast.cluster.reviews import Person
from holdfast.cluster.transport.errors import ClusterError
from holdfast.console.desk import Desk
from holdfast.console.rendering import page
from holdfast.console.sessions import TooManyGroups
from holdfast.console.sign_in.flows import HOME, inside, with_next
from holdfast.console.sign_in.issuer import IssuerAway, IssuerRefused
from holdfast.console.sign_in.refusals import SignInRefusal
from holdfast.console.sign_in.tokens import ends_of

LONGEST_FORM = 65_536
"""Bytes of a form: the longest token and some more."""
LONGEST_SAID = 300
"""Characters of foreign text on the page: enough to say why, too little to fill it."""
SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class Entrant:
    """Who comes in, how long at the longest (epoch seconds; None: as long as a session lasts), and where they go on."""

    person: Person | None
    most: int | None = None
    onward: str = HOME


async def enter(desk: Desk, request: Request) -> Response:
    """The door: a form for a token, or the one-time word in the address."""
    word = request.query_params.get("token", "")
    if not desk.settings.public and word:
        return (
            let_in(desk, request, Entrant(None))
            if desk.token.take(word)
            else door(desk, request, "spent", 403)
        )
    return door(desk, request, "", 200 if desk.settings.public else 401)


async def show_token(desk: Desk, request: Request) -> Response:
    """A token was given: the API server says whose it is."""
    if not desk.settings.public:
        return door(desk, request, "spent", 403)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM:
            return door(desk, request, "refused", 413)
    token = parse_qs(body.decode(errors="replace")).get("token", [""])[0]
    try:
        person = await run_in_threadpool(desk.person, token)
    except ClusterError:
        return door(desk, request, "blind", 503)
    if person is None:
        return door(desk, request, "refused", 401)
    return let_in(
        desk, request, Entrant(person, ends_of(token), inside(request.query_params.get("next", HOME)))
    )


async def leave(desk: Desk, request: Request) -> Response:
    """Forget the session, and let the issuer forget the refresh token."""
    farewell = await run_in_threadpool(_forgotten, desk, request)
    response = door(desk, request, "left", 200, farewell=farewell)
    for name in (desk.cookie, desk.flows_cookie, desk.renewal_cookie):
        forget(desk, response, name)
    return response


def let_in(desk: Desk, request: Request, entry: Entrant) -> Response:
    """A session, and on to the page that was wanted."""
    response = RedirectResponse(entry.onward, SEE_OTHER)
    try:
        admit(desk, response, entry)
    except TooManyGroups:
        return door(desk, request, "groups", 403)
    except ClusterError:
        return door(desk, request, "blind", 503)
    return response


def admit(desk: Desk, response: Response, entry: Entrant) -> None:
    """A session in the answer. Raises TooManyGroups, and ClusterError before the hub has been heard."""
    keep(desk, response, desk.cookie, desk.sessions.issue(entry.person, entry.most))


def door(desk: Desk, request: Request, why: str, status: int, farewell: str = "") -> Response:
    """The page before anybody is in: `why` is the word of what went wrong, `farewell` the issuer's own way out."""
    return _shown(desk, request, status, why=why, farewell=farewell)


def refused(
    desk: Desk, request: Request, refusal: SignInRefusal, said: str = "", onward: str = HOME
) -> Response:
    """The page of a sign-in that has failed. `said` is foreign text: the issuer's own sentence, or the API server's."""
    return _shown(desk, request, refusal.status, refusal=refusal, said=said[:LONGEST_SAID], onward=onward)


def keep(desk: Desk, response: Response, name: str, value: str) -> None:
    """A cookie as all of ours are. With `public` one is sent when somebody follows a link from elsewhere, too, and on
    the way back from an issuer: it opens reading alone, and a form or script of another site ends at the doorkeeper."""
    response.set_cookie(
        name, value, max_age=desk.settings.session_seconds, path="/", secure=desk.settings.secure, httponly=True,
        samesite="lax" if desk.settings.public else "strict",
    )  # fmt: skip


def forget(desk: Desk, response: Response, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(name, path="/", secure=desk.settings.secure, httponly=True, samesite="lax")


def _shown(desk: Desk, request: Request, status: int, **values: object) -> Response:
    onward = str(values.pop("onward", "")) or inside(request.query_params.get("next", HOME))
    common: dict[str, object] = {
        "why": "", "farewell": "", "refusal": None, "said": "", "status": status,
        "issuer": desk.sign_in.issuer.registration.host if desk.sign_in is not None else "",
        "to_issuer": with_next("/sign-in", onward), "to_form": with_next("/enter", onward),
    }  # fmt: skip
    return page(desk, request, None, "enter.html", **common | values)


def _forgotten(desk: Desk, request: Request) -> str:
    """Let the issuer forget the refresh token, if it can be told; where people leave the issuer itself."""
    if desk.sign_in is None:
        return ""
    with contextlib.suppress(IssuerAway, IssuerRefused, ClusterError):
        renewal = desk.sign_in.renewals.open(request.cookies.get(desk.renewal_cookie, ""))
        if renewal is not None:
            desk.sign_in.issuer.revoke(renewal.refresh_token)
    with contextlib.suppress(IssuerAway, IssuerRefused):
        return desk.sign_in.issuer.farewell()
    return ""
