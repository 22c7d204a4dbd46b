"""What a test reads of an API server, where it knows that it is there."""

from __future__ import annotations

from typing import Any

import msgspec
from tests.simulation.api_server import ApiServer
from tests.simulation.storage import Document

from holdfast.cluster.transport.kinds import ServedKind


def stored(server: ApiServer, kind: ServedKind, name: str, namespace: str = "") -> Document:
    """A document as it is stored."""
    found = server.find(kind, name, namespace)
    assert found is not None, f"no {kind.plural} {name}"
    return found


def last_body(server: ApiServer) -> Any:
    """What the last request carried."""
    return msgspec.json.decode(server.requests[-1].body or b"")
