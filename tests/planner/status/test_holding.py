"""A hold as it is told: it fits, and what is said last of it is said whole."""

from __future__ import annotations

import pytest

from holdfast.api.bounds import MAX_SENTENCE
from holdfast.api.reasons import Reason
from holdfast.planner.state.steps import Hold
from holdfast.planner.status.holding import hold_words

MORE = "what was promised before stays in force"


def held(message: str) -> Hold:
    return Hold(Reason.EXCEEDS_CAPACITY, message)


@pytest.mark.parametrize(("length", "told"), [(3, 3), (MAX_SENTENCE, MAX_SENTENCE), (5_000, MAX_SENTENCE)])
def test_a_message_is_told_as_far_as_it_fits(length: int, told: int) -> None:
    assert len(hold_words(held("x" * length)).message) == told


@pytest.mark.parametrize(
    "length", [3, MAX_SENTENCE - len(MORE) - 2, MAX_SENTENCE - len(MORE) - 1, 1_000, 5_000]
)
def test_what_follows_a_message_stays_whole_however_long_that_is(length: int) -> None:
    said = hold_words(held("x" * length).followed_by(MORE)).message
    assert said.endswith(f"; {MORE}")
    assert len(said) == min(length + len(MORE) + 2, MAX_SENTENCE)
    assert ("…" in said) is (length + len(MORE) + 2 > MAX_SENTENCE)
