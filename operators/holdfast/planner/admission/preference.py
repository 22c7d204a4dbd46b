"""In which order pools are filled: what runs, then the tenant's preference, then best fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from holdfast.planner.admission.case import Case
from holdfast.planner.state.sheet import Sheet

CROWDED = 100
"""Entries after which the next ledger is taken: a write of a thousand costs ten times one of a hundred."""


def in_order(case: Case, group: Iterable[Sheet], rooms: Mapping[str, int], wanted: int) -> list[Sheet]:
    """The pools that serve it already, then the preferred datacenters, and among equals best fit."""
    return sorted(
        group, key=lambda s: (not case.keeps(s), case.rank(s), *_snugness(s, rooms, wanted), s.pool.name)
    )


def _snugness(sheet: Sheet, rooms: Mapping[str, int], wanted: int) -> tuple[bool, int, int]:
    """Best fit: pools that take everything come first, the tightest in front; the others largest first.

    A ledger is written whole, and the API server's rules look at each of its entries. So a pool comes behind those
    with a hundred entries fewer: all of them grow alike, and none to a thousand while others have room.
    """
    room = rooms[sheet.pool.name]
    return (room < wanted, len(sheet.entries) // CROWDED, room if room >= wanted else -room)
