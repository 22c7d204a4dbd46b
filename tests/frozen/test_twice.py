"""Who asks once is told nothing; who asks again is answered, for as long as that he asked is remembered."""

from __future__ import annotations

from holdfast.frozen.twice import AskedTwice


def doubled(number: int) -> int:
    return 2 * number


def test_it_answers_who_asks_the_same_again() -> None:
    double = AskedTwice(doubled, most=8)
    assert [double(3), double(4), double(3), double(4), double(3)] == [None, None, 6, 8, 6]


def test_beyond_the_most_all_that_was_asked_is_forgotten() -> None:
    double = AskedTwice(doubled, most=2)
    assert [double(1), double(2), double(3), double(1), double(3)] == [None, None, None, None, 6]
