"""An API server as the behaviour suite asks it, simulated or real: by documents, in a corner of its own."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import msgspec
from tests.simulation.storage import Document

from holdfast.cluster.transport.http import JSON, MERGE_PATCH, Request, Transport
from holdfast.cluster.transport.kinds import ServedKind
from holdfast.cluster.transport.paths import Path

_corners = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Answer:
    """The status, and the document or the Status that came with it."""

    status: int
    document: Document

    @property
    def metadata(self) -> Document:
        """The document's own."""
        found: Document = self.document["metadata"]
        return found


class Subject:
    """One server, asked like a client asks it; `corner` begins every name, so that tests share a server."""

    def __init__(self, way: Transport) -> None:
        self.way = way
        self.corner = f"corner-{next(_corners)}"

    def name(self, name: str) -> str:
        """A name in this test's corner."""
        return f"{self.corner}-{name}"

    def ask(self, method: str, path: Path, body: Document | None = None, **query: str) -> Answer:
        """One call."""
        content = None if body is None else msgspec.json.encode(body)
        kind = MERGE_PATCH if method == "PATCH" else JSON
        reply = self.way.call(Request(method, str(path), tuple(query.items()), content, kind))
        return Answer(reply.status, msgspec.json.decode(reply.body))

    def add(self, kind: ServedKind, name: str, namespace: str = "", **parts: Any) -> Document:
        """Create an object, which must succeed."""
        metadata = {"name": self.name(name), **parts.pop("metadata", {})}
        if namespace:
            metadata["namespace"] = namespace
        head = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata}
        made = self.ask("POST", Path.of(kind, namespace), {**head, **parts})
        assert made.status == 201, made
        return made.document

    def path(self, kind: ServedKind, name: str, namespace: str = "", subresource: str = "") -> Path:
        """Where an object of this corner is."""
        return Path.of(kind, namespace, self.name(name), subresource)

    def get(self, kind: ServedKind, name: str, namespace: str = "") -> Answer:
        """An object as it is stored."""
        return self.ask("GET", self.path(kind, name, namespace))

    def replace(self, kind: ServedKind, document: Document, subresource: str = "") -> Answer:
        """Put a document back under its own name."""
        meta = document["metadata"]
        return self.ask("PUT", Path.of(kind, meta.get("namespace", ""), meta["name"], subresource), document)

    def change(self, kind: ServedKind, name: str, **parts: Any) -> Answer:
        """Merge some parts into an object."""
        return self.ask("PATCH", self.path(kind, name), parts)

    def watch(self, kind: ServedKind, since: str, **query: str) -> list[tuple[str, Document]]:
        """What happened after a revision, without bookmarks; (verb, object)."""
        bounds = {"watch": "1", "resourceVersion": since, "timeoutSeconds": "1", **query}
        lines = self.way.stream(Request("GET", str(Path.of(kind)), tuple(bounds.items()), timeout=20.0))
        told = [msgspec.json.decode(line) for line in lines]
        return [(line["type"], line["object"]) for line in told if line["type"] != "BOOKMARK"]


def contract(chips: int = 64) -> Document:
    """The spec of a tenant, which both servers take."""
    return {"group": "people", "entitlements": [{"acceleratorType": "tpu7x", "chips": chips}]}
