"""A reservation's ask in words, as the command line and the console say it. Pure."""

from __future__ import annotations

from holdfast.api.reservation import ReservationSpec, WindowDocument
from holdfast.api.reservation_status import RelaxationDocument
from holdfast.hardware import (
    TopologyImpossible,
    UnknownAccelerator,
    accelerator,
    chips_per_slice,
    units_per_slice,
)
from holdfast.hardware.instants import text_of


def amount(spec: ReservationSpec) -> str:
    """How many slices of which shape, and how many units and chips that is; or why it is none."""
    what = f"{spec.count} x {spec.accelerator_type}" + (f" {spec.topology}" if spec.topology else "")
    try:
        kind = accelerator(spec.accelerator_type)
        units, chips = units_per_slice(kind, spec.topology), chips_per_slice(kind, spec.topology)
    except (UnknownAccelerator, TopologyImpossible) as error:
        return f"{what}: {error}"
    return f"{what}: {spec.count * units:,} units, {spec.count * chips:,} chips"


def timing(window: WindowDocument) -> str:
    """When, or for how long and within what."""
    if window.intervals is not None or window.recurrence is not None:
        return _several(window)
    if window.duration_seconds is None:
        begin = text_of(window.start) if window.start is not None else "as soon as promised"
        return f"from {begin} until {text_of(window.end or 0)}"
    begin = f", not before {text_of(window.earliest_start)}" if window.earliest_start is not None else ""
    end = f", over by {text_of(window.latest_end)}" if window.latest_end is not None else ""
    return f"for {duration(window.duration_seconds)}{begin}{end}"


def _several(window: WindowDocument) -> str:
    if window.recurrence is None:
        intervals = window.intervals or ()
        last = text_of(intervals[-1].end) if intervals else ""
        return f"in {len(intervals)} intervals until {last}"
    asked = window.recurrence
    days = ", ".join(asked.weekdays) or "every day"
    ends = f"{asked.count} times" if asked.until is None else f"until {text_of(asked.until)}"
    return f"{days} at {asked.start_time} in {asked.time_zone} for {duration(asked.duration_seconds)}, {ends}"


def duration(seconds: int) -> str:
    """Seconds as days, hours, minutes and seconds, without the parts that are zero."""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, rest = divmod(rest, 60)
    parts = ((days, "d"), (hours, "h"), (minutes, "min"), (rest, "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"


def changed_fields(relaxation: RelaxationDocument) -> str:
    """A relaxation as the fields to write, for example `count: 1`."""
    said = {
        "count": relaxation.count,
        "window.start": text_of(relaxation.start) if relaxation.start is not None else None,
        "window.end": text_of(relaxation.end) if relaxation.end is not None else None,
        "window.durationSeconds": relaxation.duration_seconds,
        "placement.datacenters": f"[{', '.join(relaxation.datacenters)}]" if relaxation.datacenters else None,
        "placement.acrossDatacenters": relaxation.across_datacenters,
    }
    return ", ".join(f"{name}: {value}" for name, value in said.items() if value is not None)
