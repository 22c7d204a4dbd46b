"""A session made longer, without asking anybody: by the refresh token in the browser's sealed cookie.

GET  /renew?next=PAGE       from a page whose session is over: on to it again, or to the door
POST /renew                 from a page that stays open: 204, 401 where somebody has to sign in, 503 for later again
"""

from __future__ import annotations

from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from holdfast.cluster.reviews import Person
from holdfast.cluster.transport.errors import ClusterError
from holdfast.console.desk import Desk
from holdfast.console.entrance import SEE_OTHER, Entrant, admit, door, forget, keep, refused
from holdfast.console.sessions import TooManyGroups
from holdfast.console.sign_in import refusals
from holdfast.console.sign_in.client import SignIn
from holdfast.console.sign_in.flows import HOME, inside, with_next
from holdfast.console.sign_in.issuer import IssuerAway, IssuerRefused, Tokens
from holdfast.console.sign_in.renewals import Renewal
from holdfast.console.sign_in.tokens import ends_of, objection, subject_of
from holdfast.process.logs import logger

RENEWED, SIGN_IN, LATER = 204, 401, 503
_log = logger("console")


class _Ended(Exception):
    """It cannot be made longer: somebody has to sign in."""


async def renew(desk: Desk, parts: SignIn, request: Request) -> Response:
    """Longer, or to the door."""
    return await run_in_threadpool(_renewed, desk, parts, request)


def door_address(desk: Desk, request: Request) -> str:
    """Where somebody without a session goes from a page, and then back: to be renewed if they can be, else to enter."""
    if desk.sign_in is None:
        return "/enter"
    wanted = inside(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
    way = "/renew" if request.cookies.get(desk.renewal_cookie) else "/enter"
    return with_next(way, wanted)


def keep_renewal(desk: Desk, parts: SignIn, response: Response, renewal: Renewal) -> None:
    """The sealed cookie; where it does not fit into one, the session ends with its token."""
    sealed = parts.renewals.seal(renewal)
    if sealed:
        keep(desk, response, desk.renewal_cookie, sealed)
    else:
        _log.warning("refresh_token_not_kept", why="it does not fit into a cookie")


def _renewed(desk: Desk, parts: SignIn, request: Request) -> Response:
    stays, onward = request.method == "POST", inside(request.query_params.get("next", HOME))
    try:
        renewal, tokens, person = _longer(desk, parts, request.cookies.get(desk.renewal_cookie, ""))
        response = Response(status_code=RENEWED) if stays else RedirectResponse(onward, SEE_OTHER)
        admit(desk, response, Entrant(person, min(ends_of(tokens.id_token) or renewal.until, renewal.until)))
        keep_renewal(desk, parts, response, replace(renewal, refresh_token=tokens.refresh_token))
    except ClusterError:
        return Response(status_code=LATER) if stays else door(desk, request, "blind", LATER)
    except IssuerAway as error:
        _log.warning("issuer_away", reason=str(error))
        return Response(status_code=LATER) if stays else refused(desk, request, refusals.AWAY, onward=onward)
    except (_Ended, IssuerRefused, TooManyGroups) as error:
        _log.info("not_renewed", why=str(error))
        response = (
            Response(status_code=SIGN_IN)
            if stays
            else RedirectResponse(with_next("/enter", onward), SEE_OTHER)
        )
        if not stays:  # a window beside this one may have renewed meanwhile: its cookie is not taken from it
            forget(desk, response, desk.renewal_cookie)
    return response


def _longer(desk: Desk, parts: SignIn, cookie: str) -> tuple[Renewal, Tokens, Person]:
    """The renewal, what the issuer gave for it, whose it is. Raises _Ended, ClusterError and the issuer's errors."""
    renewal = parts.renewals.open(cookie)
    if renewal is None:
        raise _Ended("there is no refresh token, or it is over")
    old = renewal.refresh_token
    tokens = parts.shared.of(old, lambda: parts.issuer.renew(old))
    person = desk.person(tokens.id_token)
    if person is None:
        raise _Ended(f"the API server does not take the newer token: {desk.rights.why_not(tokens.id_token)}")
    wrong = objection(tokens.id_token, parts.issuer.registration, renewal.nonce, renewed=True)
    if wrong or subject_of(tokens.id_token) != renewal.subject:
        raise _Ended(wrong or "the newer token is somebody else's")
    return renewal, tokens, person
