"""Every way in which a sign-in ends without a session: its status, and the sentence a person reads.

`of_issuer` says which belongs to a word of the issuer's (RFC 6749, 4.1.2.1 and 5.2; OpenID Connect Core 1.0, 3.1.2.6).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignInRefusal:
    """An answer: its HTTP status, what a person is told, and whether beginning again may help."""

    status: int
    sentence: str
    again: bool = True


STALE = SignInRefusal(
    400,
    "This sign-in is finished already, was begun in another browser, or is older than ten minutes. Nothing was done.",
)
DENIED = SignInRefusal(403, "The issuer has not let you in.")
TROUBLED = SignInRefusal(503, "The issuer has trouble of its own. Try again in a moment.")
AWAY = SignInRefusal(
    503,
    "The issuer does not answer as it should, so nobody can sign in there now. A session that is open stays open.",
)
MISREGISTERED = SignInRefusal(
    502,
    "The issuer does not take what this console asks. Whoever runs it has to compare its client id, secret, scopes and "
    "redirect address with what is registered there.",
    again=False,
)
SPENT_CODE = SignInRefusal(
    400,
    "The issuer does not take the code of this sign-in any more: a code is good once, and for a short time.",
)
NO_TOKEN = SignInRefusal(
    502,
    "The issuer has let you in and given no id token. Whoever runs this console has to ask it for the scope openid.",
    again=False,
)
NOT_TAKEN = SignInRefusal(
    403,
    "The issuer has let you in, and the API server does not take its token. Whoever runs the hub has to compare the "
    "API server's own issuers, audiences and clock with this issuer's.",
)
NOT_ASKED = SignInRefusal(
    403, "The token that came back is not the answer to what this browser asked. It was thrown away."
)
UNKNOWN = SignInRefusal(502, "The issuer has not let you in, with a word that this console does not know.")

_OF_ISSUER = {
    "access_denied": DENIED,
    "login_required": DENIED,
    "consent_required": DENIED,
    "interaction_required": DENIED,
    "account_selection_required": DENIED,
    "server_error": TROUBLED,
    "temporarily_unavailable": TROUBLED,
    "invalid_grant": SPENT_CODE,
    "invalid_request": MISREGISTERED,
    "invalid_client": MISREGISTERED,
    "invalid_scope": MISREGISTERED,
    "unauthorized_client": MISREGISTERED,
    "unsupported_response_type": MISREGISTERED,
    "unsupported_grant_type": MISREGISTERED,
    "no_id_token": NO_TOKEN,
}


def of_issuer(word: str) -> SignInRefusal:
    """What a word of the issuer's means for who wanted to sign in."""
    return _OF_ISSUER.get(word, UNKNOWN)
