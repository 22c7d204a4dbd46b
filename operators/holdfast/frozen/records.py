"""Frozen records by key, in pages: two of them are compared, and a third is made of one, at the cost of what differs.

    Records ── 256 pages ── each a small dict that nobody changes once it is made

A turn asks what is new since the last one. With a hundred thousand records it cannot look at each, and with a journal
it would have to trust whoever wrote it. Pages need neither: whoever makes new Records of old ones makes new pages only
where something changes, so the pages that are the very same object hold nothing new. A comparison is right for any two
Records, related or not; only its cost depends on how much they share.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import chain, compress
from operator import is_not
from typing import Any, TypeVar

KeyT = TypeVar("KeyT", bound=Hashable)
RecordT = TypeVar("RecordT")

PAGES = 256
_NOTHING: dict[Any, Any] = {}


class Records(Mapping[KeyT, RecordT]):
    """A mapping that never changes. Iteration is in no order that means anything."""

    __slots__ = ("pages",)

    def __init__(self, pages: tuple[dict[KeyT, RecordT], ...]) -> None:
        self.pages = pages

    @classmethod
    def of(cls, records: Mapping[KeyT, RecordT]) -> Records[KeyT, RecordT]:
        """The same records in pages; Records are returned as they are."""
        return records if isinstance(records, Records) else cls((_NOTHING,) * PAGES).with_changes(records)

    def with_changes(self, put: Mapping[KeyT, RecordT], gone: Iterable[KeyT] = ()) -> Records[KeyT, RecordT]:
        """Others with these put in and those taken out; a key that is in neither stays as it is."""
        leaving = tuple(gone)
        if not put and not leaving:
            return self
        pages, own = list(self.pages), set[int]()
        for key in chain(put, leaving):
            place = hash(key) % PAGES
            if place not in own:
                own.add(place)
                pages[place] = dict(pages[place])
        for key in leaving:
            pages[hash(key) % PAGES].pop(key, None)
        for key, record in put.items():
            pages[hash(key) % PAGES][key] = record
        return Records(tuple(pages))

    def new_since(self, before: Records[KeyT, RecordT]) -> set[KeyT]:
        """The keys whose record is not the very same object: made anew, come, or gone."""
        found: set[KeyT] = set()
        if self is before:
            return found
        for place in compress(range(PAGES), map(is_not, self.pages, before.pages)):
            new, old = self.pages[place], before.pages[place]
            found.update(key for key, record in new.items() if old.get(key) is not record)
            found.update(old.keys() - new.keys())
        return found

    def __getitem__(self, key: KeyT) -> RecordT:
        return self.pages[hash(key) % PAGES][key]

    def get(self, key: KeyT, default: Any = None) -> Any:
        """The record of a key, or the default."""
        return self.pages[hash(key) % PAGES].get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self.pages[hash(key) % PAGES]

    def __iter__(self) -> Iterator[KeyT]:
        return chain.from_iterable(self.pages)

    def __len__(self) -> int:
        return sum(map(len, self.pages))
