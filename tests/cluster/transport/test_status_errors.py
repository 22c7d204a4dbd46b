from __future__ import annotations

from typing import Any

import msgspec
import pytest

from holdfast.cluster.transport.errors import (
    AlreadyExists,
    ClusterError,
    Expired,
    Gone,
    Refused,
    Stale,
    Unavailable,
    Undecodable,
    Unknown,
)
from holdfast.cluster.transport.http import Reply, Request, Unanswered
from holdfast.cluster.transport.status_errors import check, error_in_watch, error_of_silence, printable

READ, WRITE = Request("GET", "/api/v1/nodes/a"), Request("PUT", "/api/v1/nodes/a")

STATUSES = [
    # status, reason, what a read means, what a write means
    (400, "BadRequest", Refused, Refused),
    (401, "Unauthorized", Refused, Refused),
    (403, "Forbidden", Refused, Refused),
    (404, "NotFound", Gone, Gone),
    (405, "MethodNotAllowed", Refused, Refused),
    (408, "Timeout", Unavailable, Unknown),
    (409, "AlreadyExists", AlreadyExists, AlreadyExists),
    (409, "Conflict", Stale, Stale),
    (410, "Expired", Expired, Expired),
    (422, "Invalid", Refused, Refused),
    (429, "TooManyRequests", Unavailable, Unavailable),
    (500, "InternalError", Unavailable, Unknown),
    (502, "", Unavailable, Unknown),
    (503, "ServiceUnavailable", Unavailable, Unknown),
    (504, "Timeout", Unavailable, Unknown),
]


def status(code: Any, reason: Any, message: Any = "words") -> Any:
    body = {"kind": "Status", "code": code, "reason": reason, "message": message}
    return Reply(code, msgspec.json.encode(body), retry_after=7.0)


@pytest.mark.parametrize(("code", "reason", "read", "write"), STATUSES)
def test_each_status_becomes_the_error_a_caller_acts_on(
    code: Any, reason: Any, read: Any, write: Any
) -> None:
    for request, error in ((READ, read), (WRITE, write)):
        with pytest.raises(ClusterError, match=f"{request}: {code} .*words") as raised:
            check(request, status(code, reason))
        assert type(raised.value) is error


@pytest.mark.parametrize("code", [200, 201, 202])
def test_a_success_is_nothing(code: int) -> None:
    check(WRITE, Reply(code, b""))


@pytest.mark.parametrize("body", [b"404 page not found\n", b"<html>no</html>", b"", b'{"kind":"Page"}'])
def test_a_404_that_is_not_the_servers_own_word_says_nothing_about_the_object(body: bytes) -> None:
    with pytest.raises(Unavailable, match="may not be served"):
        check(READ, Reply(404, body))


def test_the_servers_wish_to_wait_is_kept() -> None:
    with pytest.raises(Unavailable) as raised:
        check(READ, status(429, "TooManyRequests"))
    assert raised.value.retry_after == 7.0


def test_a_refusal_keeps_its_status() -> None:
    with pytest.raises(Refused) as raised:
        check(WRITE, status(422, "Invalid"))
    assert raised.value.status == 422


@pytest.mark.parametrize(
    ("request_", "sent", "error"),
    [
        (READ, True, Unavailable),
        (READ, False, Unavailable),
        (WRITE, True, Unknown),
        (WRITE, False, Unavailable),
    ],
)
def test_silence_is_unknown_only_for_a_write_that_may_have_arrived(
    request_: Any, sent: bool, error: Any
) -> None:
    assert type(error_of_silence(request_, Unanswered("reset", sent=sent))) is error


@pytest.mark.parametrize(("code", "error"), [(410, Expired), (500, Unavailable), (0, Unavailable)])
def test_an_error_line_of_a_watch_is_expired_or_unavailable(code: int, error: Any) -> None:
    assert type(error_in_watch(READ, status(code, "x").body)) is error


def test_foreign_words_cannot_forge_a_line_or_reach_a_terminal() -> None:
    assert printable("a\nb\x1b[31mc\x9b") == "a b [31mc"
    assert len(printable("x" * 10_000)) < 400


def test_the_tree_is_the_one_that_is_drawn() -> None:
    assert set(ClusterError.__subclasses__()) == {
        Stale,
        Gone,
        Expired,
        Unavailable,
        Unknown,
        Refused,
        Undecodable,
    }
    assert Stale.__subclasses__() == [AlreadyExists]
