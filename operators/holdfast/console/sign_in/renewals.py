"""Refresh tokens: each in a cookie of its own, sealed, in the browser of the person it was given for.

A refresh token is a key to the issuer for hours or months. The console has no place to keep one, and a signed cookie
can be read: so it is encrypted (JWE, dir, A256GCM: RFC 7516) by a key derived from the one that signs sessions. What a
browser holds opens nothing without that key. docs/decisions/20261126-refresh-tokens-are-sealed-in-cookies.md
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable
from concurrent.futures import Future

import msgspec
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from holdfast.console.sign_in.issuer import Tokens

LONGEST_COOKIE = 3_900
"""Browsers drop a cookie above four kilobytes without a word: a longer refresh token is not kept."""
SHARED_SECONDS = 30.0
MOST_SHARED = 1_000
_SEALED = {"alg": "dir", "enc": "A256GCM"}


class Renewal(msgspec.Struct, frozen=True):
    """A refresh token, whom it was given for (the issuer's name for them, the nonce of their sign-in), and until when
    a session may be prolonged by it, in epoch seconds by the hub's clock."""

    refresh_token: str
    subject: str
    nonce: str
    until: int


_renewal = msgspec.json.Decoder(Renewal).decode


class Renewals:
    """Seals renewals and opens them. `now` is epoch seconds by the hub's clock and may raise Unavailable."""

    def __init__(self, key: bytes, now: Callable[[], float]) -> None:
        self._key = OctKey.import_key(hmac.digest(key, b"holdfast-console-renewal", "sha256"))
        self._now = now

    def seal(self, renewal: Renewal) -> str:
        """The cookie; empty where it would not fit into one, so that the session ends with its token."""
        sealed = jwe.encrypt_compact(_SEALED, msgspec.json.encode(renewal), self._key)
        return sealed if len(sealed) <= LONGEST_COOKIE else ""

    def open(self, cookie: str) -> Renewal | None:
        """What is in it; None for one that is forged, of another key, or over."""
        try:
            opened = jwe.decrypt_compact(cookie, self._key, algorithms=list(_SEALED.values()))
            renewal = _renewal(opened.plaintext or b"")
        except (JoseError, ValueError, msgspec.MsgspecError):
            return None
        return renewal if renewal.until > self._now() else None


class SharedAnswers:
    """Windows of one browser renew at the same moment, and many issuers take a refresh token once: they share the
    answer, for half a minute. `monotonic` is in seconds. Safe for threads."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Future[Tokens]]] = {}

    def of(self, refresh_token: str, ask: Callable[[], Tokens]) -> Tokens:
        """What `ask` says, asked once; what it raises is raised for everybody who waits, and not kept."""
        at, answer = self._monotonic(), Future[Tokens]()
        with self._lock:
            self._known = {one: kept for one, kept in self._known.items() if at - kept[0] < SHARED_SECONDS}
            if len(self._known) >= MOST_SHARED:
                self._known.clear()
            _, known = self._known.setdefault(refresh_token, (at, answer))
        if known is not answer:
            return known.result()
        try:
            answer.set_result(ask())
        except Exception as error:
            answer.set_exception(error)
            with self._lock:
                self._known.pop(refresh_token, None)
        return answer.result()
