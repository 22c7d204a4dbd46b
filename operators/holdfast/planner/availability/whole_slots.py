"""An ask in whole slots and of time to come, so that no answer is finer than a slot.

Whoever asked about windows second by second would read another's promise out of the answers: when it begins, when it
is over. So a fixed window is widened to the slots it touches, a duration is counted in slots begun, the bounds of a
flexible window are narrowed to the slots between them, as long as the duration fits there, and nothing begins before
the next slot. A start so long ago
that a reservation could not have it either stays, for the rules to say so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from holdfast.planner.admission.case import Case
from holdfast.planner.state.ledger import Part
from holdfast.planner.state.slots import last_slot, next_slot
from holdfast.planner.state.snapshot import Window


def in_whole_slots(case: Case) -> Case:
    """The same ask, its window rounded."""
    asked = case.reservation.window
    if asked.objection or asked.parts:
        return with_window(case, _in_parts(case))
    return with_window(case, _flexible(case) if asked.duration is not None else _fixed(case))


def with_window(case: Case, window: Window) -> Case:
    """The same ask over another window."""
    return replace(case, reservation=replace(case.reservation, window=window))


def soonest(case: Case) -> int:
    """The first slot to come."""
    return next_slot(case.earliest, case.board.snapshot.policy.slot)


def _fixed(case: Case) -> Window:
    window, policy = case.reservation.window, case.board.snapshot.policy
    start = soonest(case) if window.start is None else last_slot(window.start, policy.slot)
    if window.start is None or window.start >= case.reservation.created - policy.backdating:
        start = max(start, soonest(case))
    return Window(start=start, end=next_slot(window.end or 0, policy.slot))


def _in_parts(case: Case) -> Window:
    """Each interval widened to the slots it touches; a slot that several touch is of the one with the most slices.

    Not simpler, as cut where the later one begins: of a ramp down, what the first lacks in its last slot was offered.
    """
    window, found = case.reservation.window, list[Part]()
    for part in window.parts:
        wide = _widened(case, part)
        if found and wide.start < found[-1].end:
            border = wide.start if wide.count >= found[-1].count else found[-1].end
            found[-1], wide = replace(found[-1], end=border), replace(wide, start=border)
        if wide.start < wide.end:
            found.append(wide)
    parts = tuple(part for part in found if part.start < part.end)
    if not parts:
        return window
    return replace(window, parts=parts, start=parts[0].start, end=parts[-1].end)


def _widened(case: Case, part: Part) -> Part:
    """The slots that an interval touches, from the first to come; none where it ends at or before its start."""
    slot = case.board.snapshot.policy.slot
    return Part(max(last_slot(part.start, slot), soonest(case)), next_slot(part.end, slot), part.count)


def _flexible(case: Case) -> Window:
    """Its bounds narrowed to the slots between them; widened where only that leaves the time it has without slots."""
    narrowed, asked = _between(case, next_slot, last_slot), case.reservation.window
    first = max(asked.earliest or 0, case.earliest)
    enough = asked.latest is None or first + (asked.duration or 0) <= asked.latest
    return _between(case, last_slot, next_slot) if enough and not _fits(narrowed) else narrowed


def _fits(window: Window) -> bool:
    return window.latest is None or (window.earliest or 0) + (window.duration or 0) <= window.latest


def _between(case: Case, first: Callable[[int, int], int], last: Callable[[int, int], int]) -> Window:
    """The window in slots, its bounds rounded so."""
    window, slot = case.reservation.window, case.board.snapshot.policy.slot
    return Window(
        duration=next_slot(window.duration or 0, slot),
        earliest=max(first(window.earliest or 0, slot), soonest(case)),
        latest=None if window.latest is None else last(window.latest, slot),
    )
