from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from holdfast.cluster.transport.http import APPLY_PATCH, JSON, MERGE_PATCH, Reply, Request
from holdfast.cluster.transport.write_rule import GuardedTransport, UnguardedWrite, enforce

POOL = "/apis/holdfast.dev/v1alpha1/acceleratorpools/lake"
NODE = "/api/v1/nodes/a"
LEASE = "/apis/coordination.k8s.io/v1/namespaces/n/leases/l"
STATUS = "/apis/holdfast.dev/v1alpha1/namespaces/n/capacityreservations/r/status"
EVENT = "/apis/events.k8s.io/v1/namespaces/n/events/e"
POD = "/api/v1/namespaces/n/pods/p"
EVICTION = f"{POD}/eviction"
REVIEW = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
STRICT = (("fieldValidation", "Strict"),)
BOTH = {"uid": "u", "resourceVersion": "7"}
THIS = {"uid": "u"}


def named(name: Any, **metadata: Any) -> Any:
    return {"metadata": {"name": name, **metadata}}


VERSIONED = named("lake", resourceVersion="7")
HELD = named("l", namespace="n", resourceVersion="7")

ALLOWED = [
    ("GET", POOL, {}, None, JSON),
    ("PUT", POOL, STRICT, VERSIONED, JSON),
    ("PUT", f"{POOL}/status", STRICT, VERSIONED, JSON),
    ("PUT", LEASE, (), HELD, JSON),
    ("PATCH", NODE, (), {"metadata": {"resourceVersion": "7"}}, MERGE_PATCH),
    ("PATCH", NODE, (), named("a", resourceVersion="7"), APPLY_PATCH),
    ("PATCH", STATUS, (), {**VERSIONED, "status": {}}, MERGE_PATCH),
    ("PATCH", EVENT, (), {"note": "x"}, MERGE_PATCH),
    ("DELETE", NODE, (), {"preconditions": BOTH}, JSON),
    ("POST", "/api/v1/nodes", (), named("a"), JSON),
    ("POST", REVIEW, (), {"spec": {}}, JSON),
    ("POST", EVICTION, (), {**named("p"), "deleteOptions": {"preconditions": BOTH}}, JSON),
    ("POST", EVICTION, (), {**named("p"), "deleteOptions": {"preconditions": THIS}}, JSON),
    ("DELETE", POD, (), {"preconditions": THIS}, JSON),
]

REFUSED = [
    ("a PUT without a version", "PUT", POOL, STRICT, named("lake"), JSON),
    ("a PUT of another object", "PUT", POOL, STRICT, named("other", resourceVersion="7"), JSON),
    ("a PUT into another namespace", "PUT", LEASE, (), named("l", namespace="m", resourceVersion="7"), JSON),
    ("a ledger that may be pruned", "PUT", f"{POOL}/status", (), VERSIONED, JSON),
    ("a PUT of a collection", "PUT", "/api/v1/nodes", (), VERSIONED, JSON),
    ("a patch without a version", "PATCH", NODE, (), {"spec": {}}, MERGE_PATCH),
    ("an apply without a version", "PATCH", f"{POOL}/status", (), named("lake"), APPLY_PATCH),
    ("a reservation's spec without a version", "PATCH", STATUS.removesuffix("/status"), (), {}, MERGE_PATCH),
    ("a JSON patch", "PATCH", NODE, (), [{"op": "remove", "path": "/spec"}], "application/json-patch+json"),
    ("a reservation's status without a version", "PATCH", STATUS, (), {"status": {}}, MERGE_PATCH),
    ("a JSON patch of a status", "PATCH", STATUS, (), {}, "application/json-patch+json"),
    ("a DELETE without preconditions", "DELETE", NODE, (), None, JSON),
    ("a DELETE without a uid", "DELETE", NODE, (), {"preconditions": {"resourceVersion": "7"}}, JSON),
    ("a DELETE without a version", "DELETE", NODE, (), {"preconditions": THIS}, JSON),
    (
        "a DELETE of whichever pod has the name",
        "DELETE",
        POD,
        (),
        {"preconditions": {"resourceVersion": "7"}},
        JSON,
    ),
    ("a DELETE of a collection", "DELETE", "/api/v1/nodes", (), {"preconditions": BOTH}, JSON),
    ("a DELETE of a status", "DELETE", f"{POOL}/status", (), {"preconditions": BOTH}, JSON),
    ("a review of somebody's own kind", "POST", "/apis/example.com/v1/subjectaccessreviews", (), {}, JSON),
    ("a PUT of a review", "PUT", REVIEW, (), {}, JSON),
    ("a generated name", "POST", "/api/v1/nodes", (), {"metadata": {"generateName": "a-"}}, JSON),
    ("an eviction of whoever has the name", "POST", EVICTION, (), named("p"), JSON),
    ("a command in a pod", "POST", EVICTION.replace("eviction", "exec"), (), named("p"), JSON),
    ("a binding", "POST", EVICTION.replace("eviction", "binding"), (), named("p"), JSON),
    ("an unknown method", "MERGE", NODE, (), {"metadata": {"resourceVersion": "7"}}, JSON),
    ("a path of no object", "POST", "/version", (), named("a"), JSON),
]


class Recorder:
    """A transport on which nothing may arrive."""

    def call(self, request: Request) -> Reply:
        raise AssertionError(f"{request} left the process")

    def stream(self, request: Request) -> Iterator[bytes]:
        raise AssertionError(f"{request} left the process")


def request(method: Any, path: Any, query: Any, body: Any, content_type: Any) -> Any:
    return Request(
        method, path, tuple(query), None if body is None else msgspec.json.encode(body), content_type
    )


@pytest.mark.parametrize("call", ALLOWED, ids=lambda call: f"{call[0]} {call[1]}")
def test_an_allowed_form_passes(call: Any) -> None:
    enforce(request(*call))


@pytest.mark.parametrize("call", REFUSED, ids=lambda call: call[0])
def test_any_other_form_never_leaves_the_process(call: Any) -> None:
    with pytest.raises(UnguardedWrite, match="It was not sent"):
        GuardedTransport(Recorder()).call(request(*call[1:]))


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"metadata": 3}', b'{"metadata": {"resourceVersion": 7}}']
)
def test_a_body_that_cannot_be_read_is_refused(body: bytes) -> None:
    with pytest.raises(UnguardedWrite):
        enforce(Request("PUT", POOL, STRICT, body))


def test_a_watch_never_writes() -> None:
    with pytest.raises(UnguardedWrite, match="never writes"):
        GuardedTransport(Recorder()).stream(Request("DELETE", NODE))
