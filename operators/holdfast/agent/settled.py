"""Where there was nothing to do, and what was looked at then: the very same things need no second look.

An agent has no clock, so that what it finds to do follows from what it looks at. Caches give the same object for as
long as nothing has changed of it; a place is settled only by a look that found nothing to do and nothing to tell.
"""

from __future__ import annotations

from holdfast.frozen.sameness import very_same


class Settled:
    """By place the things that were looked at, and the words that were to be told, when nothing was to do."""

    def __init__(self) -> None:
        self._places: dict[str, tuple[tuple[object, ...], object]] = {}

    def still(self, place: str, *things: object, words: object = None) -> bool:
        """Whether these are the very things, and equal words, with which this place was settled."""
        before = self._places.get(place)
        return before is not None and very_same(before[0], things) and before[1] == words

    def settle(self, place: str, *things: object, words: object = None) -> None:
        """Nothing is to do here for as long as these are looked at."""
        self._places[place] = (things, words)
