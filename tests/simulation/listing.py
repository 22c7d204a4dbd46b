"""Lists in pages, and watches, over a Storage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tests.simulation.refusal import No
from tests.simulation.selection import selection
from tests.simulation.storage import Document, Entry, Storage, with_metadata

from holdfast.cluster.transport.kinds import ServedKind
from holdfast.cluster.transport.paths import Path


@dataclass(slots=True)
class Collections:
    """Reads of whole collections. Pages that were promised by a token show the instant of the first."""

    storage: Storage
    promised: dict[str, tuple[int, list[Document]]] = field(default_factory=dict)

    def page(self, kind: ServedKind, path: Path, query: Mapping[str, str]) -> Document:
        """One page, with the token of the next if there is one; No(410) if its instant is forgotten."""
        revision, rest = self._rest(path, query)
        limit = int(query.get("limit", "0")) or len(rest)
        metadata = {"resourceVersion": str(revision)}
        if rest[limit:]:
            metadata["continue"] = token = f"{revision}/{len(self.promised)}"
            self.promised[token] = (revision, rest[limit:])
        head = {"apiVersion": kind.api_version, "kind": f"{kind.kind}List"}
        return {**head, "metadata": metadata, "items": rest[:limit]}

    def watch(self, path: Path, query: Mapping[str, str]) -> Iterator[Document]:
        """All that has happened since the query's resourceVersion, then a bookmark; or one ERROR."""
        start = int(query["resourceVersion"])
        if start < self.storage.compacted:
            yield {"type": "ERROR", "object": No(410, "Expired", "too old resource version").status}
            return
        fits = _selection(query)
        for entry in self.storage.since(start):
            if _concerns(entry, path) and (line := _line(entry, fits)):
                yield line
        yield {"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": str(self.storage.revision)}}}

    def _rest(self, path: Path, query: Mapping[str, str]) -> tuple[int, list[Document]]:
        if token := query.get("continue"):
            revision, rest = self.promised[token]
            if revision < self.storage.compacted:
                raise No(410, "Expired", "the continue token is too old")
            return revision, rest
        fits = _selection(query)
        found = self.storage.within(path.group, path.plural, path.namespace)
        return self.storage.revision, [document for document in found if fits(document)]


def _selection(query: Mapping[str, str]) -> Callable[[Document], bool]:
    return selection(query.get("labelSelector", ""), query.get("fieldSelector", ""))


def _concerns(entry: Entry, path: Path) -> bool:
    place = entry.place
    return (place.group, place.plural) == (path.group, path.plural) and path.namespace in (
        "",
        place.namespace,
    )


def _line(entry: Entry, fits: Callable[[Document], bool]) -> Document | None:
    """The change as one who sees only what fits sees it; None if they see nothing of it."""
    before = entry.old if entry.old is not None and fits(entry.old) else None
    after = entry.new if entry.new is not None and fits(entry.new) else None
    if after is not None:
        return {"type": "MODIFIED" if before is not None else "ADDED", "object": after}
    if before is None:
        return None
    return {"type": "DELETED", "object": with_metadata(before, resourceVersion=str(entry.revision))}
