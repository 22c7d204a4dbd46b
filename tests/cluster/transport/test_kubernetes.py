"""The real transport against a small HTTP server: what it sends, and what it makes of what comes back."""

from __future__ import annotations

import socket
import threading
import time as wall
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cluster.transport.small_server import Cluster

from holdfast.cluster.transport.http import MERGE_PATCH, Refusal, Request, Unanswered, reply_of
from holdfast.cluster.transport.kubernetes import KubernetesTransport, lines_of

KUBECONFIG = """
apiVersion: v1
kind: Config
current-context: other
contexts:
- {{name: hub, context: {{cluster: hub, user: me}}}}
- {{name: other, context: {{cluster: other, user: me}}}}
clusters:
- {{name: hub, cluster: {{server: "http://127.0.0.1:{port}"}}}}
- {{name: other, cluster: {{server: "http://127.0.0.1:1"}}}}
users:
- {{name: me, user: {{token: secret}}}}
"""


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    server = Cluster()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def kubeconfig(cluster: Cluster, tmp_path: Path) -> str:
    path = tmp_path / "kubeconfig"
    path.write_text(KUBECONFIG.format(port=cluster.server_port))
    return str(path)


@pytest.fixture
def way(kubeconfig: Any) -> Iterator[Any]:
    transport = KubernetesTransport.from_kubeconfig(kubeconfig, "hub")
    yield transport
    transport.close()


def test_a_request_arrives_as_it_was_made_with_credentials(way: Any, cluster: Cluster) -> None:
    request = Request("PATCH", "/api/plain", (("a", "x y"), ("b", "=&")), b'{"raw": 1}', MERGE_PATCH)
    way.call(request)
    method, path, headers, body = cluster.asked[0]
    assert (method, path, body) == ("PATCH", "/api/plain?a=x+y&b=%3D%26", b'{"raw": 1}')
    assert (headers["authorization"], headers["Content-Type"]) == ("Bearer secret", MERGE_PATCH)


def test_a_reply_brings_the_servers_date_and_its_wish(way: Any) -> None:
    reply = way.call(Request("GET", "/plain"))
    assert (reply.status, reply.body, reply.retry_after) == (200, b"{}", 3.0)
    assert abs(reply.date - wall.time()) < 5  # noqa: TID251 - the server under test uses the real clock


@pytest.mark.parametrize(("path", "status"), [("/moved", 302), ("/refused", 410)])
def test_every_status_is_a_reply_and_nothing_is_followed(
    way: Any, cluster: Cluster, path: str, status: int
) -> None:
    assert way.call(Request("GET", path)).status == status
    assert len(cluster.asked) == 1


@pytest.mark.parametrize("path", ["/hang", "/reset"])
def test_a_call_that_was_sent_and_not_answered_may_have_happened(
    way: Any, cluster: Cluster, path: str
) -> None:
    with pytest.raises(Unanswered) as raised:
        way.call(Request("POST", path, body=b"{}", timeout=0.2))
    assert raised.value.sent
    assert len(cluster.asked) == 1


def test_a_call_that_found_no_server_was_never_sent(kubeconfig: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        transport = KubernetesTransport.from_kubeconfig(kubeconfig, "other")
        with pytest.raises(Unanswered) as raised:
            transport.call(Request("POST", "/plain", body=b"{}"))
    assert not raised.value.sent


def test_a_stream_gives_whole_lines_and_then_what_is_left(way: Any) -> None:
    assert list(way.stream(Request("GET", "/lines"))) == [b"one", b"two", b"three", b"half"]


def test_a_stream_that_is_refused_brings_the_refusal(way: Any) -> None:
    with pytest.raises(Refusal) as raised:
        next(way.stream(Request("GET", "/refused")))
    assert (raised.value.reply.status, raised.value.reply.body) == (410, b"gone")


def test_a_silent_stream_is_given_up(way: Any) -> None:
    stream = way.stream(Request("GET", "/endless", timeout=0.2))
    assert next(stream) == b"one"
    with pytest.raises(Unanswered):
        next(stream)


def test_closing_ends_a_stream_from_another_thread(way: Any) -> None:
    stream = way.stream(Request("GET", "/endless", timeout=30))
    next(stream)
    timer = threading.Timer(0.05, way.close)
    timer.start()
    started = wall.monotonic()
    with pytest.raises(Unanswered):
        list(stream)
    timer.join()
    assert wall.monotonic() - started < 5


@pytest.mark.parametrize(
    ("chunks", "lines"),
    [
        ([], []),
        ([b""], []),
        ([b"a\n"], [b"a"]),
        ([b"a", b"\n", b"b\n"], [b"a", b"b"]),
        ([b"a\nb"], [b"a", b"b"]),
        ([b"a\n\nb\n"], [b"a", b"", b"b"]),
    ],
)
def test_lines_are_put_together_from_chunks(chunks: Any, lines: Any) -> None:
    assert list(lines_of(chunks)) == lines


@pytest.mark.parametrize(
    ("headers", "date", "retry_after"),
    [
        ({"Date": "Mon, 04 Jan 2027 00:00:00 GMT", "Retry-After": "7"}, 1_799_020_800.0, 7.0),
        ({"Date": "yesterday", "Retry-After": "Mon, 04 Jan 2027 00:00:00 GMT"}, None, None),
        ({}, None, None),
    ],
)
def test_headers_that_cannot_be_read_are_left_out(headers: Any, date: Any, retry_after: Any) -> None:
    reply = reply_of(200, headers, b"")
    assert (reply.date, reply.retry_after) == (date, retry_after)
