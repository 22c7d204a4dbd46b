"""Windows of several intervals on a real API server: each refused write beside its lawful form."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from tests.docs.dates import current
from tests.documents import UID, changed, edit, edits, entry, promise, reservation
from tests.guards.ledgers import NOTHING, Write, entry_becomes, planned, refused_and_beside_it_taken, status
from tests.guards.server import PLANNER, Answer, Server

from holdfast_lab.installation import MANIFESTS

FIRST, SECOND = {"from": 2000, "until": 2400, "count": 2}, {"from": 2600, "until": 2990, "count": 3}
PARTS = {"parts": [FIRST, SECOND], "clearing": 10}
OTHER = {"parts": [FIRST, {**SECOND, "count": 2}], "clearing": 10}
STEPPED = {"promises": {UID: entry(**PARTS)}}
PREPARED = {"promises": {UID: entry(**PARTS, state="Prepared", round=4)}}
NEXT = {"attempt": "a2", "round": 1, "count": 3, "from": 2000, "until": 3000, **PARTS}
AMENDING = {"promises": {UID: entry(next=NEXT)}}
AS_NEXT = {"attempt": "a2", "round": 2}

KEEPS = "an attempt keeps its intervals, from its preparation on"
OTHERWISE = {"state": "Prepared", "attempt": "a9", "round": 0}
LATER = edits(status("asOf", 2700), status("peak", 3))

REFUSED = [
    Write("other intervals in the same round", KEEPS, entry_becomes(**OTHER), NOTHING, STEPPED),
    Write("other intervals in a newer round", KEEPS, entry_becomes(**OTHER, round=9), NOTHING, STEPPED),
    Write("no intervals any more", KEEPS, entry_becomes(round=9), NOTHING, STEPPED),
    Write("intervals where there was one window", KEEPS, entry_becomes(**PARTS, round=9), NOTHING),
    Write("committing other intervals than were prepared", KEEPS,
          entry_becomes(**OTHER, round=5), entry_becomes(**PARTS, round=5), PREPARED),
    Write("other intervals than the next form's", KEEPS,
          entry_becomes(**AS_NEXT, **OTHER), entry_becomes(**AS_NEXT, **PARTS), AMENDING),
    Write("one whole window for its intervals", KEEPS,
          entry_becomes(**AS_NEXT), entry_becomes(**AS_NEXT, **PARTS), AMENDING),
    Write("a peak below an interval", "peak is at least", status("peak", 2), status("peak", 3), STEPPED),
    Write("a peak below the interval of this moment", "peak is at least",
          edits(status("asOf", 2700), status("peak", 2)), LATER, STEPPED),
    Write("an interval turned round", "must end after it starts",
          entry_becomes(**OTHERWISE, parts=[{**FIRST, "until": 1}]),
          entry_becomes(**OTHERWISE, parts=[FIRST]), PREPARED),
]  # fmt: skip


@pytest.mark.parametrize("write", REFUSED, ids=str)
def test_a_write_is_refused_and_the_lawful_one_beside_it_taken(hub: Server, write: Write) -> None:
    refused_and_beside_it_taken(hub, write)


def test_two_series_on_the_same_units_at_different_times_need_them_once(hub: Server) -> None:
    days, other = entry(parts=[{"from": 2400, "until": 2600, "count": 3}], clearing=0), f"{UID[:-1]}9"
    both = {"peak": 3, "promises": {UID: entry(**{**PARTS, "clearing": 0}), other: days}}
    stored = planned(hub, both)
    later = changed(stored, edits(status("asOf", 2500), status("epoch", 2)))
    assert hub.replace(later, "/status", PLANNER).message == ""


def asked(hub: Server, window: dict[str, Any], **spec: Any) -> Answer:
    return hub.create(
        changed(
            reservation(),
            edits(edit("spec", "window", window), *(edit("spec", k, v) for k, v in spec.items())),
        )
    )


JANUARY = {"start": "2127-01-04T00:00:00Z", "end": "2127-02-01T00:00:00Z"}
FEBRUARY = {"start": "2127-02-01T00:00:00Z", "end": "2127-03-01T00:00:00Z", "count": 2}
NIGHTS = {"startTime": "20:00", "durationSeconds": 28_800, "timeZone": "Europe/Paris", "count": 5}


@pytest.mark.parametrize(
    ("window", "spec", "why"),
    [
        ({"intervals": [JANUARY, {**FEBRUARY, "count": 3}]}, {}, "count is the most that any interval asks for"),
        ({"intervals": [JANUARY]}, {"minCount": 1}, "intervals have counts of their own, and no minCount"),
        ({"intervals": [JANUARY], "recurrence": NIGHTS}, {}, "exactly one of them"),
        ({"intervals": [JANUARY], "end": JANUARY["end"]}, {}, "exactly one of them"),
        ({"recurrence": NIGHTS, "start": JANUARY["start"]}, {}, "has no bounds beside them"),
        ({"recurrence": {**NIGHTS, "until": JANUARY["end"]}}, {}, "a recurrence ends by until or by count"),
        ({"recurrence": {**NIGHTS, "count": None}}, {}, "a recurrence ends by until or by count"),
        ({"recurrence": {**NIGHTS, "count": 65}}, {}, "less than or equal to 64"),
        ({"recurrence": {**NIGHTS, "startTime": "24:00"}}, {}, "should match"),
        ({"recurrence": {**NIGHTS, "timeZone": "../etc/passwd"}}, {}, "should match"),
        ({"recurrence": {**NIGHTS, "weekdays": ["Mon"]}}, {}, "Unsupported value"),
        ({"intervals": []}, {}, "should have at least 1 items"),
        ({"intervals": [JANUARY] * 65}, {}, "at most 64 items"),
    ],
)  # fmt: skip
def test_an_ask_that_is_refused_beside_one_that_is_taken(
    hub: Server, window: dict[str, Any], spec: dict[str, Any], why: str
) -> None:
    without = {
        key: {k: v for k, v in one.items() if v is not None} if isinstance(one, dict) else one
        for key, one in window.items()
    }
    assert why in asked(hub, without, **spec).message
    assert asked(hub, {"intervals": [JANUARY, FEBRUARY]}).message == ""
    assert asked(hub, {"recurrence": {**NIGHTS, "weekdays": ["Monday", "Friday"]}}, minCount=1).message == ""


@pytest.mark.parametrize("example", ["a-ramp", "every-night"])
def test_an_example_is_taken(hub: Server, example: str) -> None:
    written = yaml.safe_load(
        current((MANIFESTS.parent / "examples" / example / "reservation.yaml").read_text())
    )
    written["metadata"]["namespace"] = "default"
    assert hub.create(written).message == ""


def test_a_promise_keeps_its_intervals_as_long_as_its_attempt(hub: Server) -> None:
    one = {"start": 2000, "end": 2400, "slices": 1}
    made = hub.create(promise(intervals=[one, {"start": 2600, "end": 3000, "slices": 2}]), PLANNER)
    assert made.message == ""
    other = changed(made.document, edit("spec", "intervals", [one]))
    assert "an attempt never changes its form" in hub.replace(other, "", PLANNER).message
    another = changed(other, edits(edit("spec", "attempt", "a2"), edit("spec", "round", 3)))
    assert hub.replace(another, "", PLANNER).message == ""
