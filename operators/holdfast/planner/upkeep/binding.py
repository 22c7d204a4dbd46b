"""When a window opens its promise is given concrete units: those that leave first yet outlive the window.

Where units differ they are those that the assignment of all promises means for it (`choosing`).

In a deficit the promise accepted first is served first; the last one waits for repair. Of a window of several
intervals each gets its units as it opens, and keeps those it has where one follows another. The first
units of an atomic promise in a pool are granted and stay closed at first (`opening`). Where too few outlast the window
because of maintenance against the promise, those it takes are given all the same (`between_maintenance`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from holdfast.assignment.demand import Span
from holdfast.planner.state.board import Board
from holdfast.planner.state.ledger import EntryState, Promise, PromiseState
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.upkeep.between_maintenance import between_maintenance
from holdfast.planner.upkeep.choosing import Chooser


def bind(board: Board) -> None:
    """Grant units to every committed promise whose window has opened and that has fewer than its count."""
    for sheet in board.sheets_to_look_at():
        if sheet.pool.reachable:
            found = (board.promise(uid) for uid, entry in sheet.entries.items() if entry.begun(board.now))
            open_now = (one for one in found if one is not None and _window_open(one, sheet, board))
            chooser = Chooser(sheet)
            for promise in sorted(open_now, key=lambda p: (p.created, p.uid)):
                board.at = (sheet.pool.name, promise.uid)
                _bind_in_pool(sheet, promise, chooser)


def _window_open(promise: Promise, sheet: Sheet, board: Board) -> bool:
    """Whether units are due to a promise now, and none of its attempts can be committed any more.

    One that is given up in this very turn may be, until that is written: a move of the window, by a planner that slept
    over its beginning, would take from under its tenant's feet what is given here.
    """
    given_up = promise.uid in board.writes
    if given_up or promise.uid in board.frozen or sheet.pool.name not in promise.pools:
        return False
    return promise.state is PromiseState.COMMITTED and promise.start <= board.now < promise.end


def _bind_in_pool(sheet: Sheet, promise: Promise, chooser: Chooser) -> None:
    entry = sheet.entries.get(promise.uid)
    if entry is None or entry.state is not EntryState.COMMITTED or not promise.in_force(entry.form):
        return
    held = len(sheet.active(promise.uid))
    waits = promise.atomic and len(promise.pools) > 1 and not held
    for part in entry.form.running(sheet.now):
        missing = part.count - held
        if missing > 0:
            rest = Span(sheet.now, part.end, missing)
            given = chooser.of(promise.uid, rest, missing)
            _give(sheet, promise.uid, given, waits)
            left = replace(rest, count=max(0, missing - len(given) - chooser.soon(promise.uid)))
            for_a_while = between_maintenance(sheet, promise.uid, left)
            _give(sheet, promise.uid, for_a_while, waits)
            if for_a_while:
                chooser.forget()
        held = max(held - part.count, 0)


def _give(sheet: Sheet, uid: str, units: Sequence[str], waits: bool) -> None:
    entry = sheet.entries[uid]
    if units and waits and not entry.waiting:
        sheet.enter(uid, replace(entry, waiting=True))
    for name in units:
        sheet.grant(name, uid)
