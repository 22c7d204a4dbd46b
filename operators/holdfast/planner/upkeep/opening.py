"""All parts of an atomic promise open together: none is opened before every pool has given all it owes.

    units granted in a pool    →  its entry waits: they are its tenant's and stay closed
    every pool has them all    →  no entry waits any more: each site opens what it has

Ledgers are written one by one, so that all parts can open is known only once it is read of all of them: granting is one
turn, opening another. What opened stays open: a unit that fails later is repaired like any other and closes nothing
elsewhere. Of a window of several intervals each time counts by itself, since between two of them nothing is granted.
"""

from __future__ import annotations

from dataclasses import replace

from holdfast.planner.state.board import Board
from holdfast.planner.state.ledger import EntryState, Promise
from holdfast.planner.state.sheet import Sheet


def open_together(board: Board) -> None:
    """Let the entries of every promise open whose parts have all been granted, as the ledgers were read."""
    looked_at = {
        uid
        for sheet in board.sheets_to_look_at()
        for uid, entry in sheet.entries.items()
        if entry.waiting or _lies_in_several(board.promise(uid))
    }
    for uid in board.each(sorted(looked_at)):
        promise = board.promise(uid)
        if promise is None or uid in board.frozen:
            continue
        waiting = [sheet for sheet in _sheets(board, promise) if _waits(sheet, uid)]
        if waiting and (not promise.atomic or _all_can(board, promise)):
            for sheet in waiting:
                sheet.enter(uid, replace(sheet.entries[uid], waiting=False))


def _lies_in_several(promise: Promise | None) -> bool:
    return promise is not None and len(promise.pools) > 1


def _sheets(board: Board, promise: Promise) -> list[Sheet]:
    return [board.sheets[name] for name in sorted(promise.pools) if name in board.sheets]


def _waits(sheet: Sheet, uid: str) -> bool:
    return uid in sheet.entries and sheet.entries[uid].waiting


def _all_can(board: Board, promise: Promise) -> bool:
    """Whether each of its pools has opened, or could open now all that is due there.

    Now is what the latest of their ledgers says where that is ahead of our clock: by it another planner has begun to
    give, and by ours nothing may be due yet in the pool that could not.
    """
    sheets = _sheets(board, promise)
    now = max([board.now, *(sheet.as_read.as_of for sheet in sheets)])
    return len(sheets) == len(promise.pools) and all(_can(sheet, promise, now) for sheet in sheets)


def _can(sheet: Sheet, promise: Promise, now: int) -> bool:
    """Whether a pool was read with all units that are due in it now, each working, and its site is heard.

    One that does not wait and has some has opened: what has failed there since keeps nobody else from opening. What is
    due is what the form in force says: a later one that is being prepared only keeps the pool from giving it.
    """
    entry = sheet.as_read.entries.get(promise.uid)
    if entry is None or entry.state is not EntryState.COMMITTED or not promise.in_force(entry.form):
        return False
    held = [name for name in sheet.active(promise.uid) if name in sheet.as_read.grants]
    if held and not entry.waiting:
        return True
    due = entry.form.due(now) if entry.form.start <= now else 0
    working = sum(name in sheet.pool.units and sheet.pool.units[name].works for name in held)
    return working >= due and (not due or sheet.pool.reachable)
