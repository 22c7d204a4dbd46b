"""Sessions: who somebody is, signed into a cookie. Nothing is kept here: a key that is lost ends them all.

The cookie says the person's name and groups, as the API server named them, and until when; it can be read and not
forged. It carries no token. Its clock is the hub's, so that a viewer's own clock, however wrong, prolongs nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from itsdangerous import BadSignature, URLSafeSerializer

from holdfast.cluster.reviews import Person
from holdfast.console.rights import Viewer

LONGEST_COOKIE = 3_900
"""Browsers drop a cookie above four kilobytes without a word."""
SHORTEST_KEY = 32


class TooManyGroups(ValueError):
    """The person's groups do not fit into a cookie; a bearer token with each request needs none."""


class Sessions:
    """Issues sessions and reads them. `now` is epoch seconds by the hub's clock and may raise Unavailable."""

    def __init__(self, key: bytes, seconds: int, now: Callable[[], float]) -> None:
        self._signed = URLSafeSerializer(key, salt="holdfast-console-session")
        self._seconds = seconds
        self._now = now

    def issue(self, person: Person | None, most: int | None = None) -> str:
        """A cookie for somebody, good until the instant `most` at the longest, if there is one: the end of their token.

        Raises TooManyGroups, and ClusterError before the hub has been heard.
        """
        until = int(self._now()) + self._seconds
        until = until if most is None else min(until, most)
        said = None if person is None else msgspec.to_builtins(person)
        cookie = str(self._signed.dumps({"until": until, "person": said}))
        if len(cookie) > LONGEST_COOKIE:
            groups = len(person.groups) if person is not None else 0
            raise TooManyGroups(
                f"a session of {groups} groups does not fit into a cookie: let a proxy send your token each time"
            )
        return cookie

    def read(self, cookie: str) -> Viewer | None:
        """Whose session this is; None for one that is forged, of another process, or over."""
        try:
            said: Any = self._signed.loads(cookie)
            person = None if said["person"] is None else msgspec.convert(said["person"], Person)
            viewer = Viewer(int(said["until"]), person)
        except (BadSignature, KeyError, TypeError, ValueError, msgspec.ValidationError):
            return None
        return viewer if viewer.until > self._now() else None


def key_from(file: str) -> bytes:
    """The key in a file, or a new one. Raises ValueError for a file that holds none, and OSError."""
    if not file:
        return secrets.token_bytes(SHORTEST_KEY)
    key = Path(file).read_bytes().strip()
    if len(key) < SHORTEST_KEY:
        raise ValueError(
            f"{file} holds {len(key)} bytes, which somebody could guess: put {SHORTEST_KEY} random ones or more there"
        )
    return key
