"""Instants are what RFC 3339 says, counted in whole seconds of UTC."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.hardware.instants import FIRST_SECOND, LAST_SECOND, seconds_of, text_of

NEW_YEAR = 1_798_761_600  # 2027-01-01T00:00:00Z


@pytest.mark.parametrize(
    "text",
    [
        "2027-01-01T00:00:00Z",
        "2027-01-01t00:00:00z",
        "2027-01-01T00:00:00.000Z",
        "2027-01-01T01:00:00+01:00",
        "2026-12-31T14:30:00-09:30",
        "2027-01-01T00:00:00.000000000+00:00",
    ],
)
def test_texts_of_one_instant_are_one_value(text: str) -> None:
    assert seconds_of(text) == seconds_of(text, up=True) == NEW_YEAR


@pytest.mark.parametrize("fraction", [".5", ".9999999999", ".0000000001", ".1000"])
def test_a_fraction_rounds_a_start_down_and_an_end_up(fraction: str) -> None:
    text = f"2027-01-01T01:00:00{fraction}+01:00"
    assert (seconds_of(text), seconds_of(text, up=True)) == (NEW_YEAR, NEW_YEAR + 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2027-01-01",
        "2027-01-01T00:00:00",
        "2027-01-01 00:00:00Z",
        "2027-1-1T0:0:0Z",
        "2027-06-31T00:00:00Z",
        "2027-01-01T24:00:00Z",
        "2027-01-01T23:59:60Z",
        "2027-01-01T00:00:00+24:00",
        "2027-01-01T00:00:00+0100",
        "2027-01-01T00:00:00.Z",
        "0000-01-01T00:00:00Z",
        "2027-01-01T00:00:00Z\n",
        "\uff12027-01-01T00:00:00Z",
    ],
)
def test_any_other_text_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="written in full, for example 2027-01-04T00:00:00Z"):
        seconds_of(text)


def test_the_bounds_are_instants_not_years_as_written() -> None:
    assert seconds_of("1999-12-31T23:30:00-00:30") == FIRST_SECOND
    assert seconds_of("3000-01-01T00:59:59+01:00") == LAST_SECOND
    for text in ("1999-12-31T23:59:59Z", "2000-01-01T00:00:00+00:01", "3000-01-01T00:00:00Z"):
        with pytest.raises(ValueError, match="in the years 2000 to 2999, for example"):
            seconds_of(text)


def test_rounding_up_does_not_pass_the_last_second() -> None:
    with pytest.raises(ValueError, match="2000 to 2999"):
        seconds_of("2999-12-31T23:59:59.5Z", up=True)


@given(st.integers(FIRST_SECOND, LAST_SECOND))
def test_what_is_published_is_read_back_and_has_one_length(seconds: int) -> None:
    assert seconds_of(text_of(seconds)) == seconds
    assert len(text_of(seconds)) == 20


@given(st.integers(FIRST_SECOND, LAST_SECOND), st.integers(FIRST_SECOND, LAST_SECOND))
def test_published_texts_sort_as_instants_do(one: int, other: int) -> None:
    assert (text_of(one) < text_of(other)) is (one < other)
