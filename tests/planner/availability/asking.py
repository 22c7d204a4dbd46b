"""A question put to a planner that sees these things, and the answer in hours from now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.builders import HOUR, NOW, entry, pool, reservation, snapshot, with_ledger

from holdfast.planner.admission.admit import admit
from holdfast.planner.admission.case import case_of
from holdfast.planner.availability.offering import answer_to
from holdfast.planner.state.board import Board
from holdfast.planner.state.snapshot import AnswerKind, Pool, Query, Reservation, Snapshot, Window
from holdfast.planner.state.steps import Offer, QueryAnswer

SLOT = 300
Hours = tuple[float, float, int]
"""Start and end in hours from now, and slices."""


def query(label: str = "mistral/when", question: AnswerKind = AnswerKind.CHECK, **ask: Any) -> Query:
    """A query about `tests.builders.reservation`."""
    kept = {key: ask.pop(key) for key in ("offers", "keep", "answered_at") if key in ask}
    return Query(reservation(label, **ask), question, **kept)


def answer(question: AnswerKind, *things: Any, most: int = 4, **ask: Any) -> QueryAnswer:
    """What is said to a query about this ask."""
    wanted = reservation("mistral/when", **ask)
    return answer_to(case_of(Board(snapshot(*things)), wanted), question, most)


def hours(told: QueryAnswer) -> list[Hours]:
    """Its offers."""
    return [((one.start - NOW) / HOUR, (one.end - NOW) / HOUR, one.count) for one in told.offers]


def taken(of: Pool, *spans: tuple[float, float], cubes: int = 2) -> Pool:
    """The pool with so many cubes in another's hands over these hours."""
    found = [
        entry(f"other/{of.name}-{a}", cubes, start=NOW + int(a * HOUR), end=NOW + int(b * HOUR))
        for a, b in spans
    ]
    return with_ledger(of, *found)


def two(name: str = "lake-mariner.tpu7x-a") -> Pool:
    """A pool of two cubes, one slice 4x4x8, that need no clearing."""
    return pool(name, 2, grace=0)


def reserved(asked: Reservation, offer: Offer) -> Reservation:
    """The ask made for an offer, as `holdfast when` prints it."""
    return replace(
        asked,
        window=Window(start=offer.start, end=offer.end),
        count=offer.count,
        min_count=None,
        datacenters=offer.datacenters,
        across_datacenters=len(offer.datacenters) > 1,
    )


def granted(seen: Snapshot, asked: Reservation, offer: Offer) -> bool:
    """Whether a reservation of the offer is promised, whole and in that window, by a planner that sees the same."""
    board = Board(replace(seen, reservations={asked.uid: reserved(asked, offer)}))
    admit(board)
    write = board.writes.get(asked.uid)
    if write is None:
        return False
    made = write.promise
    return (made.start, made.end, made.slices) == (offer.start, offer.end, offer.count)
