from __future__ import annotations

from collections.abc import Iterator

import pytest

from holdfast.cluster.transport.http import MERGE_PATCH, Reply, Request
from holdfast.cluster.transport.write_rule import UnguardedWrite
from holdfast.console.read_only import ReadOnlyTransport

OURS = "/apis/holdfast.dev/v1alpha1"


class Sent:
    """A transport that notes what it was given."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def call(self, request: Request) -> Reply:
        self.requests.append(request)
        return Reply(200, b"{}")

    def stream(self, request: Request) -> Iterator[bytes]:
        self.requests.append(request)
        return iter(())


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{OURS}/namespaces/n/availabilityqueries"),
        ("POST", f"{OURS}/namespaces/n/capacityreservations"),
        ("PUT", f"{OURS}/acceleratorpools/p/status"),
        ("PATCH", f"{OURS}/tenants/t"),
        ("DELETE", f"{OURS}/capacitypromises/p"),
        ("PUT", "/apis/authorization.k8s.io/v1/subjectaccessreviews"),
    ],
)
def test_nothing_that_writes_is_sent(method: str, path: str) -> None:
    sent = Sent()
    with pytest.raises(UnguardedWrite, match="the console writes nothing"):
        ReadOnlyTransport(sent).call(Request(method, path, body=b"{}", content_type=MERGE_PATCH))
    assert sent.requests == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", f"{OURS}/tenants"), ("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews"),
     ("POST", "/apis/authentication.k8s.io/v1/tokenreviews")],
)  # fmt: skip
def test_reads_and_reviews_are_sent(method: str, path: str) -> None:
    sent = Sent()
    ReadOnlyTransport(sent).call(Request(method, path, body=b"{}"))
    list(ReadOnlyTransport(sent).stream(Request("GET", path)))
    assert len(sent.requests) == 2
