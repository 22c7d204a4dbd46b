"""One HTTP exchange with an API server, and nothing above it: no retries, no decoding, no meaning.

`kubernetes` is the real one; the simulation has one that lives in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import urlencode

READS = frozenset({"GET"})

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"

CALL_SECONDS = 8.0
"""Read timeout of one call unless told otherwise; below the elector's renew deadline of 10 s."""
WATCH_SECONDS = 90.0
"""Silence after which a watch is taken for dead; the server sends a bookmark about once a minute."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call. `path` starts with a slash; `query` keeps its order; `timeout` is seconds without a byte.

    `accept` is the form the answer is wanted in.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    content_type: str = JSON
    timeout: float = CALL_SECONDS
    accept: str = JSON

    @property
    def target(self) -> str:
        """Path and query as they are sent."""
        return self.path + ("?" + urlencode(self.query) if self.query else "")

    @property
    def mutates(self) -> bool:
        """Whether the server may change something because of this call."""
        return self.method not in READS

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered. `date` is its Date header in epoch seconds, `retry_after` is in seconds."""

    status: int
    body: bytes
    date: float | None = None
    retry_after: float | None = None


class Unanswered(Exception):
    """No whole reply came. `sent` is False only where it is certain that the server saw nothing."""

    def __init__(self, why: str, *, sent: bool = True) -> None:
        super().__init__(why)
        self.sent = sent


class Transport(Protocol):
    """The way to one API server, with one identity."""

    def call(self, request: Request) -> Reply:
        """Exchange one request for one reply, whatever its status; raises Unanswered."""

    def stream(self, request: Request) -> Iterator[bytes]:
        """Lines of a watch as they come, without line ends; half a line is given as it is.

        Asked for the first line it raises Refusal for a status other than 200; Unanswered when it is cut.
        """


class Refusal(Exception):
    """A stream that was answered with something else than a stream."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"status {reply.status}")
        self.reply = reply


def reply_of(status: int, headers: Mapping[str, Any], body: bytes) -> Reply:
    """A reply with the two headers that matter; a Date or Retry-After that cannot be read is left out."""
    wait = str(headers.get("Retry-After", ""))
    return Reply(status, body, _epoch(headers.get("Date")), float(wait) if wait.isdigit() else None)


def _epoch(date: str | None) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp() if date else None
    except ValueError:
        return None
