"""What an id token says. Read only once the API server has taken the token: nothing here checks a signature."""

from __future__ import annotations

import hmac

import msgspec
from authlib.oidc.core import CodeIDToken
from joserfc import jws
from joserfc.errors import JoseError

from holdfast.console.sign_in.registration import Registration


class _Ends(msgspec.Struct, frozen=True):
    exp: float


class _Whose(msgspec.Struct, frozen=True):
    sub: str
    nonce: str = ""


_ends = msgspec.json.Decoder(_Ends).decode
_whose = msgspec.json.Decoder(_Whose).decode


def ends_of(token: str) -> int | None:
    """When a token is over, in epoch seconds of its issuer; None for one that does not say (an opaque one)."""
    try:
        return int(_ends(jws.extract_compact(token.strip().encode()).payload).exp)
    except (JoseError, ValueError, OverflowError, msgspec.MsgspecError):
        return None


def subject_of(token: str) -> str:
    """Whom the issuer means, by its own name for them; empty for a token that does not say."""
    try:
        return _whose(jws.extract_compact(token.encode()).payload).sub
    except (JoseError, ValueError, msgspec.MsgspecError):
        return ""


def objection(token: str, registration: Registration, nonce: str, *, renewed: bool = False) -> str:
    """Why a token that the API server has taken does not answer what this browser asked; empty where it does.

    OpenID Connect Core 1.0, 3.1.3.7 (issuer, audience, authorized party, nonce), and for a `renewed` one 12.2: there a
    nonce need not be, but is the same. Times are not asked again: the API server has judged them by its own clock.
    """
    try:
        read = jws.extract_compact(token.encode())
        claims = msgspec.json.decode(read.payload, type=dict)
        options = {
            "iss": {"essential": True, "value": registration.issuer},
            "aud": {"essential": True, "value": registration.client_id},
        }
        expected = {"client_id": registration.client_id}
        CodeIDToken(claims, read.headers(), options, expected).validate(now=claims.get("iat"), leeway=0)
    except (JoseError, ValueError, TypeError, msgspec.MsgspecError) as error:
        return f"{error}"
    said = claims.get("nonce", "")
    if renewed and not said:
        return ""
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
        return "its nonce is not the one that was asked with"
    return ""
