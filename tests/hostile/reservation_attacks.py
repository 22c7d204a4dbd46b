"""Reservations that would hurt: forged, endless, overflowing. The kind's definition refuses them, to their author."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.documents import Document, document
from tests.guards.server import OURS
from tests.hostile.attack import SCHEMA_SAYS, Attack, Try

PATH = f"{OURS}/namespaces/mistral/capacityreservations"
WINDOW = {"start": "2127-01-04T00:00:00Z", "end": "2127-04-01T00:00:00Z"}
BACKWARDS = {"start": WINDOW["end"], "end": WINDOW["start"]}
ENDLESS = {"durationSeconds": 31_536_000_000}


def asked(**over: Any) -> Document:
    """A reservation, lawful but for what is said."""
    spec = {"acceleratorType": "h200", "count": 1, "window": WINDOW, **over}
    return document("CapacityReservation", "attack", {k: v for k, v in spec.items() if v is not None})


ASKED = [
    ("for less than nothing", "should be greater than or equal to 1", asked(count=-1)),
    ("for nothing", "should be greater than or equal to 1", asked(count=0)),
    ("for more than there can be", "should be less than or equal to", asked(count=2**31)),
    ("for a number that overflows", "should be less than or equal to", asked(count=2**63 - 1)),
    ("for a fraction", "must be of type integer", asked(count=1.5)),
    ("for a number in words", "must be of type integer", asked(count="1")),
    ("with a fewest above its count", "minCount must not exceed count", asked(minCount=2)),
    ("for a type of a megabyte", "Too long", asked(acceleratorType="h" * 1_000_000)),
    ("for a type that rings the bell", "one of the catalogue", asked(acceleratorType="h200\x07\x1b[2J")),
    ("for a topology that rings the bell", "up to three sides", asked(topology="4x4\x1b[31m")),
    ("for a topology of a megabyte", "Too long", asked(topology="4x" * 500_000)),
    ("with an end before its beginning", "must end at least", asked(window=BACKWARDS)),
    ("with a window of a second", "must end at least", asked(window={**WINDOW, "end": "2127-01-04T00:00:01Z"})),
    ("with a duration of a second", "greater than or equal to", asked(window={"durationSeconds": 1})),
    ("with a duration of a thousand years", "less than or equal to", asked(window=ENDLESS)),
    ("with a window of ten years", "within five years", asked(window={**WINDOW, "end": "2137-01-04T00:00:00Z"})),
    ("with two sorts of window", "exactly one of them", asked(window={**WINDOW, "durationSeconds": 3600})),
    ("with no window", "Required value", asked(window=None)),
    ("with an instant of the year 10000", "RFC 3339", asked(window={"end": "10000-01-01T00:00:00Z"})),
    ("with an instant that is none", "RFC 3339", asked(window={"end": "2127-13-45T99:00:00Z"})),
    ("in a datacenter by a path", "a datacenter has a name", asked(placement={"datacenters": ["../agents"]})),
    ("in a thousand datacenters", "must have at most", asked(placement={"datacenters": ["ny"] * 1000})),
    ("with a tenant of its own choosing", 'unknown field "spec.tenant"', asked(tenant="anthropic")),
    ("with a priority", 'unknown field "spec.priority"', asked(priority=1)),
    ("of a very long name", "at most 63", document("CapacityReservation", "a" * 64, asked()["spec"])),
]  # fmt: skip
AMENDED = [
    ("of the type", "acceleratorType is immutable", {"acceleratorType": "tpu7x"}),
    ("that adds a topology", "topology is immutable", {"topology": "4x4x4"}),
    ("of the type to none", "Required value", {"acceleratorType": None}),
    ("to an end before its creation", "lies in the past", {"window": {"end": "2026-01-01T00:00:00Z"}}),
]


def attacks() -> Iterator[Attack]:
    """Made, and amended."""
    for what, reason, made in ASKED:
        yield Attack(f"a reservation {what}", "mistral", "hub", SCHEMA_SAYS, reason, Try("POST", PATH, made))
    for what, reason, spec in AMENDED:
        guard = "holdfast-reservation-window" if "past" in reason else SCHEMA_SAYS
        tried = Try("PATCH", f"{PATH}/standing", {"spec": spec})
        yield Attack(f"an amendment {what}", "mistral", "hub", guard, reason, tried)
