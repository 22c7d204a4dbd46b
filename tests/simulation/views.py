"""Views for tests that care about calls and not about what the objects mean: whole documents, unread."""

from __future__ import annotations

from typing import Any

import msgspec

from holdfast.cluster.transport.kinds import (
    ACCELERATOR_POOL,
    CAPACITY_PROMISE,
    CAPACITY_RESERVATION,
    ServedKind,
)
from holdfast.cluster.transport.objects import Identity, View

Document = dict[str, Any]


def whole(kind: ServedKind) -> View[Document]:
    """Documents of a kind as dicts, complete."""
    return View(kind, msgspec.json.decode, msgspec.json.encode, _identify, complete=True)


def _identify(document: Document) -> Identity:
    metadata = document["metadata"]
    fields = ("namespace", "name", "uid", "resourceVersion")
    return Identity(*(metadata.get(field, "") for field in fields))


POOLS = whole(ACCELERATOR_POOL)
PROMISES = whole(CAPACITY_PROMISE)
RESERVATIONS = whole(CAPACITY_RESERVATION)
