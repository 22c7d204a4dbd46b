"""Days of the week by a wall clock, also on the days on which it is moved."""

from __future__ import annotations

from datetime import time

import pytest

from holdfast.hardware.instants import seconds_of, text_of
from holdfast.hardware.recurrence import Beginning, occurrences, zone_of

PARIS = zone_of("Europe/Paris")


def begun(
    first: str, last: str, *weekdays: str, at: str = "20:00", zone: str = "Europe/Paris"
) -> list[Beginning]:
    clock = time.fromisoformat(at)
    return list(occurrences(weekdays, clock, zone_of(zone), seconds_of(first), seconds_of(last)))


def texts(found: list[Beginning]) -> list[str]:
    return [text_of(one.start) for one in found]


def test_weekdays_at_a_local_time_are_an_hour_earlier_in_utc_once_summer_has_come() -> None:
    found = begun("2027-03-26T00:00:00Z", "2027-03-30T00:00:00Z", "Friday", "Monday")
    assert texts(found) == ["2027-03-26T19:00:00Z", "2027-03-29T18:00:00Z"]


def test_without_weekdays_it_is_every_day_and_both_bounds_belong_to_it() -> None:
    found = begun("2027-01-04T19:00:00Z", "2027-01-06T19:00:00Z")
    assert texts(found) == ["2027-01-04T19:00:00Z", "2027-01-05T19:00:00Z", "2027-01-06T19:00:00Z"]


@pytest.mark.parametrize(
    ("day", "zone", "at", "begins"),
    [
        ("2027-03-28", "Europe/Paris", "02:30", Beginning(seconds_of("2027-03-28T03:30:00+02:00"), moved=True)),
        ("2027-10-31", "Europe/Paris", "02:30", Beginning(seconds_of("2027-10-31T02:30:00+02:00"), twice=True)),
        ("2027-03-14", "America/New_York", "02:00", Beginning(seconds_of("2027-03-14T03:00:00-04:00"), moved=True)),
        ("2027-10-03", "Australia/Lord_Howe", "02:10", Beginning(seconds_of("2027-10-03T02:40:00+11:00"), moved=True)),
        ("2027-06-01", "UTC", "02:30", Beginning(seconds_of("2027-06-01T02:30:00Z"))),
    ],
)  # fmt: skip
def test_a_time_that_is_missing_or_comes_twice(day: str, zone: str, at: str, begins: Beginning) -> None:
    found = begun("2027-03-01T00:00:00Z", f"{day}T23:59:59Z", at=at, zone=zone)
    assert begins in found


def test_a_zone_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="there is no time zone Europe/Lutetia"):
        zone_of("Europe/Lutetia")


@pytest.mark.parametrize("name", ["", "../etc/passwd", "/etc/localtime", "Europe", "a" * 300])
def test_what_is_no_name_of_a_zone_is_refused_whatever_it_is(name: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        zone_of(name)
