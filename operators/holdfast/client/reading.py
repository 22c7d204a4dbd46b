"""Fields of a document as the API server sent it, read one by one; what does not fit is named. Pure.

Fields that are not asked for do not matter: a hub may be newer than its tenant's program.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from holdfast.cluster.transport.errors import Undecodable
from holdfast.hardware.instants import seconds_of

T = TypeVar("T")
Document = dict[str, object]


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields under one path of one object; every method raises Undecodable for what does not fit."""

    where: str
    held: Mapping[str, object]

    def has(self, key: str) -> bool:
        """Whether it is said at all."""
        return self.held.get(key) is not None

    def text(self, key: str, otherwise: str | None = None) -> str:
        """A text, or the other one where none is said."""
        return self._one(key, str, otherwise)

    def number(self, key: str, otherwise: int | None = None) -> int:
        """A whole number, or the other one where none is said."""
        return self._one(key, int, otherwise)

    def instant(self, key: str) -> datetime:
        """An instant, in UTC."""
        text = self.text(key)
        try:
            return datetime.fromtimestamp(seconds_of(text), UTC)
        except ValueError as error:
            raise self._strange(key, error) from error

    def perhaps(self, key: str) -> datetime | None:
        """An instant, or None where none is said."""
        return self.instant(key) if self.has(key) else None

    def inner(self, key: str) -> Fields:
        """The fields below it; none where it is not said."""
        found: Mapping[str, object] = self._one(key, dict, {})
        return Fields(f"{self.where}.{key}", found)

    def each(self, key: str) -> Iterator[Fields]:
        """The records of a list; none where it is not said."""
        for number, one in enumerate(self._one(key, list, [])):
            if not isinstance(one, dict):
                raise self._strange(f"{key}[{number}]", "is no record")
            yield Fields(f"{self.where}.{key}[{number}]", one)

    def names(self, key: str) -> tuple[str, ...]:
        """The texts of a list; none where it is not said."""
        return tuple(str(one) for one in self._one(key, list, []))

    def texts(self, key: str) -> dict[str, str]:
        """Texts by name; none where it is not said."""
        return {name: str(value) for name, value in self.inner(key).held.items()}

    def _one(self, key: str, kind: type[T], otherwise: T | None) -> T:
        found = self.held.get(key)
        if found is None and otherwise is not None:
            return otherwise
        if not isinstance(found, kind):
            raise self._strange(key, f"is {found!r:.80}, and no {kind.__name__}")
        return found

    def _strange(self, key: str, why: object) -> Undecodable:
        return Undecodable(
            f"{self.where}.{key} {why}: nothing was read of it; is this server a Holdfast hub, and not older than "
            "this program?"
        )
