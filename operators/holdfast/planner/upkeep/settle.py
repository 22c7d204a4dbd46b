"""Entries follow what their promise objects say.

For each entry, by its promise object:

    absent              Prepared: give the attempt up        otherwise: freeze, a person must look
    None                attempts older than its round leave, younger ones are given up first; with a Committed
                        entry it contradicts the ledger, so it was made anew: freeze
    Committed, in force the entry (or its next form) becomes Committed in the promise object's round
    Committed, another  a Prepared form leaves or is given up; a Committed entry is released: it has moved
    Committed, older    than what the entry is Committed in: nothing is done, and it counts against its tenant
    Releasing/Released  Prepared leaves or is given up; Committed is released

An attempt seen here was begun in an earlier turn, so nobody completes it: it is in force, or it is void.
"""

from __future__ import annotations

from dataclasses import replace

from holdfast.planner.state.board import Board
from holdfast.planner.state.ledger import Entry, EntryState, GrantState, Promise, PromiseState
from holdfast.planner.state.sheet import Sheet


def settle(board: Board) -> None:
    """Bring every entry of every pool in line with its promise object.

    Why it is safe whoever runs it on whatever reading: a promise object's round only grows, and an attempt carries the
    round it was begun on. If an attempt is not the one in force and its round is older than the object's, then nobody
    can commit it any more, since a commit swaps the object on the version of that older round. An old reading shows an
    older round, so it frees too little, never too much. Example: attempt a7 of round 3, the object says a9 in round 5:
    a7 is void for ever. With the object still in round 3 it might be committed this very second, so it is given up
    first (round 4) and freed in the next turn.
    """
    for sheet in board.sheets_to_look_at():
        open_questions = (
            uid for uid, entry in sheet.entries.items() if not _stands(entry, board.promise(uid))
        )
        for uid in board.each(sorted(open_questions)):
            promise = board.promise(uid)
            if _is_ahead(sheet.entries[uid], promise):
                board.ahead.add(uid)
            if board.left_alone(uid):
                continue
            if promise is None:
                _without_promise(board, sheet, uid)
                continue
            _drop_void_next(board, sheet, uid, promise)
            _follow(board, sheet, uid, promise)


def _stands(entry: Entry, promise: Promise | None) -> bool:
    """Whether an entry says what its promise object says, so that nothing follows: so it is with nearly all."""
    if promise is None or entry.state is not EntryState.COMMITTED or entry.next is not None:
        return False
    return promise.in_force(entry.form) and entry.form.round >= promise.round


def _is_ahead(entry: Entry, promise: Promise | None) -> bool:
    """Whether an entry is Committed in a form that its promise object, as read, does not name yet."""
    if entry.state is not EntryState.COMMITTED or (promise is not None and promise.in_force(entry.form)):
        return False
    return promise is None or (not promise.ending and entry.form.round >= promise.round)


def _without_promise(board: Board, sheet: Sheet, uid: str) -> None:
    entry = sheet.entries[uid]
    if entry.state is not EntryState.PREPARED:
        board.freeze(
            uid, f"{entry.reservation} is {entry.state} in {sheet.pool.name} without a promise object"
        )
    elif not _held_elsewhere(board, uid):
        board.void_attempts(uid)


def _held_elsewhere(board: Board, uid: str) -> bool:
    """Whether some pool holds more than an attempt: then a promise object is lost, not just not yet made."""
    entries = (pool.ledger.entries.get(uid) for pool in board.snapshot.pools.values())
    return any(entry is not None and entry.state is not EntryState.PREPARED for entry in entries)


def _drop_void_next(board: Board, sheet: Sheet, uid: str, promise: Promise) -> None:
    entry = sheet.entries[uid]
    if entry.next is None or promise.in_force(entry.next):
        return
    if entry.next.round < promise.round:
        sheet.enter(uid, replace(entry, next=None))
    else:
        board.void_attempts(uid)


def _follow(board: Board, sheet: Sheet, uid: str, promise: Promise) -> None:
    entry = sheet.entries[uid]
    if entry.state is EntryState.RELEASING:
        return  # final, whatever an old reading of the promise object says
    if entry.next is not None and promise.in_force(entry.next):
        sheet.enter(uid, _committed(replace(entry, form=entry.next, next=None), promise))
    elif promise.in_force(entry.form):
        sheet.enter(uid, _committed(entry, promise))
    elif entry.state is EntryState.PREPARED:
        _drop_void_entry(board, sheet, uid, promise)
    elif entry.state is EntryState.COMMITTED and promise.state is PromiseState.NONE:
        board.freeze(
            uid, f"{entry.reservation} is Committed in {sheet.pool.name}, its promise object is None"
        )
    elif entry.state is EntryState.COMMITTED and entry.form.round < promise.round:
        release_entry(sheet, uid, promise.round)


def _committed(entry: Entry, promise: Promise) -> Entry:
    if entry.state is EntryState.COMMITTED and entry.form.round >= promise.round:
        return entry
    round_ = max(entry.form.round, promise.round)
    return replace(entry, form=replace(entry.form, round=round_), state=EntryState.COMMITTED)


def _drop_void_entry(board: Board, sheet: Sheet, uid: str, promise: Promise) -> None:
    if sheet.entries[uid].form.round < promise.round:
        sheet.strike(uid)
    else:
        board.void_attempts(uid)


def release_entry(sheet: Sheet, uid: str, round_: int) -> None:
    """Start to take a promise's share in one pool back: final for the entry and for each of its units."""
    entry = sheet.entries[uid]
    form = replace(entry.form, round=round_)
    sheet.enter(uid, replace(entry, form=form, state=EntryState.RELEASING, next=None, waiting=False))
    for unit in sheet.active(uid):
        if sheet.grants[unit].state is GrantState.ACTIVE:
            sheet.release(unit)
