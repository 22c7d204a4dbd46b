"""A server that says when to ask again, and a command or program that does as it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from holdfast.cluster.transport.errors import Refused, Unavailable
from holdfast.cluster.transport.http import Refusal, Reply, Request
from holdfast.cluster.ways import Patience, Way

LATER = Reply(
    429, b'{"kind":"Status","reason":"TooManyRequests","message":"storage is (re)initializing"}', None, 1.0
)
LIST = Request("GET", "/apis/holdfast.dev/v1alpha1/capacityreservations")
CHANGE = {"type": "ADDED", "object": {"kind": "CapacityReservation"}}


class Busy:
    """A server that gives these answers, and then only good ones; its clock is moved by sleeping."""

    def __init__(self, *answers: Reply) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.now = 0.0

    def call(self, request: Request) -> Reply:
        self.asked.append(request.method)
        return self.answers.pop(0) if self.answers else Reply(200, b"{}")

    def stream(self, request: Request) -> Iterator[bytes]:
        answer = self.call(request)
        if answer.status != 200:
            raise Refusal(answer)
        yield json.dumps(CHANGE).encode()

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def way(self) -> Way:
        return Way(self, patience=Patience(6.0, lambda: self.now, self.sleep))


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_what_the_server_asks_to_be_asked_again_is_asked_again(method: str) -> None:
    server = Busy(LATER, LATER)
    assert server.way().ask(Request(method, LIST.path)).status == 200
    assert (server.asked, server.now) == ([method] * 3, 2.0)


def test_a_watch_begins_once_the_server_is_ready_for_it() -> None:
    server = Busy(LATER)
    assert list(server.way().changes(LIST)) == [("ADDED", CHANGE["object"])]
    assert server.now == 1.0


def test_a_server_that_never_gets_ready_is_given_up_in_its_own_words() -> None:
    server = Busy(*[LATER] * 20)
    with pytest.raises(Unavailable, match=r"429 TooManyRequests storage is \(re\)initializing"):
        server.way().ask(LIST)
    assert server.now == 5.0
    with pytest.raises(Unavailable, match="429"):
        list(server.way().changes(LIST))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Reply(503, b"restarting"), Unavailable),
        (Reply(422, b"no"), Refused),
        (Reply(429, b"no"), Unavailable),
    ],
)
def test_without_such_a_word_nothing_is_asked_twice(answer: Reply, error: type[Exception]) -> None:
    server = Busy(answer)
    with pytest.raises(error):
        server.way().ask(LIST)
    assert (server.asked, server.now) == (["GET"], 0.0)
