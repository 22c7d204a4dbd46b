"""A window of several intervals: listed one by one, or as days of the week in a time zone."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from holdfast.api.bounds import LONGEST_WINDOW_SECONDS, MAX_SLICES, EndInstant, Instant, Told
from holdfast.api.definition import Rule
from holdfast.api.merging import SET
from holdfast.api.record import Record
from holdfast.hardware.instants import SHORTEST_WINDOW_SECONDS

MAX_INTERVALS = 64
"""Intervals of one reservation: weekdays of a quarter. Each is some fifty bytes of every ledger that serves it."""

Weekday = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
ZoneName = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_+/-]*$")]
LocalTime = Annotated[str, Field(min_length=5, max_length=5, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class IntervalAsked(Record):
    """One interval of a window of several."""

    start: Instant = Field(description="When it begins.")
    end: EndInstant = Field(description="When it ends.")
    count: int | None = Field(
        default=None, strict=True, ge=1, le=MAX_SLICES,
        description="How many slices meanwhile; absent: spec.count, which is the most.",
    )  # fmt: skip


class Recurrence(Record):
    """On days of the week at a local time, for as long each time."""

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            "has(self.until) != has(self.count)",
            "a recurrence ends by until or by count: exactly one of them",
        ),
    )

    weekdays: tuple[Weekday, ...] = Field(
        default=(), max_length=7, json_schema_extra=SET, description="On which days; absent: on every day."
    )
    start_time: LocalTime = Field(description="When it begins by the wall clock of the time zone, as 20:00.")
    duration_seconds: int = Field(
        strict=True, ge=SHORTEST_WINDOW_SECONDS, le=LONGEST_WINDOW_SECONDS,
        description="How long it lasts each time, whatever the wall clock does meanwhile.",
    )  # fmt: skip
    time_zone: ZoneName = Field(
        description="The IANA time zone of startTime, for example Europe/Paris. A time that is missing on a day "
        "because clocks are put forward is as long after the jump; one that comes twice is the first."
    )
    not_before: Instant | None = Field(
        default=None, description="None begins before that; absent: before the reservation was made."
    )
    until: Instant | None = Field(default=None, description="None begins after that.")
    count: int | None = Field(
        default=None, strict=True, ge=1, le=MAX_INTERVALS, description="So many in all."
    )


class PromisedInterval(Record):
    """What is promised for one interval."""

    start: Told = Field(description="When it begins.")
    end: Told = Field(description="When it ends.")
    slices: int = Field(strict=True, ge=1, le=MAX_SLICES, description="Slices promised meanwhile.")


IntervalsAsked = Annotated[tuple[IntervalAsked, ...], Field(min_length=1, max_length=MAX_INTERVALS)]
IntervalsPromised = Annotated[tuple[PromisedInterval, ...], Field(max_length=MAX_INTERVALS)]
