"""The quick way against a small HTTP server: what it sends, and what it makes of what comes back."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from tests.cluster.transport.small_server import Cluster

from holdfast.cluster.transport.http import MERGE_PATCH, Refusal, Request, Unanswered
from holdfast.cluster.transport.kubeconfig import ServerAccess
from holdfast.cluster.transport.plain import PlainTransport


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    server = Cluster()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def way(cluster: Cluster) -> Iterator[PlainTransport]:
    found = PlainTransport(ServerAccess(f"http://127.0.0.1:{cluster.server_port}/hub", token="secret"))
    yield found
    found.close()


def test_a_call_carries_credential_form_body_and_query(way: PlainTransport, cluster: Cluster) -> None:
    query = (("limit", "5"), ("continue", "a b"))
    request = Request("PATCH", "/plain", query, b"{}", MERGE_PATCH, accept="application/json;as=Table")
    reply = way.call(request)
    method, path, headers, body = cluster.asked[0]
    assert (method, path, body) == ("PATCH", "/hub/plain?limit=5&continue=a+b", b"{}")
    assert headers["Authorization"] == "Bearer secret"
    assert (headers["Accept"], headers["Content-Type"]) == ("application/json;as=Table", MERGE_PATCH)
    assert (reply.status, reply.body, reply.retry_after) == (200, b"{}", 3.0)


def test_a_redirect_is_an_answer_and_not_followed(way: PlainTransport, cluster: Cluster) -> None:
    assert way.call(Request("GET", "/moved")).status == 302
    assert len(cluster.asked) == 1


def test_lines_of_a_stream_are_whole_whatever_the_chunks(way: PlainTransport) -> None:
    assert list(way.stream(Request("GET", "/lines"))) == [b"one", b"two", b"three", b"half"]


def test_a_stream_that_is_refused_says_so(way: PlainTransport) -> None:
    with pytest.raises(Refusal) as refusal:
        list(way.stream(Request("GET", "/refused")))
    assert (refusal.value.reply.status, refusal.value.reply.body) == (410, b"gone")


@pytest.mark.parametrize("path", ["/reset", "/hang"])
def test_an_answer_that_does_not_come_whole_is_no_answer(way: PlainTransport, path: str) -> None:
    with pytest.raises(Unanswered) as silence:
        way.call(Request("GET", path, timeout=0.2))
    assert silence.value.sent
    assert way.call(Request("GET", "/plain")).status == 200


@pytest.mark.parametrize(
    ("server", "says"),
    [
        ("http://127.0.0.1:1", "refused"),
        ("127.0.0.1:1", "is no address of a server"),
        ("https://127.0.0.1:99999999", "Port out of range"),
    ],
)
def test_where_nobody_answers_nothing_was_sent(server: str, says: str) -> None:
    with pytest.raises(Unanswered, match=says) as silence:
        PlainTransport(ServerAccess(server)).call(Request("POST", "/plain"))
    assert not silence.value.sent


def test_keys_that_are_none_are_said(cluster: Cluster) -> None:
    odd = ServerAccess(f"https://127.0.0.1:{cluster.server_port}", certificate="no PEM", key="no PEM")
    with pytest.raises(Unanswered, match=r"127\.0\.0\.1"):
        PlainTransport(odd).call(Request("GET", "/plain"))


def test_a_connection_that_the_server_closed_meanwhile_is_opened_anew(way: PlainTransport) -> None:
    assert way.call(Request("GET", "/plain")).status == 200
    assert way._connection is not None
    way._connection.sock.shutdown(socket.SHUT_RD)  # as after the server's idle time: there is an end to read
    before = way._connection
    assert way.call(Request("POST", "/plain")).status == 200
    assert way._connection is not before


def test_a_connection_that_is_sound_is_kept(way: PlainTransport) -> None:
    way.call(Request("GET", "/plain"))
    before = way._connection
    way.call(Request("GET", "/plain"))
    assert way._connection is before


def test_whoever_forgets_a_way_leaves_no_connection_open(cluster: Cluster) -> None:
    forgotten = PlainTransport(ServerAccess(f"http://127.0.0.1:{cluster.server_port}"))
    forgotten.call(Request("GET", "/plain"))
    assert forgotten._connection is not None
    sock = forgotten._connection.sock
    del forgotten
    assert sock.fileno() == -1
