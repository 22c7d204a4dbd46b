"""Until when a program waits, and what it is told where that does not come. Pure."""

from __future__ import annotations

from enum import StrEnum

from holdfast.client.told import Reservation


class Until(StrEnum):
    """What is waited for."""

    ANSWERED = "answered"
    """The planner has spoken of this very spec: a promise, or a hold."""
    PROMISED = "promised"
    """All that is asked is in force; its window may open later (Scheduled)."""
    ACTIVE = "active"
    """Every promised unit is open: run."""


class NotReached(Exception):
    """It did not come to what was waited for. `reservation` is how it stood last; None where it was never read."""

    def __init__(self, message: str, reservation: Reservation | None) -> None:
        super().__init__(message)
        self.reservation = reservation


class TimedOut(NotReached):
    """The time is over; it stays asked for, and waiting longer may help."""


class Stalled(NotReached):
    """Waiting does not help: its author has to change it."""


def reached(until: Until, found: Reservation) -> bool:
    """Whether it has come to that."""
    if until is Until.ANSWERED:
        return found.answered
    return found.answered and found.holds("Promised" if until is Until.PROMISED else "Bound")


def stalled(until: Until, found: Reservation) -> Stalled | None:
    """Why waiting is no use; None while it is."""
    if not found.holds("Stalled"):
        return None
    return Stalled(
        f"{found.path} is not {until} and will not be as it is asked: {found.why}. Change it, or give it up: "
        "waiting changes nothing",
        found,
    )


def timed_out(until: Until, path: str, seconds: float, last: Reservation | None, trouble: str) -> TimedOut:
    """The words for a time that is over; `trouble` is why it could not be read, if so."""
    stood = trouble or (last.why if last is not None else "it was not looked at")
    return TimedOut(
        f"{path} is not {until} after {seconds:g} s: {stood}. It stays asked for: wait longer, or give it up "
        "with cancel",
        last,
    )
