"""What a changed promise says of its intervals: the time before the change as it was held, the time after as asked."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import HOUR, NOW

from holdfast.api.intervals import MAX_INTERVALS
from holdfast.planner.admission.continued import continued
from holdfast.planner.state.ledger import Part

Hours = list[tuple[float, float, int]]


def parts(hours: Hours) -> tuple[Part, ...]:
    return tuple(Part(NOW + int(a * HOUR), NOW + int(b * HOUR), count) for a, b, count in hours)


CASES: list[tuple[str, Hours, Hours, Hours]] = [
    ("nothing is changed", [(0, 4, 1), (8, 12, 1)], [(0, 4, 1), (8, 12, 1)], [(0, 4, 1), (8, 12, 1)]),
    ("one that has passed is added", [(8, 12, 1)], [(2, 5, 1), (8, 12, 1)], [(8, 12, 1)]),
    ("one that has passed is left out", [(0, 4, 1), (8, 12, 1)], [(8, 12, 1)], [(0, 4, 1), (8, 12, 1)]),
    ("one that has passed is asked larger", [(0, 4, 1), (8, 12, 1)], [(0, 4, 3), (8, 12, 1)], [(0, 4, 1), (8, 12, 1)]),
    ("what runs grows", [(0, 12, 1)], [(0, 12, 3)], [(0, 6, 1), (6, 12, 3)]),
    ("what runs shrinks", [(0, 12, 3)], [(0, 12, 1)], [(0, 6, 3), (6, 12, 1)]),
    ("what runs lasts longer", [(0, 12, 1)], [(0, 20, 1)], [(0, 20, 1)]),
    ("one begins in a pause", [(0, 4, 1), (8, 12, 1)], [(5, 7, 1), (8, 12, 1)], [(0, 4, 1), (6, 7, 1), (8, 12, 1)]),
    ("one follows another at this moment", [(0, 6, 1), (6, 9, 1)], [(0, 6, 1), (6, 9, 1)], [(0, 6, 1), (6, 9, 1)]),
    ("all of it is changed for later", [(0, 4, 2)], [(8, 9, 1)], [(0, 4, 2), (8, 9, 1)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("held", "asked", "told"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_six_hours_in(held: Hours, asked: Hours, told: Hours) -> None:
    assert continued(parts(held), parts(asked), NOW + 6 * HOUR) == parts(told)


def test_of_more_than_a_promise_can_name_the_oldest_are_left_out() -> None:
    held = parts([(hour, hour + 0.5, 1) for hour in range(40)])
    asked = parts([(hour, hour + 0.5, 2) for hour in range(40, 40 + MAX_INTERVALS)])
    told = continued(held, asked, NOW + 40 * HOUR)
    assert told == asked
    assert continued(held, asked[:30], NOW + 40 * HOUR) == (*held[-34:], *asked[:30])


@st.composite
def intervals(draw: st.DrawFn) -> tuple[Part, ...]:
    """Up to five intervals in order, apart or next to one another, within 30 hours."""
    edges = sorted(draw(st.sets(st.integers(0, 30), min_size=2, max_size=10)))
    spans = [pair for pair in itertools.pairwise(edges) if draw(st.booleans())]
    return parts([(a, b, draw(st.integers(1, 3))) for a, b in spans])


def at(told: Sequence[Part], instant: int) -> int:
    return sum(part.count for part in told if part.start <= instant < part.end)


@given(intervals(), intervals(), st.integers(0, 30))
def test_before_a_change_it_says_what_was_held_and_after_it_what_is_asked(
    held: tuple[Part, ...], asked: tuple[Part, ...], hour: int
) -> None:
    now = NOW + hour * HOUR
    told = continued(held, asked, now)
    for instant in range(NOW, NOW + 30 * HOUR, HOUR // 2):
        assert at(told, instant) == at(held if instant < now else asked, instant)
    assert all(one.end <= other.start for one, other in itertools.pairwise(told))


@given(intervals(), st.integers(0, 30))
def test_what_is_not_changed_is_told_as_before(held: tuple[Part, ...], hour: int) -> None:
    assert continued(held, held, NOW + hour * HOUR) == held
