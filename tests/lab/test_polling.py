"""Looking again until there is something to see, and saying what was seen last where there is nothing."""

from __future__ import annotations

from holdfast_lab.polling import poll


def test_the_first_thing_to_see_is_returned_at_once() -> None:
    looks = iter(["", "", "Active", "Expiring"])
    assert poll(lambda: next(looks), seconds=5, pause_seconds=0) == "Active"
    assert next(looks) == "Expiring"


def test_what_never_shows_is_looked_for_once_more_than_there_is_time() -> None:
    looked: list[int] = []
    assert poll(lambda: looked.append(1), seconds=0) is None
    assert looked == [1]
