"""What a tenant asks: how many of what, when and where; and its form on the wire, in both directions. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from holdfast.client.reading import Document, Fields
from holdfast.hardware.instants import text_of


class Question(StrEnum):
    """What is to be known of an ask."""

    SLOTS = "Slots"
    EARLIEST = "Earliest"
    CHECK = "Check"
    LATEST_END = "LatestEnd"


@dataclass(frozen=True, slots=True)
class Fixed:
    """A window with an end; without a start it begins as soon as it is promised."""

    end: datetime
    start: datetime | None = None


@dataclass(frozen=True, slots=True)
class Flexible:
    """So long, at any time between two bounds; without them, at any time from now on."""

    duration: timedelta
    earliest_start: datetime | None = None
    latest_end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Several:
    """Several intervals: `intervals` or `recurrence` as the API writes them (docs/several-intervals.md)."""

    said: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is to be reserved. `count` is in slices; without a topology in units. `at_least`: fewer are enough.

    `atomic`, with `across_datacenters`: none of the slices opens before all can.
    """

    accelerator: str
    window: Fixed | Flexible | Several
    topology: str | None = None
    count: int = 1
    at_least: int | None = None
    datacenters: tuple[str, ...] = ()
    across_datacenters: bool = False
    max_percent_per_pool: int | None = None
    atomic: bool = False


_ACROSS = {
    (False, False): "Forbid",
    (False, True): "Forbid",
    (True, False): "Allow",
    (True, True): "Atomic",
}


def spec_of(ask: Ask) -> Document:
    """The spec of a CapacityReservation. Raises ValueError for an instant without a time zone."""
    placement: Document = {
        "datacenters": list(ask.datacenters),
        "acrossDatacenters": _ACROSS[ask.across_datacenters, ask.atomic],
        "maxPercentPerPool": ask.max_percent_per_pool,
    }
    return _said(
        {
            "acceleratorType": ask.accelerator,
            "topology": ask.topology,
            "count": ask.count,
            "minCount": ask.at_least,
            "window": _window_document(ask.window),
            "placement": _said(placement),
        }
    )


def ask_of(spec: Fields) -> Ask:
    """The ask that a stored spec holds. Raises Undecodable."""
    placement = spec.inner("placement")
    return Ask(
        accelerator=spec.text("acceleratorType"),
        topology=spec.text("topology", "") or None,
        count=spec.number("count"),
        at_least=spec.number("minCount", 0) or None,
        window=_window(spec.inner("window")),
        datacenters=placement.names("datacenters"),
        across_datacenters=placement.text("acrossDatacenters", "Forbid") != "Forbid",
        atomic=placement.text("acrossDatacenters", "Forbid") == "Atomic",
        max_percent_per_pool=placement.number("maxPercentPerPool", 0) or None,
    )


def _window(window: Fields) -> Fixed | Flexible | Several:
    if window.has("intervals") or window.has("recurrence"):
        return Several(window.held)
    if window.has("end"):
        return Fixed(window.instant("end"), window.perhaps("start"))
    length = timedelta(seconds=window.number("durationSeconds"))
    return Flexible(length, window.perhaps("earliestStart"), window.perhaps("latestEnd"))


def _window_document(window: Fixed | Flexible | Several) -> Document:
    if isinstance(window, Several):
        return dict(window.said)
    if isinstance(window, Fixed):
        return _said({"start": _begin("start", window.start), "end": _end("end", window.end)})
    bounds = {
        "earliestStart": _begin("earliest_start", window.earliest_start),
        "latestEnd": _end("latest_end", window.latest_end),
    }
    return _said({"durationSeconds": math.ceil(window.duration.total_seconds()), **bounds})


def _begin(field: str, instant: datetime | None) -> str | None:
    """The whole second in which it lies: what is asked for never begins too late."""
    return None if instant is None else text_of(math.floor(_epoch(field, instant)))


def _end(field: str, instant: datetime | None) -> str | None:
    """The next whole second: what is asked for never ends too early."""
    return None if instant is None else text_of(math.ceil(_epoch(field, instant)))


def _epoch(field: str, instant: datetime) -> float:
    if instant.tzinfo is None:
        raise ValueError(
            f"window.{field} {instant.isoformat()} has no time zone, so that nobody knows when it is, and nothing "
            f"was asked: write {instant.replace(tzinfo=UTC)!r}, or the zone that is meant"
        )
    return instant.timestamp()


def _said(document: Document) -> Document:
    return {key: value for key, value in document.items() if value is not None}
