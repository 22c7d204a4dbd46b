"""Slots: the whole steps of time in which later starts are told, so that nobody reads another's window out of them."""

from __future__ import annotations

from typing import TypeVar

from holdfast.planner.state.profile import Numbers

InstantT = TypeVar("InstantT", int, Numbers)
"""One, or many in an array."""


def next_slot(instant: InstantT, slot: int) -> InstantT:
    """The first whole slot at or after an instant. All in seconds."""
    return -(-instant // slot) * slot


def last_slot(instant: int, slot: int) -> int:
    """The last whole slot at or before an instant."""
    return instant // slot * slot
