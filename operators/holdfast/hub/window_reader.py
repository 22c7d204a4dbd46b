"""When a tenant asks for something: intervals and days of the week become parts, or the sentence that says why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time
from itertools import islice, pairwise

from holdfast.api.bounds import LONGEST_WINDOW_SECONDS
from holdfast.api.intervals import MAX_INTERVALS, Recurrence
from holdfast.api.reservation import WindowDocument
from holdfast.hardware.instants import SHORTEST_WINDOW_SECONDS, text_of
from holdfast.hardware.recurrence import Beginning, occurrences, zone_of
from holdfast.planner.state.ledger import Part
from holdfast.planner.state.snapshot import Window

MOST_NAMED = 4
"""Days named in a sentence."""


def window_of(asked: WindowDocument, count: int, created: int) -> Window:
    """The window as the planner reads it; `count` is the most slices, `created` when it was asked for."""
    if asked.recurrence is not None:
        return _recurring(asked.recurrence, count, created)
    if asked.intervals is not None:
        parts = tuple(
            Part(one.start, one.end, one.count if one.count is not None else count) for one in asked.intervals
        )
        return _several(parts, "window.intervals")
    return Window(asked.start, asked.end, asked.duration_seconds, asked.earliest_start, asked.latest_end)


def _several(parts: tuple[Part, ...], field: str, told: str = "") -> Window:
    objection = _objection(parts, field)
    if objection:
        return Window(objection=objection)
    return Window(parts[0].start, parts[-1].end, parts=parts, told=told)


def _objection(parts: Sequence[Part], field: str) -> str:
    """Why these are no intervals of one window; empty where they are."""
    for part in parts:
        if part.end - part.start < SHORTEST_WINDOW_SECONDS:
            return (
                f"{field}: the one from {text_of(part.start)} ends less than {SHORTEST_WINDOW_SECONDS} s after it "
                "begins; give it a later end"
            )
    for one, other in pairwise(parts):
        if other.start < one.end:
            return (
                f"{field}: the one from {text_of(other.start)} begins before the one until {text_of(one.end)} is "
                "over; put them in order and apart"
            )
    if parts[-1].end - parts[0].start > LONGEST_WINDOW_SECONDS:
        return (
            f"{field}: the last ends more than five years after the first begins; make several reservations"
        )
    return ""


def _recurring(asked: Recurrence, count: int, created: int) -> Window:
    try:
        zone = zone_of(asked.time_zone)
    except ValueError as unknown:
        return Window(objection=f"window.recurrence.timeZone: {unknown}")
    first = asked.not_before if asked.not_before is not None else created
    last = asked.until if asked.until is not None else first + LONGEST_WINDOW_SECONDS
    days = occurrences(asked.weekdays, time.fromisoformat(asked.start_time), zone, first, last)
    found = list(islice(days, asked.count if asked.count is not None else MAX_INTERVALS + 1))
    if not found:
        return Window(
            objection=f"window.recurrence: it never happens: nothing begins from {text_of(first)} until "
            f"{text_of(last)}; ask for a later until"
        )
    if len(found) > MAX_INTERVALS:
        return Window(
            objection=f"window.recurrence: it happens more than {MAX_INTERVALS} times until {text_of(last)}, and one "
            "reservation holds no more; ask for an earlier until, and make another reservation for the rest"
        )
    parts = tuple(Part(one.start, one.start + asked.duration_seconds, count) for one in found)
    return _several(parts, "window.recurrence", _told(found, asked))


def _told(found: Sequence[Beginning], asked: Recurrence) -> str:
    """Where the wall clock is moved on the very day: what was made of it."""
    moved = [one.start for one in found if one.moved]
    twice = [one.start for one in found if one.twice]
    said = []
    if moved:
        said.append(
            f"{asked.start_time} is missing in {asked.time_zone} on a day: it begins as long after the jump, at "
            f"{_named(moved)}"
        )
    if twice:
        said.append(
            f"{asked.start_time} comes twice in {asked.time_zone} on a day: the first counts, at {_named(twice)}"
        )
    return "; ".join(said)


def _named(starts: Iterable[int]) -> str:
    names = [text_of(start) for start in starts]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
