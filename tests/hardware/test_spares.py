"""Spares by confidence: the binomial counted exactly, against every way in which units can fail."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.hardware.spares import WHOLE, share_text, spares_for

BASIS_POINTS = st.integers(1, WHOLE)


@pytest.mark.parametrize(
    ("units", "availability", "confidence", "spares"),
    [
        (1, 9_900, 9_900, 0),
        (1, 9_900, 9_901, 1),
        (2, 9_000, 8_100, 0),
        (2, 9_000, 8_101, 1),
        (2, 9_000, 9_900, 1),
        (2, 9_000, 9_901, 2),
        (144, 9_950, 9_990, 4),
        (144, 9_900, 9_990, 6),
        (256, 9_900, 9_999, 10),
        (144, WHOLE, WHOLE, 0),
        (144, 9_999, WHOLE, 144),
        (0, 9_900, 9_990, 0),
    ],
)
def test_so_many_spares(units: int, availability: int, confidence: int, spares: int) -> None:
    assert spares_for(units, availability, confidence) == spares


def by_every_way_to_fail(units: int, availability: int, confidence: int) -> int:
    """Each of 2^n outcomes by itself, with its probability as a fraction."""
    works = Fraction(availability, WHOLE)
    at_most = [Fraction(0)] * (units + 1)
    for outcome in itertools.product((0, 1), repeat=units):
        failed = sum(outcome)
        for spares in range(failed, units + 1):
            at_most[spares] += (1 - works) ** failed * works ** (units - failed)
    return next(spares for spares, share in enumerate(at_most) if share >= Fraction(confidence, WHOLE))


@settings(deadline=None)
@given(st.integers(0, 7), BASIS_POINTS, BASIS_POINTS)
def test_it_is_what_all_outcomes_together_say(units: int, availability: int, confidence: int) -> None:
    assert spares_for(units, availability, confidence) == by_every_way_to_fail(
        units, availability, confidence
    )


@settings(deadline=None)
@given(st.integers(1, 256), BASIS_POINTS, BASIS_POINTS)
def test_one_spare_fewer_would_not_do(units: int, availability: int, confidence: int) -> None:
    """By a recurrence from term to term, which is another way than the one that is tested."""
    works, spares = Fraction(availability, WHOLE), spares_for(units, availability, confidence)
    if works == 1:
        assert spares == 0
        return
    term, below, sums = works**units, Fraction(0), list[Fraction]()
    for failed in range(spares + 1):
        below += term
        sums.append(below)
        term = term * (units - failed) / (failed + 1) * (1 - works) / works
    assert sums[-1] >= Fraction(confidence, WHOLE)
    assert spares == 0 or sums[-2] < Fraction(confidence, WHOLE)


@settings(deadline=None)
@given(st.integers(1, 200), BASIS_POINTS, BASIS_POINTS)
def test_more_units_or_more_confidence_never_need_fewer_spares(
    units: int, availability: int, confidence: int
) -> None:
    spares = spares_for(units, availability, confidence)
    assert spares <= spares_for(units + 1, availability, confidence)
    assert spares <= spares_for(units, availability, min(confidence + 1, WHOLE))
    assert spares >= spares_for(units, min(availability + 1, WHOLE), confidence)


@pytest.mark.parametrize(("availability", "confidence"), [(0, 1), (1, 0), (WHOLE + 1, 1), (1, WHOLE + 1)])
def test_what_is_no_share_is_refused(availability: int, confidence: int) -> None:
    with pytest.raises(ValueError, match="is no share: it is from 1 to 10000"):
        spares_for(4, availability, confidence)


def test_a_share_is_read_as_per_cent() -> None:
    assert [share_text(share) for share in (9_950, 9_999, WHOLE, 5)] == [
        "99.50 %",
        "99.99 %",
        "100.00 %",
        "0.05 %",
    ]
