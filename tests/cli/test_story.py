"""Sentences and drawings, word for word."""

from __future__ import annotations

import pytest
from tests.builders import NOW
from tests.documents import Document, document

from holdfast.api.reservation import CapacityReservation
from holdfast.api.wording import duration
from holdfast.cli.story import sections, stretches
from holdfast.cli.timeline import WIDTH, Stretch, drawing

DAY = 86_400


def asked(spec: Document) -> tuple[str, ...]:
    """What is said of a spec."""
    whole = {"acceleratorType": "tpu7x", "topology": "4x4x4", "count": 2, **spec}
    return next(iter(sections(reservation(whole)))).lines


def reservation(spec: Document) -> CapacityReservation:
    return CapacityReservation.model_validate(document("CapacityReservation", "r", spec, namespace="widgets"))


@pytest.mark.parametrize(
    ("spec", "line"),
    [
        ({"window": {"end": "2027-02-01T00:00:00Z"}}, "From as soon as promised until 2027-02-01T00:00:00Z."),
        ({"window": {"durationSeconds": 90_000}}, "For 1 d 1 h."),
        (
            {"window": {"durationSeconds": 60, "earliestStart": "2027-02-01T00:00:00Z"}},
            "For 1 min, not before 2027-02-01T00:00:00Z.",
        ),
        ({"window": {"durationSeconds": 60}, "placement": {"datacenters": ["ny", "oh"]}}, "In ny, else oh."),
        ({"window": {"durationSeconds": 60}, "minCount": 1}, "At least 1 of 2 are enough."),
        (
            {"window": {"durationSeconds": 60}, "placement": {"acrossDatacenters": "Allow"}},
            "Slices may lie in different datacenters; no slice is split.",
        ),
        (
            {"window": {"durationSeconds": 60}, "placement": {"acrossDatacenters": "Atomic"}},
            "Slices may lie in different datacenters; no slice is split. None of them opens before all can.",
        ),
    ],
)
def test_what_was_asked_is_said(spec: Document, line: str) -> None:
    assert line in asked(spec)


def test_hardware_that_does_not_exist_is_explained_and_no_error() -> None:
    said = asked({"acceleratorType": "abacus", "window": {"durationSeconds": 60}})
    assert said[0].startswith("2 x abacus 4x4x4: ")


@pytest.mark.parametrize(("seconds", "words"), [(0, "0 s"), (61, "1 min 1 s"), (2 * DAY + 3_600, "2 d 1 h")])
def test_a_duration_is_said_in_days_hours_minutes_and_seconds(seconds: int, words: str) -> None:
    assert duration(seconds) == words


def test_a_drawing_puts_every_window_on_one_scale() -> None:
    head, bar, now = drawing([Stretch("asked", NOW, NOW + 10 * DAY), Stretch("now", NOW + 5 * DAY)])
    assert head.split() == ["2027-01-15T08:00:00Z", "2027-01-25T08:00:00Z"]
    assert bar == "asked  [" + "=" * (WIDTH - 2) + "]"
    assert now == "now    " + "." * 31 + "^" + "." * 32
    assert len({len(head), len(bar), len(now)}) == 1


def test_a_scale_of_one_instant_can_be_drawn() -> None:
    assert drawing([Stretch("now", NOW)])[1] == "now  ^" + "." * (WIDTH - 1)


def test_a_window_without_start_is_drawn_from_now() -> None:
    rows = stretches(
        reservation({"acceleratorType": "h200", "count": 1, "window": {"durationSeconds": DAY}}), NOW
    )
    assert rows == [Stretch("asked", NOW, NOW + DAY), Stretch("now", NOW)]


def test_a_window_that_is_over_is_drawn_before_now() -> None:
    rows = stretches(
        reservation({"acceleratorType": "h200", "count": 1, "window": {"end": "2026-12-01T00:00:00Z"}}), NOW
    )
    assert rows[0].end == rows[0].start
