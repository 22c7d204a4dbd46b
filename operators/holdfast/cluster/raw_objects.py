"""Objects as the API server wrote them, whole, for those who pass them on and look at little of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from holdfast.cluster.transport.kinds import ServedKind
from holdfast.cluster.transport.objects import Identity, View

Document = Mapping[str, Any]


def raw_view(kind: ServedKind) -> View[Document]:
    """A kind read and written word for word."""
    return View(kind, msgspec.json.decode, msgspec.json.encode, _identity, complete=True)


def _identity(document: Document) -> Identity:
    meta = document["metadata"]
    return Identity(
        meta.get("namespace", ""), meta["name"], meta.get("uid", ""), meta.get("resourceVersion", "")
    )
