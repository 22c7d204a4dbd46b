from __future__ import annotations

from typing import Any

import pytest

from holdfast.cluster.transport.kinds import ACCELERATOR_POOL, KINDS, LEASE, NAMESPACE, NODE, POD
from holdfast.cluster.transport.paths import Path

PATHS = [
    (Path.of(NODE), "/api/v1/nodes"),
    (Path.of(NODE, name="a"), "/api/v1/nodes/a"),
    (Path.of(NAMESPACE, name="n"), "/api/v1/namespaces/n"),
    (Path.of(NAMESPACE, name="n", subresource="status"), "/api/v1/namespaces/n/status"),
    (Path.of(POD), "/api/v1/pods"),
    (Path.of(POD, "n", "p", "eviction"), "/api/v1/namespaces/n/pods/p/eviction"),
    (Path.of(LEASE, "n", "l"), "/apis/coordination.k8s.io/v1/namespaces/n/leases/l"),
    (
        Path.of(ACCELERATOR_POOL, name="lake.b", subresource="status"),
        "/apis/holdfast.dev/v1alpha1/acceleratorpools/lake.b/status",
    ),
]


@pytest.mark.parametrize(("path", "text"), PATHS)
def test_a_path_is_written_and_read_the_same(path: Any, text: Any) -> None:
    assert str(path) == text
    assert Path.parse(text) == path


def test_a_name_cannot_break_out_of_its_place() -> None:
    path = Path.of(NODE, name="a/status?x=1")
    assert str(path) == "/api/v1/nodes/a%2Fstatus%3Fx%3D1"
    assert Path.parse(str(path)) == path


@pytest.mark.parametrize(("kind", "namespace"), [(NODE, "n"), (POD, "")])
def test_a_namespace_must_fit_the_kind(kind: Any, namespace: str) -> None:
    with pytest.raises(ValueError, match="namespace"):
        Path.of(kind, namespace, "a")


@pytest.mark.parametrize("text", ["/", "/healthz", "/api", "/api/v1", "/apis/g/v1", "/api/v1/nodes/a/b/c"])
def test_a_path_of_no_object_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="path"):
        Path.parse(text)


def test_every_kind_has_its_own_place() -> None:
    assert len({(kind.group, kind.plural) for kind in KINDS}) == len(KINDS)
