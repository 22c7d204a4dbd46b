"""Records that are made one for one of others, at the cost of what is another since the last time."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Generic, TypeVar

from holdfast.frozen.records import Records

KeyT = TypeVar("KeyT", bound=Hashable)
SourceT = TypeVar("SourceT")
RecordT = TypeVar("RecordT")


def _every(_: object) -> bool:
    return True


class Derived(Generic[KeyT, SourceT, RecordT]):
    """Makes a record of each source that `keeps` says yes to, under the name that `name` gives it.

    What is made follows from the source alone; whoever makes it of more than that says in `again` which to make anew.
    A record that is equal to the one it would replace is not new: the old one stays.
    """

    def __init__(
        self,
        name: Callable[[SourceT], str],
        make: Callable[[SourceT], RecordT],
        keeps: Callable[[SourceT], bool] = _every,
    ) -> None:
        self._name = name
        self._make = make
        self._keeps = keeps
        self._sources: Records[KeyT, SourceT] = Records.of({})
        self._made: Records[str, RecordT] = Records.of({})

    def of(self, sources: Records[KeyT, SourceT], again: Iterable[KeyT] = ()) -> Records[str, RecordT]:
        """The records of these sources."""
        keys = sources.new_since(self._sources).union(again)
        if not keys:
            self._sources = sources
            return self._made
        gone = {self._name(one) for one in _known(self._sources, keys)}
        put = dict(map(self._record, filter(self._keeps, _known(sources, keys))))
        self._sources, self._made = sources, self._made.with_changes(put, gone)
        return self._made

    def _record(self, source: SourceT) -> tuple[str, RecordT]:
        name, made = self._name(source), self._make(source)
        stands = self._made.get(name)
        return name, stands if stands is not None and stands == made else made


def _known(sources: Records[KeyT, SourceT], keys: Iterable[KeyT]) -> Iterator[SourceT]:
    return (one for one in map(sources.get, keys) if one is not None)
