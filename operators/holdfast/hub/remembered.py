"""What was made of documents, while the very same documents stand: a turn makes anew only what has changed.

A store replaces an object as a whole and changes none in place, so one that is still the same object says the same.
What is made from it is a record, and frozen like it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from holdfast.frozen.sameness import very_same

RecordT = TypeVar("RecordT")


class Remembered:
    """Records by key, each with the objects it was made from. Values among those are compared by identity too."""

    def __init__(self) -> None:
        self._made: dict[object, tuple[tuple[object, ...], Any]] = {}
        self._asked: dict[object, tuple[tuple[object, ...], Any]] = {}

    def of(self, key: object, sources: tuple[object, ...], make: Callable[[], RecordT]) -> RecordT:
        """The record of a key: the one that was made of these very sources, or one that is made now."""
        kept = self._made.get(key)
        if kept is None or not very_same(kept[0], sources):
            kept = sources, make()
        self._asked[key] = kept
        record: RecordT = kept[1]
        return record

    def next_turn(self) -> None:
        """Forget whatever has not been asked for since the last time."""
        self._made, self._asked = self._asked, {}
