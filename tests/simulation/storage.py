"""What an API server keeps: objects with one rising revision over all of them, and the history of every change.

Documents are dicts and are never changed once stored.
"""

from __future__ import annotations

import copy
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Document = dict[str, Any]


class Place(NamedTuple):
    """Where a document is: its collection (group, plural), namespace and name."""

    group: str
    plural: str
    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One change. `old` is None for a creation, `new` for a deletion."""

    revision: int
    place: Place
    old: Document | None
    new: Document | None


@dataclass(slots=True)
class Storage:
    """All documents, their history, and the revision before which the history is forgotten.

    Every watcher in `watchers` is told of each change as soon as it is stored.
    """

    revision: int = 0
    compacted: int = 0
    documents: dict[Place, Document] = field(default_factory=dict)
    history: list[Entry] = field(default_factory=list)
    born: int = 0
    watchers: list[Callable[[Entry], None]] = field(default_factory=list)

    def copy(self) -> Storage:
        """The same documents and history, to go on from in another way; nobody watches the copy."""
        return Storage(self.revision, self.compacted, dict(self.documents), list(self.history), self.born)

    def since(self, revision: int) -> Iterator[Entry]:
        """All changes after a revision, in order."""
        start = bisect_right(self.history, revision, key=lambda entry: entry.revision)
        yield from self.history[start:]

    def write(self, place: Place, document: Document) -> Document:
        """Store a new form under the next revision, unless it says nothing new."""
        old = self.documents.get(place)
        if old is not None and same_but_for_version(old, document):
            return old
        self.revision += 1
        stored = with_metadata(document, resourceVersion=str(self.revision))
        self.documents[place] = stored
        self._remember(Entry(self.revision, place, old, stored))
        return stored

    def erase(self, place: Place) -> Document:
        """Take a document away; its last form carries the revision of its end."""
        self.revision += 1
        last = with_metadata(self.documents.pop(place), resourceVersion=str(self.revision))
        self._remember(Entry(self.revision, place, last, None))
        return last

    def _remember(self, entry: Entry) -> None:
        self.history.append(entry)
        for watcher in self.watchers:
            watcher(entry)

    def within(self, group: str, plural: str, namespace: str) -> Iterator[Document]:
        """The documents of one collection in order of namespace and name; an empty namespace means all."""
        found = (place for place in self.documents if place.plural == plural and place.group == group)
        for place in sorted(found):
            if namespace in ("", place.namespace):
                yield self.documents[place]

    def new_uid(self) -> str:
        """A uid nothing else has had; the same in every run."""
        self.born += 1
        return f"00000000-0000-4000-8000-{self.born:012d}"


def with_metadata(document: Mapping[str, Any], **changes: Any) -> Document:
    """The document with some of its metadata changed; None takes a field away."""
    metadata = {**document.get("metadata", {}), **changes}
    return {**document, "metadata": {key: value for key, value in metadata.items() if value is not None}}


def same_but_for_version(one: Document, other: Document) -> bool:
    """Whether two forms differ in nothing but their resourceVersion: such a write is none."""
    return with_metadata(one, resourceVersion=None) == with_metadata(other, resourceVersion=None)


def merged(target: Any, patch: Any) -> Any:
    """JSON merge patch (RFC 7386): null takes away, lists are replaced whole."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result
