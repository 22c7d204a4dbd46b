"""`holdfast extend`, `shrink`, `cancel`: a reservation in force is changed or given up, after saying what that means.

Exit status: 0 done, and in force; 1 not wanted after all, or asked for and not in force yet; 2 it could not be asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer
from rich.console import Console

from holdfast.api.reservation import CapacityReservation, WindowDocument
from holdfast.api.reservation_status import ReservationStatus
from holdfast.api.wording import duration
from holdfast.cli.answers import awaited, promised, told
from holdfast.cli.connection import Unconnected, one_line_errors, open_api
from holdfast.cli.explain import find
from holdfast.cli.questions import agreed
from holdfast.cli.spaces import own, said
from holdfast.cli.spans import duration_of, instant_of
from holdfast.cli.tables import say
from holdfast.cli.wanted import Extended, Named, Shrunk
from holdfast.cluster.client import Api
from holdfast.cluster.holdfast_objects import RESERVATIONS
from holdfast.cluster.transport.objects import identify
from holdfast.hardware.instants import text_of

NO = 1
KEPT = "What is in force stays in force until the change is promised."


def extend(asked: Extended) -> None:
    """Move the end of a reservation."""
    with one_line_errors(Console(stderr=True)):
        api, found = _opened(asked)
        window, words = longer(found, asked.until, asked.by)
        _change(api, found, {"window": window}, f"to last {words}", asked)


def shrink(asked: Shrunk) -> None:
    """Leave a reservation fewer slices."""
    with one_line_errors(Console(stderr=True)):
        api, found = _opened(asked)
        _change(
            api,
            found,
            smaller(found, asked.count),
            f"to be {asked.count} instead of {found.spec.count}",
            asked,
        )


def cancel(asked: Named) -> None:
    """Give a reservation up."""
    errors = Console(stderr=True)
    with one_line_errors(errors):
        api, found = _opened(asked)
        for line in given_up(found, int(api.clock.now())):
            say(errors, line)
        if not agreed(f"Give up {found.path}?", sure=asked.yes):
            raise typer.Exit(NO)
        api.delete(RESERVATIONS, identify(found))
    say(Console(), f"{found.path}: given up; its promise ends in about 30 seconds")


def longer(found: CapacityReservation, until: str | None, by: str | None) -> tuple[Mapping[str, Any], str]:
    """The change of the window, and in words until when it lasts. Raises BadParameter for what is not longer."""
    if (until is None) == (by is None):
        raise typer.BadParameter("say until when with --until, or how much longer with --by: one of them")
    if found.spec.window.intervals is not None or found.spec.window.recurrence is not None:
        raise typer.BadParameter("its window has several intervals: add one to spec.window with kubectl edit")
    try:
        if found.spec.window.end is not None:
            return _later_end(found.spec.window.end, until, by)
        return _longer_duration(found, until, by)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _later_end(end: int, until: str | None, by: str | None) -> tuple[Mapping[str, Any], str]:
    new = instant_of(until, "--until", up=True) if until is not None else end + duration_of(by or "", "--by")
    if new <= end:
        raise ValueError(f"it lasts until {text_of(end)} already, and is not made shorter by this")
    return {"end": text_of(new)}, f"until {text_of(new)} instead of {text_of(end)}"


def _longer_duration(
    found: CapacityReservation, until: str | None, by: str | None
) -> tuple[Mapping[str, Any], str]:
    """Of a flexible window its duration; --until needs a start, which only a promise has."""
    window: WindowDocument = found.spec.window
    lasts, in_force = window.duration_seconds or 0, (found.status or ReservationStatus()).promised
    if until is not None and in_force is None:
        raise ValueError(
            "its window is flexible and not promised yet, so that it has no end to move: say --by"
        )
    begins = in_force.start if in_force is not None else 0
    new = (
        instant_of(until, "--until", up=True) - begins
        if until is not None
        else lasts + duration_of(by or "", "--by")
    )
    if new <= lasts:
        raise ValueError(f"it lasts {duration(lasts)} already, and is not made shorter by this")
    return {"durationSeconds": new}, f"{duration(new)} instead of {duration(lasts)}"


def smaller(found: CapacityReservation, count: int) -> Mapping[str, Any]:
    """The change of the count, and of the least that is worth having. Raises BadParameter for what is not fewer."""
    if count >= found.spec.count:
        raise typer.BadParameter(f"{found.path} asks for {found.spec.count}: --count {count} is not fewer")
    least = found.spec.min_count
    return {"count": count, **({"minCount": count} if least is not None and least > count else {})}


def given_up(found: CapacityReservation, now: int) -> list[str]:
    """What is lost by giving it up."""
    status = found.status or ReservationStatus()
    if status.promised is None:
        return [f"{found.path} is not promised: only its place in the line is given up."]
    left = max(0, status.promised.end - max(now, status.promised.start))
    lines = [
        f"{found.path} is promised {promised(status.promised)}.",
        f"Of its window {duration(left)} are left.",
    ]
    for access in status.access:
        lines.append(
            f"{access.units} units are open in {access.datacenter}: pods there are ended, and what they hold is erased."
        )
    return [
        *lines,
        "Its units may go to the next in line within seconds; asked for again, it is a new ask at the end.",
    ]


def _opened(asked: Named) -> tuple[Api, CapacityReservation]:
    space, name = said(asked.reservation, asked.namespace)
    api = open_api(asked.kubeconfig, asked.context)
    return api, find(api, space or own(asked.kubeconfig, asked.context), name)


def _change(
    api: Api, found: CapacityReservation, spec: Mapping[str, Any], words: str, asked: Extended | Shrunk
) -> None:
    """Ask, write on the version that was shown, wait, and say whether it is in force."""
    errors = Console(stderr=True)
    say(errors, f"{found.path} is asked {words}. {KEPT}")
    if not agreed("Ask for it?", sure=asked.yes):
        raise typer.Exit(NO)
    if found.metadata.deletion_timestamp is not None:
        raise Unconnected(f"{found.path} is being given up: it cannot be changed any more")
    changed = api.patch(RESERVATIONS, identify(found), {"spec": spec})
    if not told(Console(), awaited(api, changed, asked.wait)):
        raise typer.Exit(NO)
