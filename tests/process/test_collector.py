"""Rings of objects are still found where the collector looks seldom; what was there before is not looked at again."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from holdfast.process.collector import NEW_OBJECTS, collect_later, collect_rarely


class Ring:
    """An object that holds itself."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture(autouse=True)
def rarely() -> Iterator[None]:
    before = gc.get_threshold()
    gc.collect()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_a_ring_stays_while_few_objects_are_made_and_goes_with_many() -> None:
    collect_rarely()
    ring = weakref.ref(Ring())
    few = [[] for _ in range(1_000)]  # type: ignore[var-annotated]
    assert ring() is not None
    many = [[] for _ in range(2 * NEW_OBJECTS)]  # type: ignore[var-annotated]
    assert ring() is None
    assert (len(few), len(many)) == (1_000, 2 * NEW_OBJECTS)


def test_while_a_hub_is_read_nothing_is_looked_at() -> None:
    collect_later()
    ring = weakref.ref(Ring())
    many = [[] for _ in range(2 * NEW_OBJECTS)]  # type: ignore[var-annotated]
    assert ring() is not None
    assert len(many) == 2 * NEW_OBJECTS


def test_what_was_read_is_not_looked_at_again() -> None:
    ring = weakref.ref(Ring())
    collect_rarely()
    gc.collect()
    assert ring() is not None
