"""A reservation in plain sentences: what was asked, what is promised, what is bound, or why not yet.

Pure: everything is taken from the reservation itself, so a tenant can be told all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.api.reasons import Reason
from holdfast.api.reservation import CapacityReservation, ReservationSpec, WindowDocument
from holdfast.api.reservation_status import Access, HoldDocument, ReservationStatus
from holdfast.api.wording import amount, changed_fields, timing
from holdfast.cli.timeline import Stretch
from holdfast.hardware.instants import text_of


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the lines under it."""

    title: str
    lines: tuple[str, ...]


def sections(reservation: CapacityReservation) -> Iterator[Section]:
    """The story, in the order in which a reservation lives through it."""
    status = reservation.status or ReservationStatus()
    yield Section("ASKED", tuple(_asked(reservation.spec)))
    yield Section("ANSWER", tuple(_answer(reservation, status)))
    if status.promised is not None:
        yield Section("PROMISED", tuple(_promised(status)))
    if status.hold is not None:
        yield Section("HOLD", tuple(held_lines(status.hold)))
    if status.access:
        yield Section("BOUND", tuple(line for access in status.access for line in _bound(access)))


def _asked(spec: ReservationSpec) -> Iterator[str]:
    yield f"{amount(spec)}."
    when = timing(spec.window)
    yield f"{when[0].upper()}{when[1:]}."
    placement = spec.placement
    names = placement.datacenters if placement is not None else ()
    yield f"In {', else '.join(names)}." if names else "In any datacenter."
    if placement is not None and placement.across_datacenters != "Forbid":
        together = " None of them opens before all can." if placement.across_datacenters == "Atomic" else ""
        yield f"Slices may lie in different datacenters; no slice is split.{together}"
    if placement is not None and placement.max_percent_per_pool is not None:
        yield f"At most {placement.max_percent_per_pool} % of the slices in one pool."
    if spec.min_count is not None:
        yield f"At least {spec.min_count} of {spec.count} are enough."


def _answer(reservation: CapacityReservation, status: ReservationStatus) -> Iterator[str]:
    """The word in column STATUS with its sentence, its meaning, and what its reader should do."""
    generation = reservation.metadata.generation or 0
    ready = next((each for each in status.conditions if each.type == "Ready"), None)
    if ready is None:
        yield "The planner has not answered yet."
        return
    yield f"Ready={ready.status}: {ready.reason}" + (f"; {ready.message}" if ready.message else "")
    if status.hold is None:
        yield from _meaning(ready.reason)
    if status.observed_generation < generation:
        yield f"This answers generation {status.observed_generation}; the change to {generation} is still unanswered."


def _meaning(word: str) -> Iterator[str]:
    reason = Reason.known(word)
    if reason is not None:
        yield f"It means: {reason.meaning}"
        yield f"What to do: {reason.advice}"


def _promised(status: ReservationStatus) -> Iterator[str]:
    if status.promised is None:
        return
    where = ", ".join(f"{pool.count} units of {pool.name}" for pool in status.promised.pools)
    yield f"{status.promised.slices} slices: {where}."
    yield f"From {text_of(status.promised.start)} until {text_of(status.promised.end)}. This is never revoked."
    if status.healthy_units is not None:
        yield f"{status.healthy_units} of its units are open and healthy now."
    if status.amendment:
        yield f"The change asked since is not in force: {status.amendment.reason}; {status.amendment.message}"


def held_lines(hold: HoldDocument) -> Iterator[str]:
    """Why not, what stands in the way, and what would help."""
    yield f"{hold.reason}: {hold.message}" if hold.message else hold.reason
    yield from _meaning(hold.reason)
    for blocker in hold.blockers:
        until = f" until {text_of(blocker.until)}" if blocker.until is not None else ""
        yield f"In the way: {blocker.kind} {blocker.name}{until}."
    if hold.earliest_start is not None:
        yield f"As asked it could start at {text_of(hold.earliest_start)}."
    for relaxation in hold.relaxations:
        yield f"It could be promised with: {changed_fields(relaxation)} ({relaxation.kind})"
    for conflict in hold.conflicts:
        yield f"Too little is left from {text_of(conflict.start)} until {text_of(conflict.end)}."


def _bound(access: Access) -> Iterator[str]:
    yield f"{access.datacenter}: {access.units} units open, namespace {access.namespace}" + (
        f", cluster {access.endpoint}" if access.endpoint else ""
    )
    for key, value in access.node_selector.items():
        yield f"  node selector {key}: {value}"
    for each in access.tolerations:
        yield f"  toleration {each.key} {each.operator} {each.value} {each.effect or 'any effect'}"


def stretches(reservation: CapacityReservation, now: int) -> list[Stretch]:
    """The rows of its timeline: asked, promised, earliest start, now."""
    status = reservation.status or ReservationStatus()
    start, end = _span(reservation.spec.window, status, now)
    rows = [Stretch("asked", start, end)]
    if status.promised is not None:
        rows.append(Stretch("promised", status.promised.start, status.promised.end))
    if status.hold is not None and status.hold.earliest_start is not None:
        rows.append(Stretch("earliest", status.hold.earliest_start))
    return [*rows, Stretch("now", now)]


def _span(window: WindowDocument, status: ReservationStatus, now: int) -> tuple[int, int]:
    """The time within which it was asked; no start means since it was promised, or now."""
    since = status.promised.start if status.promised is not None else now
    if window.intervals is not None:
        return window.intervals[0].start, window.intervals[-1].end
    if window.recurrence is not None:
        begins, last = window.recurrence.not_before or since, window.recurrence.until or since
        return begins, status.promised.end if status.promised is not None else max(begins, last)
    if window.duration_seconds is None:
        end = window.end or now
        return min(window.start if window.start is not None else since, end), end
    start = window.earliest_start if window.earliest_start is not None else since
    return start, window.latest_end if window.latest_end is not None else start + window.duration_seconds
