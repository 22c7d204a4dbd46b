"""Slots: the whole steps of time in which later starts are told, so that nobody reads another's window out of them."""

from __future__ import annotations


def next_slot(instant: int, slot: int) -> int:
    """The first whole slot at or after an instant. All in seconds."""
    return -(-instant // slot) * slot


def last_slot(instant: int, slot: int) -> int:
    """The last whole slot at or before an instant."""
    return instant // slot * slot
