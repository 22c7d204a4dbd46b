"""What a tenant may ask, as the API server sees it: each refusal beside the same request put right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from tests.documents import changed, edit, reservation
from tests.guards.ledgers import beside
from tests.guards.server import Answer, Server

START, END = "2127-01-04T00:00:00Z", "2127-04-01T00:00:00Z"
WINDOW = {"start": START, "end": END}
FLEXIBLE = {"durationSeconds": 3600, "earliestStart": START, "latestEnd": END}
PAST = "2021-01-04T00:00:00Z"
XOR = (
    "a window is fixed (end, perhaps start), flexible (durationSeconds), or several (intervals or recurrence)"
)
INSTANT = "an instant is written as in RFC 3339: 2027-01-04T00:00:00Z, or"
RANGE = "should be greater than or equal to 1"


class Ask(NamedTuple):
    """A refused form of the spec, the sentence, and the form that is taken."""

    what: str
    why: str
    wrong: Mapping[str, Any]
    right: Mapping[str, Any]


def window(**over: Any) -> Mapping[str, Any]:
    """The fixed window with other values; None leaves one out."""
    return {"window": {key: value for key, value in {**WINDOW, **over}.items() if value is not None}}


def flexible(**over: Any) -> Mapping[str, Any]:
    """The flexible window with other values; None leaves one out."""
    return {"window": {key: value for key, value in {**FLEXIBLE, **over}.items() if value is not None}}


def ends(instant: str) -> Mapping[str, Any]:
    """The flexible window with another latest end."""
    return flexible(latestEnd=instant)


def placed(**placement: Any) -> Mapping[str, Any]:
    """A placement."""
    return {"placement": placement}


LONG_AGO = window(start=PAST, end="2021-02-04T00:00:00Z")

REFUSED = [
    Ask(
        "end before start",
        "at least 10 seconds after it starts",
        window(end="2127-01-03T00:00:00Z"),
        window(),
    ),
    Ask(
        "nine seconds",
        "at least 10 seconds",
        window(end="2127-01-04T00:00:09Z"),
        window(end="2127-01-04T00:00:10Z"),
    ),
    Ask(
        "six years",
        "within five years",
        window(end="2133-01-05T00:00:00Z"),
        window(end="2131-01-05T00:00:00Z"),
    ),
    Ask(
        "start in the past",
        "lies in the past",
        window(start=PAST, end="2021-02-04T00:00:00Z"),
        window(start=None),
    ),
    Ask("end in the past", "lies in the past", window(start=None, end=PAST), window(start=None)),
    Ask(
        "latest end in the past", "lies in the past", flexible(earliestStart=None, latestEnd=PAST), flexible()
    ),
    Ask("no window", "spec.window: Required value", {"window": None}, window()),
    Ask("neither fixed nor flexible", XOR, {"window": {}}, window(start=None)),
    Ask("fixed and flexible", XOR, window(durationSeconds=60), flexible()),
    Ask(
        "fixed with earliest start",
        "has no earliestStart",
        window(earliestStart=START),
        flexible(latestEnd=None),
    ),
    Ask(
        "flexible with start",
        "has earliestStart, not start",
        flexible(start=START),
        flexible(earliestStart=None),
    ),
    Ask(
        "too long for its bounds",
        "must fit between",
        flexible(latestEnd="2127-01-04T00:59:59Z"),
        flexible(latestEnd="2127-01-04T01:00:00Z"),
    ),
    Ask(
        "a duration of nine seconds", "equal to 10", flexible(durationSeconds=9), flexible(durationSeconds=10)
    ),
    Ask("a start that is no instant", INSTANT, window(start="tomorrow"), window()),
    Ask("a bare date", INSTANT, window(start="2127-01-04"), window()),
    Ask("an offset of a day", INSTANT, window(start="2127-01-04T00:00:00+24:00"), window()),
    Ask("a day that does not exist", INSTANT, window(start="2127-02-30T00:00:00Z"), window()),
    Ask("an instant of the year 1999", INSTANT, window(start="1999-12-31T00:00:00Z"), window()),
    Ask(
        "nine seconds told with an offset",
        "at least 10 seconds",
        window(end="2127-01-04T01:00:09+01:00"),
        window(end="2127-01-04T01:00:10+01:00"),
    ),
    Ask(
        "a window that ends before it starts, but whose text sorts behind",
        "at least 10 seconds",
        window(end="2127-01-04T05:00:00+06:00"),
        window(end="2127-01-04T07:00:00+06:00"),
    ),
    Ask("zero count", RANGE, {"count": 0}, {"count": 1}),
    Ask("negative count", RANGE, {"count": -1}, {"count": 1}),
    Ask("huge count", "less than or equal to 16384", {"count": 16385}, {"count": 16384}),
    Ask("count beyond 64 bits", "count", {"count": 2**70}, {"count": 2}),
    Ask("a count that is text", "must be of type integer", {"count": "2"}, {"count": 2}),
    Ask("a count with a fraction", "must be of type integer", {"count": 1.5}, {"count": 2}),
    Ask("no count", "spec.count: Required value", {"count": None}, {"count": 2}),
    Ask("minCount above count", "minCount must not exceed count", {"minCount": 3}, {"minCount": 2}),
    Ask("an unknown field", "unknown field", {"priority": 9}, {}),
    Ask("tenant by field", "unknown field", {"tenant": "anthropic"}, {}),
    Ask("no type", "spec.acceleratorType: Required value", {"acceleratorType": None}, {}),
    Ask("a type of escapes", "for example tpu7x", {"acceleratorType": "tpu7x\u001b[31m"}, {}),
    Ask("a long type", "Too long", {"acceleratorType": "t" * 64}, {"acceleratorType": "t" * 63}),
    Ask("four dimensions", "for example 8x8x16", {"topology": "2x2x2x2"}, {"topology": "2x2x2"}),
    Ask("a thousand per side", "for example 8x8x16", {"topology": "1000x2"}, {"topology": "999x2"}),
    Ask(
        "too many datacenters",
        "Too many",
        {"placement": {"datacenters": ["a"] * 17}},
        {"placement": {"datacenters": ["a"] * 16}},
    ),
    Ask(
        "an unknown rule of spreading",
        "Unsupported value",
        {"placement": {"acrossDatacenters": "Maybe"}},
        {"placement": {"acrossDatacenters": "Allow"}},
    ),
    Ask(
        "a share of none in a pool",
        "should be greater than or equal to 1",
        {"placement": {"maxPercentPerPool": 0}},
        {"placement": {"maxPercentPerPool": 1}},
    ),
    Ask(
        "a share of more than all in a pool",
        "should be less than or equal to 100",
        {"placement": {"maxPercentPerPool": 101}},
        {"placement": {"maxPercentPerPool": 100}},
    ),
]

AMENDMENTS = [
    Ask("another type", "acceleratorType is immutable", {"acceleratorType": "h100"}, {"count": 3}),
    Ask("another topology", "topology is immutable", {"topology": "4x4x4"}, {"minCount": 1}),
    Ask(
        "removing the topology",
        "topology is immutable",
        {"topology": None},
        {"placement": {"datacenters": ["ny"]}},
    ),
    Ask("removing the type", "Required value", {"acceleratorType": None}, window(end="2127-05-01T00:00:00Z")),
    Ask("removing the window", "Required value", {"window": None}, flexible()),
    Ask(
        "a start moved into the past",
        "lies in the past",
        window(start=PAST, end="2021-02-04T00:00:00Z"),
        window(start=None),
    ),
]


def amended(hub: Server, start: Mapping[str, Any], change: Mapping[str, Any]) -> Answer:
    """What the server says to a change of a stored reservation."""
    made = hub.create(reservation(**start))
    assert made.message == ""
    new = made.document
    for key, value in change.items():
        new = changed(new, edit("spec", key, value))
    return hub.replace(new)


@pytest.mark.parametrize("ask", REFUSED, ids=lambda ask: ask.what)
def test_a_request_is_refused_and_put_right_it_is_taken(hub: Server, ask: Ask) -> None:
    beside(hub.create(reservation(**ask.wrong)), ask.why, hub.create(reservation(**ask.right)))


@pytest.mark.parametrize("ask", AMENDMENTS, ids=lambda ask: ask.what)
def test_an_amendment_is_refused_and_the_one_beside_it_taken(hub: Server, ask: Ask) -> None:
    beside(amended(hub, {}, ask.wrong), ask.why, amended(hub, {}, ask.right))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2127-01-04T01:00:00+01:00", "2127-01-05T00:00:00Z"),
        ("2127-01-03T19:00:00-05:00", "2127-01-05T00:00:00.000Z"),
        ("2127-01-04T00:00:00.123456789Z", "2999-12-31T23:59:59Z"),
    ],
)
def test_an_instant_is_taken_with_offset_and_fraction_and_kept_as_it_was_written(
    hub: Server, start: str, end: str
) -> None:
    flexible = {"durationSeconds": 3600, "earliestStart": start, "latestEnd": end}
    made = hub.create(reservation(window=flexible))
    assert made.message == ""
    assert made.document["spec"]["window"] == flexible


def test_a_start_that_has_passed_may_be_written_anew_in_another_spelling(hub: Server) -> None:
    made = hub.create(reservation()).document["metadata"]["creationTimestamp"]
    now = datetime.fromisoformat(made).astimezone(UTC)
    start, end = now - timedelta(minutes=4, seconds=50), now + timedelta(days=1)
    first = {"start": f"{start:%Y-%m-%dT%H:%M:%SZ}", "end": f"{end:%Y-%m-%dT%H:%M:%SZ}"}
    again = {"start": f"{start + timedelta(hours=1):%Y-%m-%dT%H:%M:%S}+01:00", "end": first["end"]}
    assert amended(hub, {"window": first}, {"window": again}).message == ""


def test_a_topology_cannot_be_added_later(hub: Server) -> None:
    assert "neither be added" in amended(hub, {"topology": None}, {"topology": "4x4x4"}).message


def test_a_start_four_minutes_ago_is_taken_and_six_minutes_ago_is_not(hub: Server) -> None:
    made = hub.create(reservation()).document["metadata"]["creationTimestamp"]
    now = datetime.fromisoformat(made).astimezone(UTC)
    ago = {minutes: f"{now - timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}" for minutes in (4, 6)}
    end = f"{now + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    assert hub.create(reservation(window={"start": ago[4], "end": end})).message == ""
    assert "lies in the past" in hub.create(reservation(window={"start": ago[6], "end": end})).message


def test_a_name_has_at_most_63_characters(hub: Server) -> None:
    assert "at most 63" in hub.create(changed(reservation(), edit("metadata", "name", "r" * 64))).message
    assert hub.create(changed(reservation(), edit("metadata", "name", "r" * 63))).accepted
