"""From what a tenant wrote of time to parts, or to the sentence that says why not."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.api.reservation import WindowDocument
from holdfast.hardware.instants import seconds_of, text_of
from holdfast.hub.window_reader import window_of
from holdfast.planner.state.snapshot import Window

CREATED = seconds_of("2027-01-04T00:00:00Z")
NIGHTS = {
    "weekdays": ["Monday", "Friday"],
    "startTime": "20:00",
    "durationSeconds": 28_800,
    "timeZone": "Europe/Paris",
}


def read(count: int = 4, **said: Any) -> Window:
    return window_of(WindowDocument.model_validate(said), count, CREATED)


def recurring(**more: Any) -> Window:
    return read(recurrence={**NIGHTS, **more})


def interval(start: str, end: str, **more: Any) -> dict[str, Any]:
    return {"start": f"2027-{start}:00Z", "end": f"2027-{end}:00Z", **more}


def test_a_ramp_has_the_counts_of_its_intervals_and_that_of_the_spec_where_one_has_none() -> None:
    window = read(
        intervals=[interval("01-10T00:00", "02-10T00:00", count=2), interval("02-10T00:00", "03-10T00:00")]
    )
    assert [part.count for part in window.parts] == [2, 4]
    assert (window.start, window.end) == (window.parts[0].start, window.parts[-1].end)


def test_a_series_is_as_many_parts_as_it_has_days_until_its_end() -> None:
    window = recurring(until="2027-01-15T23:00:00Z")
    days = ["2027-01-04", "2027-01-08", "2027-01-11", "2027-01-15"]
    assert [text_of(part.start) for part in window.parts] == [f"{day}T19:00:00Z" for day in days]
    assert {part.end - part.start for part in window.parts} == {28_800}
    assert {part.count for part in window.parts} == {4}


def test_a_series_ends_by_count_and_begins_where_it_is_told_to() -> None:
    window = recurring(count=2, notBefore="2027-02-01T20:00:00Z")
    assert [text_of(part.start) for part in window.parts] == ["2027-02-05T19:00:00Z", "2027-02-08T19:00:00Z"]


def test_a_time_that_is_missing_or_comes_twice_is_told() -> None:
    sundays = {"weekdays": ["Sunday"], "startTime": "02:30"}
    spring = recurring(**sundays, notBefore="2027-03-20T00:00:00Z", count=2)
    autumn = recurring(**sundays, notBefore="2027-10-30T00:00:00Z", count=1)
    assert "02:30 is missing in Europe/Paris on a day" in spring.told
    assert "2027-03-28T01:30:00Z" in spring.told
    assert (
        "02:30 comes twice in Europe/Paris on a day: the first counts, at 2027-10-31T00:30:00Z" in autumn.told
    )


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"recurrence": {**NIGHTS, "until": "2027-01-04T18:00:00Z"}}, "it never happens"),
        (
            {"recurrence": {**NIGHTS, "count": 2, "timeZone": "Mars/Olympus"}},
            "there is no time zone Mars/Olympus",
        ),
        ({"recurrence": {**NIGHTS, "weekdays": [], "until": "2028-01-04T18:00:00Z"}}, "more than 64 times"),
        (
            {"recurrence": {**NIGHTS, "weekdays": [], "count": 3, "durationSeconds": 90_000}},
            "put them in order",
        ),
        (
            {"intervals": [interval("02-10T00:00", "03-10T00:00"), interval("01-10T00:00", "02-01T00:00")]},
            "in order",
        ),
        (
            {"intervals": [interval("01-10T00:00", "02-10T00:00"), interval("02-09T00:00", "03-01T00:00")]},
            "and apart",
        ),
        ({"intervals": [interval("01-10T00:00", "01-10T00:00")]}, "ends less than 10 s after it begins"),
        ({"intervals": [interval("03-10T00:00", "01-10T00:00")]}, "ends less than 10 s after it begins"),
        (
            {"recurrence": {**NIGHTS, "count": 2, "durationSeconds": 157_000_000}},
            "begins before the one until",
        ),
    ],
)
def test_what_is_no_window_of_several_says_so(said: dict[str, Any], why: str) -> None:
    window = read(**said)
    assert why in window.objection
    assert (window.parts, window.start, window.end) == ((), None, None)


def test_intervals_over_more_than_five_years_are_several_reservations() -> None:
    far = {"start": "2033-01-10T00:00:00Z", "end": "2033-02-10T00:00:00Z"}
    assert "five years" in read(intervals=[interval("01-10T00:00", "02-10T00:00"), far]).objection
