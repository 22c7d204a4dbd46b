"""Sign-ins that have been begun and not finished: what was asked, in a signed cookie of the browser that asked it.

A flow is good once, for ten minutes by the hub's clock, in that browser alone. Several windows may have one each.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec
from itsdangerous import BadSignature, URLSafeSerializer

GOOD_SECONDS = 600
MOST_OPEN = 3
"""Flows of one browser at once: more windows than that at a sign-in page end the oldest."""
LONGEST_ONWARD = 700
"""Characters of an address to go on to: three of them fit into a cookie."""
HOME = "/"
_DOORS = ("/enter", "/leave", "/sign-in", "/signed-in", "/renew")


class Flow(msgspec.Struct, frozen=True):
    """One sign-in: `state` finds it again, `nonce` stands in the token, `verifier` belongs to the code (RFC 7636).

    `onward` is the console's page the person wanted; `begun` is in epoch seconds by the hub's clock.
    """

    state: str
    nonce: str
    verifier: str
    onward: str
    begun: int


class Flows:
    """Begins flows and takes them. `now` is epoch seconds by the hub's clock and may raise Unavailable."""

    def __init__(self, key: bytes, now: Callable[[], float]) -> None:
        self._signed = URLSafeSerializer(key, salt="holdfast-console-flows")
        self._now = now

    def begin(self, cookie: str, onward: str) -> tuple[Flow, str]:
        """A new flow, and the cookie that holds it beside the others."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        flow = Flow(state, nonce, verifier, inside(onward), int(self._now()))
        return flow, self._written([*self._open(cookie)[-(MOST_OPEN - 1) :], flow])

    def take(self, cookie: str, state: str) -> tuple[Flow | None, str]:
        """The flow with this state, once, and the cookie without it; None for one that is not this browser's."""
        known = self._open(cookie)
        found = next((flow for flow in known if secrets.compare_digest(flow.state, state)), None)
        return found, self._written([flow for flow in known if flow is not found])

    def _open(self, cookie: str) -> list[Flow]:
        try:
            said: Any = self._signed.loads(cookie) if cookie else []
            known = msgspec.convert(said, list[Flow])
        except (BadSignature, msgspec.ValidationError):
            return []
        oldest = self._now() - GOOD_SECONDS
        return [flow for flow in known if flow.begun > oldest]

    def _written(self, flows: list[Flow]) -> str:
        return str(self._signed.dumps(msgspec.to_builtins(flows))) if flows else ""


def inside(address: str) -> str:
    """An address of the console's own, to go on to; its first page for any that could lead elsewhere, or in a circle.

    A browser reads a backslash as a slash and drops line ends, so an address with either is nobody's.
    """
    odd = any(char in address for char in "\\\r\n\t") or not address.isascii() or not address.isprintable()
    if odd or not address.startswith("/") or address.startswith("//") or len(address) > LONGEST_ONWARD:
        return HOME
    named = urlsplit(address)
    return HOME if named.scheme or named.netloc or named.path.rstrip("/") in _DOORS else address


def with_next(way: str, onward: str) -> str:
    """An address of ours that goes on to a page afterwards."""
    return way if onward == HOME else f"{way}?{urlencode({'next': onward})}"
