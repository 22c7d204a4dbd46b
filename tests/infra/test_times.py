"""Instants are read as Kubernetes reads them, and every pair that can contradict is compared."""

from __future__ import annotations

import pytest
from tests.infra.declarations import SOUND, changed

from holdfast_infra.declaration import DeclarationError, parse
from holdfast_infra.published_objects import datacenter_spec, pool_spec

UNITS = "pools/tpu7x-a/units"
INSTANT_HAND_OVER = tuple((name, 0) for name in ("drainLeadSeconds", "graceSeconds", "turnAroundSeconds"))
EXCLUSIONS = "cluster/maintenanceExclusions"


def refusals(*changes: tuple[str, object]) -> str:
    try:
        parse(changed(*changes))
    except DeclarationError as error:
        return str(error)
    return ""


def test_an_offset_and_a_fraction_are_read_and_whole_utc_seconds_are_published() -> None:
    datacenter = parse(
        changed(
            ("lease/start", "2026-01-01T00:00:00.9+01:00"),
            ("lease/end", "2036-01-01T00:00:00.000000001Z"),
            (f"{UNITS}/1/availableFrom", "2027-01-01t02:00:00.25+02:00"),
            (f"{UNITS}/2/retiredBy", "2027-02-01T00:00:00.000Z"),
        )
    )
    lease = datacenter_spec(datacenter)["lease"]
    assert (lease["start"], lease["end"]) == ("2025-12-31T23:00:00Z", "2036-01-01T00:00:01Z")
    units = pool_spec(datacenter.pools[0], datacenter.lease, datacenter.hand_over, "s")["units"]
    assert units["cube-005"]["availableFrom"] == "2027-01-01T00:00:00Z"
    assert units["cube-007"]["retiredBy"] == "2027-02-01T00:00:00Z"


def test_instants_are_compared_as_instants_not_as_texts() -> None:
    later_as_text = ("lease/start", "2036-01-01T00:30:00+01:00")
    assert not refusals(later_as_text, *INSTANT_HAND_OVER, (UNITS, [{"ids": "cube-000..cube-003"}]))
    assert "lease.end" in refusals(("lease/start", "2035-12-31T23:30:00-01:00"))


@pytest.mark.parametrize(
    "text", ["2027-01-01", "2026-01-01 00:00:00 +0000 UTC", "2027-01-01T00:00:00", "2027-06-31T00:00:00Z"]
)
def test_what_is_no_instant_is_refused_with_an_example(text: str) -> None:
    assert (
        f"lease.start = '{text}': is no instant (an instant is written in full, for example 2027-01-04T00:00:00Z); "
        'put it in quotes, in UTC or with an offset, such as "2027-01-04T00:00:00Z" or "2027-01-04T01:00:00+01:00"'
    ) in refusals(("lease/start", text))


def dated(**dates: str) -> tuple[str, object]:
    return (UNITS, [{"ids": "cube-000..cube-003"}, {"ids": "cube-005", **dates}])


def exclusion(start: str, end: str) -> tuple[str, object]:
    return (EXCLUSIONS, [{"name": "winter", "start": start, "end": end}])


# A pair that contradicts, the sentence that says so, and the nearest pair that does not.
PAIRS = [
    (
        ("lease/end", "2026-01-01T00:00:09Z"),
        "so the site could never be used",
        ("lease/start", "2035-12-31T23:59:50Z"),
    ),
    (
        dated(availableFrom="2035-12-31T23:59:51Z"),
        "so cube-005 could never be sold; correct availableFrom or lease.end",
        dated(availableFrom="2035-12-31T23:59:50Z"),
    ),
    (
        dated(availableFrom="2025-12-31T23:59:59Z"),
        "so cube-005 would be sold at a site not rented yet",
        dated(availableFrom="2026-01-01T00:00:00Z"),
    ),
    (
        dated(availableFrom="2027-01-01T00:00:00Z", retiredBy="2027-01-01T00:00:09Z"),
        "is not after availableFrom, so the units could never be sold",
        dated(availableFrom="2027-01-01T00:00:00Z", retiredBy="2027-01-01T00:00:10Z"),
    ),
    (
        dated(retiredBy="2026-01-01T00:00:00Z"),
        "is not after the site lease starts",
        dated(retiredBy="2037-01-01T00:00:00Z"),
    ),
    (
        exclusion("2036-01-01T00:00:00Z", "2036-02-01T00:00:00Z"),
        "lies outside the site lease (2026-01-01T00:00:00Z to 2036-01-01T00:00:00Z), so it protects nothing",
        exclusion("2035-12-01T00:00:00Z", "2036-02-01T00:00:00Z"),
    ),
    (
        exclusion("2026-12-01T00:00:00Z", "2026-12-01T01:00:00+01:00"),
        "is not after start, so it protects no time",
        exclusion("2026-12-01T00:00:00Z", "2026-12-01T01:00:01+01:00"),
    ),
    (
        ("graceSeconds", 7_201),
        "is longer than turnAroundSeconds (7200), so pods of one tenant could still run",
        ("graceSeconds", 7_200),
    ),
]


@pytest.mark.parametrize(("contradiction", "sentence", "agreement"), PAIRS)
def test_two_times_that_contradict_are_refused_where_they_are_declared(
    contradiction: tuple[str, object], sentence: str, agreement: tuple[str, object]
) -> None:
    units = (UNITS, SOUND["pools"]["tpu7x-a"]["units"][:1])
    short = INSTANT_HAND_OVER if agreement[0] == "lease/start" else ()
    assert sentence in refusals(units, *short, contradiction)
    assert not refusals(units, *short, agreement)


@pytest.mark.parametrize("name", ["drainLeadSeconds", "turnAroundSeconds"])
def test_a_time_that_fills_the_whole_lease_is_refused(name: str) -> None:
    a_day = (("lease/end", "2026-01-02T00:00:00Z"), (UNITS, [{"ids": "cube-000..cube-003"}]))
    assert f"{name} = 86400: is not shorter than the site lease (86,400 s)" in refusals(
        *a_day, (name, 86_400)
    )
    assert not refusals(*a_day, (name, 86_399))


def test_a_pledge_may_outlive_the_lease() -> None:
    assert not refusals(("pools/tpu7x-a/pledges/0/until", "2050-01-01T00:00:00+02:00"))


def test_each_range_with_wrong_dates_is_named_once() -> None:
    ranges = [
        {"ids": "cube-000..cube-003", "availableFrom": "2036-01-01T00:00:00Z"},
        {"ids": "cube-004..cube-005", "availableFrom": "2025-01-01T00:00:00Z"},
    ]
    lines = refusals((UNITS, ranges)).splitlines()[1:]
    assert sorted("cube-000" in line for line in lines) == [False, True]
    assert sum("cube-004" in line for line in lines) == 1
