"""Waiting for the planner's answer to a reservation that was made or changed, and telling it."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic, sleep

from rich.console import Console

from holdfast.api.reservation import CapacityReservation
from holdfast.api.reservation_status import Promised, ReservationStatus
from holdfast.cli.story import held_lines
from holdfast.cli.tables import say
from holdfast.cluster.client import Api
from holdfast.cluster.holdfast_objects import RESERVATIONS
from holdfast.hardware.instants import text_of

LOOK_SECONDS = 0.2


def awaited(api: Api, made: CapacityReservation, patience: float) -> CapacityReservation:
    """The reservation once its generation is answered, or as it is after `patience` seconds. Raises ClusterError."""
    deadline = monotonic() + patience
    while not answered(made) and monotonic() < deadline:
        sleep(LOOK_SECONDS)
        made = api.get(RESERVATIONS, made.metadata.name, made.metadata.namespace or "")
    return made


def answered(made: CapacityReservation) -> bool:
    """Whether the planner has spoken of this very generation."""
    status = made.status or ReservationStatus()
    return status.observed_generation >= (made.metadata.generation or 1)


def told(console: Console, made: CapacityReservation) -> bool:
    """Say how it stands; whether what was asked is in force."""
    status = made.status or ReservationStatus()
    for line in _lines(made, status):
        say(console, line)
    return answered(made) and status.promised is not None and status.amendment is None


def _lines(made: CapacityReservation, status: ReservationStatus) -> Iterator[str]:
    if not answered(made):
        yield f"{made.path}: not answered yet; it stays asked for. `holdfast watch {made.path}` shows the answer."
    elif status.promised is not None and status.amendment is None:
        yield f"{made.path}: promised, {promised(status.promised)}"
    elif status.amendment is not None:
        yield f"{made.path}: not in force yet; what was promised before still is, and the change stays asked for."
        yield from (f"  {line}" for line in held_lines(status.amendment))
    elif status.hold is not None:
        yield f"{made.path}: not promised yet; it stays asked for until it is cancelled."
        yield from (f"  {line}" for line in held_lines(status.hold))


def promised(what: Promised) -> str:
    """What is in force, in half a sentence."""
    where = ", ".join(f"{pool.count} of {pool.name}" for pool in what.pools)
    return f"{what.slices} from {text_of(what.start)} until {text_of(what.end)}: {where}"
