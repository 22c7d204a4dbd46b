"""The addresses of signing in: to the issuer, and back from it.

GET  /sign-in?next=PAGE     a flow begins: to the issuer
GET  /signed-in             back from it, with a code or with its word of why not
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from holdfast.cluster.reviews import Person
from holdfast.cluster.transport.errors import ClusterError
from holdfast.console.desk import Desk
from holdfast.console.entrance import SEE_OTHER, Entrant, door, forget, keep, let_in, refused
from holdfast.console.renewing import keep_renewal
from holdfast.console.sign_in import refusals
from holdfast.console.sign_in.client import SignIn
from holdfast.console.sign_in.flows import HOME, Flow, inside
from holdfast.console.sign_in.issuer import IssuerAway, IssuerRefused, Tokens
from holdfast.console.sign_in.renewals import Renewal
from holdfast.console.sign_in.tokens import ends_of, objection, subject_of
from holdfast.process.logs import logger

_log = logger("console")


async def begin(desk: Desk, parts: SignIn, request: Request) -> Response:
    """To the issuer."""
    return await run_in_threadpool(_begun, desk, parts, request)


async def finish(desk: Desk, parts: SignIn, request: Request) -> Response:
    """Back from the issuer."""
    return await run_in_threadpool(_finished, desk, parts, request)


def _begun(desk: Desk, parts: SignIn, request: Request) -> Response:
    onward = inside(request.query_params.get("next", HOME))
    try:
        flow, cookie = parts.flows.begin(request.cookies.get(desk.flows_cookie, ""), onward)
        response = RedirectResponse(parts.issuer.question(flow), SEE_OTHER)
    except ClusterError:
        return door(desk, request, "blind", 503)
    except IssuerAway as error:
        _log.warning("issuer_away", reason=str(error))
        return refused(desk, request, refusals.AWAY, onward=onward)
    keep(desk, response, desk.flows_cookie, cookie)
    return response


def _finished(desk: Desk, parts: SignIn, request: Request) -> Response:
    cookie = request.cookies.get(desk.flows_cookie, "")
    try:
        flow, rest = parts.flows.take(cookie, request.query_params.get("state", ""))
        if flow is None:  # whoever made this link: what it says of itself is not shown
            return refused(desk, request, refusals.STALE)
        response = _answered(desk, parts, request, flow)
    except ClusterError:
        return door(desk, request, "blind", 503)
    if rest:
        keep(desk, response, desk.flows_cookie, rest)
    else:
        forget(desk, response, desk.flows_cookie)
    return response


def _answered(desk: Desk, parts: SignIn, request: Request, flow: Flow) -> Response:
    """What comes of the issuer's answer to this flow. Raises ClusterError."""
    try:
        tokens = _tokens(parts, request.query_params, flow)
        person = _person(desk, parts, tokens, flow)
    except _Turned as turned:
        _log.warning("sign_in_refused", status=turned.refusal.status, why=turned.why or turned.said)
        return refused(desk, request, turned.refusal, turned.said, flow.onward)
    response = let_in(desk, request, Entrant(person, ends_of(tokens.id_token), flow.onward))
    if tokens.refresh_token and response.status_code == SEE_OTHER:
        until = desk.sight.now + desk.settings.session_seconds
        renewal = Renewal(tokens.refresh_token, subject_of(tokens.id_token), flow.nonce, until)
        keep_renewal(desk, parts, response, renewal)
    return response


def _tokens(parts: SignIn, answer: Mapping[str, str], flow: Flow) -> Tokens:
    """What the code is good for. Raises _Turned."""
    issuer, code = parts.issuer, answer.get("code", "")
    if (
        answer.get("iss", issuer.registration.issuer) != issuer.registration.issuer
    ):  # RFC 9207: another issuer's
        raise _Turned(refusals.NOT_ASKED, why="another issuer has answered")
    if not code:
        word = answer.get("error", "invalid_request")
        raise _Turned(refusals.of_issuer(word), answer.get("error_description", ""), word)
    try:
        return issuer.exchange(code, flow.verifier)
    except IssuerAway as error:
        raise _Turned(refusals.AWAY, why=str(error)) from error
    except IssuerRefused as error:
        raise _Turned(refusals.of_issuer(error.word), error.said, error.word) from error


def _person(desk: Desk, parts: SignIn, tokens: Tokens, flow: Flow) -> Person:
    """Whose the token is, as the API server says; then, whether it answers this flow. Raises _Turned, ClusterError."""
    person = desk.person(tokens.id_token)
    if person is None:
        raise _Turned(refusals.NOT_TAKEN, desk.rights.why_not(tokens.id_token))
    wrong = objection(tokens.id_token, parts.issuer.registration, flow.nonce)
    if wrong:
        raise _Turned(refusals.NOT_ASKED, why=wrong)
    return person


class _Turned(Exception):
    """Nobody is let in: the page's sentence, what was said about it (foreign), and what only the log is told."""

    def __init__(self, refusal: refusals.SignInRefusal, said: str = "", why: str = "") -> None:
        super().__init__(refusal.sentence)
        self.refusal, self.said, self.why = refusal, said, why
