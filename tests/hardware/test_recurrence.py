"""Days of the week by a wall clock, also on the days on which it is moved."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from datetime import time
from importlib import resources
from pathlib import Path

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


NO_NAMES = ["", "../etc/passwd", "/etc/localtime", "Europe", "a" * 300, "Europe/paris", "zone.tab"]
NOT_OF_THE_LIST = ["right/Europe/Paris", "posix/Europe/Paris", "posixrules", "localtime", "Factory"]
"""Some machines carry these beside the list: with leap seconds, by old rules, or whatever is set there."""


@pytest.mark.parametrize("name", NO_NAMES + NOT_OF_THE_LIST)
def test_what_is_no_name_of_a_zone_is_refused_whatever_it_is(name: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        zone_of(name)


@pytest.fixture
def machine_of_its_own(tmp_path: Path) -> Iterator[None]:
    """A machine that takes Chatham for Tokyo."""
    tokyo = resources.files("tzdata").joinpath("zoneinfo", "Asia", "Tokyo").read_bytes()
    (tmp_path / "Pacific").mkdir()
    (tmp_path / "Pacific" / "Chatham").write_bytes(tokyo)
    zoneinfo.reset_tzpath(to=(str(tmp_path),))
    yield
    zoneinfo.reset_tzpath()


@pytest.mark.usefixtures("machine_of_its_own")
def test_whatever_zones_a_machine_has_its_own_are_not_asked() -> None:
    (found,) = begun("2027-06-01T00:00:00Z", "2027-06-01T23:59:59Z", zone="Pacific/Chatham")
    assert text_of(found.start) == "2027-06-01T07:15:00Z"


def test_every_zone_of_the_list_but_the_one_for_nowhere_is_taken() -> None:
    listed = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    assert [name for name in listed if name != "Factory" and zone_of(name).key != name] == []
    assert zone_of("Europe/Paris") is PARIS
