"""What a reply means: nothing for a success, the right ClusterError for everything else."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace

from holdfast.cluster.transport.errors import (
    AlreadyExists,
    ClusterError,
    Expired,
    Gone,
    Refused,
    Stale,
    Unavailable,
    Unknown,
)
from holdfast.cluster.transport.http import Reply, Request, Unanswered

_LONGEST_EXCERPT = 300
_UNPRINTABLE = r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+"
"""Compiled when the first foreign words come: to do it takes a hundredth of what a command may take."""


@dataclass(frozen=True, slots=True)
class _Status:
    """The part of a Kubernetes Status that a caller or a person needs."""

    kind: str = ""
    reason: str = ""
    message: str = ""
    code: int = 0


def check(request: Request, reply: Reply) -> None:
    """Return if the call succeeded; else raise what the caller acts on (the tree is in errors.py)."""
    if not 200 <= reply.status < 300:
        raise error_of(request, reply)


def error_of(request: Request, reply: Reply) -> ClusterError:
    """The error a reply with a status other than 2xx means."""
    status = _status(reply.body)
    words = f"{request}: {reply.status} {status.reason} {status.message}".rstrip()
    if reply.status == 409:
        return AlreadyExists(words) if status.reason == "AlreadyExists" else Stale(words)
    if reply.status == 404:
        return _absent(words, status)
    if reply.status == 410:
        return Expired(words)
    if reply.status == 429:
        return Unavailable(words, reply.retry_after)
    return _broken(request, reply, words)


def _absent(words: str, status: _Status) -> ClusterError:
    """Only the API server's own NotFound says that an object is gone.

    A proxy's page, and the bare `404 page not found` of a kind without its CRD, say nothing about objects.
    """
    if status.kind == "Status" and status.reason == "NotFound":
        return Gone(words)
    return Unavailable(f"{words}: not an API server's word about this object; its kind may not be served")


def _broken(request: Request, reply: Reply, words: str) -> ClusterError:
    if reply.status < 500 and reply.status != 408:
        return Refused(words, reply.status)
    if request.mutates:
        return Unknown(words)
    return Unavailable(words, reply.retry_after)


def error_of_silence(request: Request, silence: Unanswered) -> ClusterError:
    """A call without an answer: harmless for a read or where nothing was sent, Unknown for a write."""
    words = f"{request}: {silence}"
    return Unknown(words) if request.mutates and silence.sent else Unavailable(words)


def error_in_watch(request: Request, status_object: bytes) -> ClusterError:
    """The error an ERROR line of a watch means."""
    status = _status(status_object)
    words = f"{request}: watch ended, {status.code} {status.reason} {status.message}".rstrip()
    return Expired(words) if status.code == 410 else Unavailable(words)


def _status(body: bytes) -> _Status:
    said = _said(body)
    if said is None:
        return _Status(message=printable(body.decode(errors="replace")))
    return replace(said, message=printable(said.message))


def _said(body: bytes) -> _Status | None:
    """A Status as it was sent; None for what is none."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    found = {name: document[name] for name in ("kind", "reason", "message", "code") if name in document}
    sound = all(isinstance(value, int if name == "code" else str) for name, value in found.items())
    return _Status(**found) if sound else None


def printable(text: str) -> str:
    """Foreign text made fit for one line of a log or a terminal: bounded, without control characters."""
    line = re.sub(_UNPRINTABLE, " ", text).strip()
    return line if len(line) <= _LONGEST_EXCERPT else line[:_LONGEST_EXCERPT] + " …"
