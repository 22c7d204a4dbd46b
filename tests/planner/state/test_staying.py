"""Until when units in hand have to stay longer, if a window changes: as long as what runs, and no later interval."""

from __future__ import annotations

import pytest
from tests.builders import HOUR, NOW, entry, form

from holdfast.planner.state.ledger import Form, Part
from holdfast.planner.state.staying import stays_until

Hours = list[tuple[float, float, int]]
NIGHTS: Hours = [(0, 8, 1), (24, 32, 1)]
STEPS: Hours = [(0, 10, 1), (0, 20, 1)]


def parts(hours: Hours) -> Form:
    """A form of several intervals of so many units each, in hours, which are clean as soon as they are given back."""
    made = tuple(Part(NOW + int(a * HOUR), NOW + int(b * HOUR), count) for a, b, count in hours)
    return form(count=1, start=made[0].start, end=max(part.end for part in made), parts=made)


def single(start: float, end: float) -> Form:
    return form(count=1, start=NOW + int(start * HOUR), end=NOW + int(end * HOUR))


CASES: list[tuple[str, Form, Form, float | None]] = [
    ("nothing is changed", parts(NIGHTS), parts(NIGHTS), None),
    ("a night is added", parts(NIGHTS), parts([*NIGHTS, (48, 56, 1)]), None),
    ("this night lasts longer", parts(NIGHTS), parts([(0, 10, 1), (24, 32, 1)]), 10),
    ("a later night lasts longer", parts(NIGHTS), parts([(0, 8, 1), (24, 34, 1)]), None),
    ("this night grows", parts(NIGHTS), parts([(0, 8, 3), (24, 32, 1)]), None),
    ("a step lasts longer", parts(STEPS), parts([(0, 15, 1), (0, 20, 1)]), 15),
    ("the last step lasts longer", parts(STEPS), parts([(0, 10, 1), (0, 30, 1)]), 30),
    ("this night is cut off and a later one is added", parts(NIGHTS), parts([(24, 32, 1), (48, 56, 1)]), 56),
    ("this night is given back", parts(NIGHTS), parts([(24, 32, 1)]), None),
    ("a window lasts longer", single(0, 10), single(0, 12), 12),
    ("a window becomes nights", single(0, 10), parts([(0, 8, 1), (24, 32, 1)]), None),
    ("nights become a window", parts(NIGHTS), single(0, 40), 40),
]


@pytest.mark.parametrize(
    ("before", "wanted", "until"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_two_hours_in(before: Form, wanted: Form, until: float | None) -> None:
    _, standing = entry(form=before)
    assert stays_until(standing, wanted, NOW + 2 * HOUR) == (0 if until is None else NOW + until * HOUR)


def test_who_has_nothing_yet_has_nothing_that_stays() -> None:
    assert stays_until(None, single(0, 10), NOW) == 0
