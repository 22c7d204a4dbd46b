"""kubectl explain and kubectl get say what each field means, and show the columns people look for."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from tests.documents import reservation
from tests.guards.server import Server, address

from holdfast.api.kind import Kind
from holdfast.api.kinds import KINDS
from holdfast.api.schema import structural

COLUMNS = ["NAME", "ACCELERATOR", "TOPOLOGY", "COUNT", "STATUS", "AMENDMENT", "EARLIEST", "START", "END"]
WIDE = [*COLUMNS, "DATACENTERS", "PROMISED", "HEALTHY", "DEGRADED", "AGE"]


def kubectl(hub: Server, *arguments: str) -> str:
    """What kubectl prints."""
    program = str(hub.cluster.state.programs / "kubectl")
    argv = [program, f"--kubeconfig={hub.cluster.kubeconfig('admin')}", *arguments]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def names(schema: dict[str, Any]) -> Iterator[str]:
    """Every field's name, however deep."""
    for name, child in schema.get("properties", {}).items():
        yield name
        yield from names(child)
    for inner in schema.keys() & {"items", "additionalProperties"}:
        yield from names(schema[inner])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_field_is_explained(hub: Server, kind: type[Kind]) -> None:
    page = kubectl(hub, "explain", "--recursive", kind.definition.name)
    assert {name for name in names(structural(kind)) if f"{name}\t" not in page} == set()


def test_a_field_is_explained_in_words(hub: Server) -> None:
    page = " ".join(kubectl(hub, "explain", "cares.spec.window.durationSeconds").split())
    assert "Flexible: how long it lasts." in page


def test_a_reservation_shows_its_columns(hub: Server) -> None:
    made = hub.create(reservation()).document
    condition = {
        "type": "Ready",
        "status": "False",
        "reason": "WindowConflict",
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    }
    hold = {"reason": "WindowConflict", "earliestStart": "2127-02-01T00:00:00Z"}
    status = {"conditions": [condition], "hold": hold}
    assert hub.call("PATCH", address(made) + "/status", {"status": status}).message == ""
    head, row = kubectl(hub, "get", "cares", made["metadata"]["name"]).splitlines()
    assert head.split() == [*COLUMNS, "AGE"]
    assert row.split()[1:6] == ["tpu7x", "8x8x16", "2", "WindowConflict", "2127-02-01T00:00:00Z"]
    assert kubectl(hub, "get", "cares", "-o", "wide").splitlines()[0].split() == WIDE
