"""When GKE may upgrade nodes: in declared windows and at no other time, while it supports their version.

Upgrading a unit means taking it from its tenant, so everything outside the windows is excluded:

    ── excluded ──┤ window ├── excluded ──┤ window ├── excluded until the end of support ──▶

A window opens; GKE upgrades in its slots, if there is something to upgrade to. GKE refuses an exclusion that ends
after the support of the version, so a window far ahead is accepted only once a newer version runs:
docs.cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from holdfast.hardware.instants import seconds_of

SINCE = "2026-01-01T00:00:00Z"
"""Start of the first exclusion: before any cluster that we make."""
SLOT_DAYS, SLOT_HOURS = ("TU", "WE"), (8, 16)
"""Two slots of 8 hours a week, in UTC: GKE wants at least 48 hours in any 32 days."""
IN_WORDS = "Tuesday and Wednesday, 08:00 to 16:00 UTC"
_WEEK = ("TH", "FR", "SA", "SU", "MO", "TU", "WE")
"""The first day that is counted, 1970-01-01, was a Thursday."""
_DAY, _HOUR = 86_400, 3_600


@dataclass(frozen=True, slots=True)
class MaintenanceExclusion:
    """A time in which GKE upgrades neither minor versions nor nodes."""

    name: str
    start: str
    end: str
    """Empty: until GKE no longer supports the cluster's minor version."""


@dataclass(frozen=True, slots=True)
class MaintenanceWindow:
    """A time in which GKE may upgrade minor versions and nodes."""

    start: str
    end: str


def outside(windows: Iterable[MaintenanceWindow]) -> tuple[MaintenanceExclusion, ...]:
    """All the time that lies outside these windows, the rest of it until the end of support."""
    spans, since = [], SINCE
    for window in sorted(windows, key=lambda each: each.start):
        if window.start > since:
            spans.append((since, window.start))
        since = max(since, window.end)
    return tuple(
        MaintenanceExclusion(f"outside-windows-{number}", start, end)
        for number, (start, end) in enumerate([*spans, (since, "")])
    )


def opens(window: MaintenanceWindow, exclusions: Iterable[MaintenanceExclusion]) -> bool:
    """Whether GKE has a whole slot in this window that none of these exclusions touches."""
    closed = [(seconds_of(each.start), seconds_of(each.end) if each.end else None) for each in exclusions]
    return any(
        all(end <= start or (until is not None and begin >= until) for start, until in closed)
        for begin, end in _slots(seconds_of(window.start), seconds_of(window.end))
    )


def _slots(since: int, until: int) -> Iterator[tuple[int, int]]:
    for day in range(since // _DAY, until // _DAY + 1):
        begin, end = (day * _DAY + hour * _HOUR for hour in SLOT_HOURS)
        if _WEEK[day % 7] in SLOT_DAYS and since <= begin and end <= until:
            yield begin, end
