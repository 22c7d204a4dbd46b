"""The law of several intervals: what an amendment may not take away, and what is not owed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.builders import HOUR, NOW, promise, reservation
from tests.planner.fewer import fewer_in_an_interval

from holdfast.planner.state.ledger import Part
from holdfast.planner.state.snapshot import Window

HELD = Part(NOW + HOUR, NOW + 2 * HOUR, 2)


def ended(seconds: int) -> tuple[Part, ...]:
    """Intervals asked for of which the first ends so long after the window in force begins."""
    return Part(NOW, HELD.start + seconds, 1), Part(HELD.start + seconds, HELD.end, 2)


@pytest.mark.parametrize(
    ("what", "left", "now", "broken"),
    [
        ("an interval that lasts for a while yet may not be left out", 60, HELD.start - 1, True),
        ("one that is all but over may", 8, HELD.start - 1, False),
        ("but not of a window that has begun", 8, HELD.start, True),
        ("nor does it count as all but over before that", 8, NOW, True),
    ],
)
def test_of_intervals(what: str, left: int, now: int, broken: bool) -> None:
    asked = ended(left)
    ask = replace(reservation(), window=Window(start=NOW, end=HELD.end, parts=asked))
    old = promise(start=HELD.start, end=HELD.end)
    new = promise(start=asked[1].start, end=HELD.end, intervals=asked[1:])
    assert bool([*fewer_in_an_interval(old, new, ask, now)]) is broken, what
