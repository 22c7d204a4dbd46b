"""How a slice that moves comes to its end: it leaves once all of it is open elsewhere, or what was added leaves.

Of its promise `moving` says from where, to where, and which grants are to leave. Its pools have it twice at first
(`twice`); the attempt that ends this takes it out of one of them; once those grants are gone nothing moves any more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from holdfast.planner.admission.case import case_of
from holdfast.planner.admission.windows import windows
from holdfast.planner.state.board import Board
from holdfast.planner.state.calendar import with_clearing
from holdfast.planner.state.ledger import Entry, EntryState, GrantState, Promise, PromiseState
from holdfast.planner.state.moving import Moving
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.upkeep.leaving import replaced, runs
from holdfast.planner.upkeep.repair import is_open


def free(board: Board, promise: Promise) -> bool:
    """Whether this turn may decide something of it: nothing is decided yet, and it lies in its pools as it should."""
    uid = promise.uid
    if promise.state is not PromiseState.COMMITTED or uid in board.frozen or uid in board.writes:
        return False
    sheets = [board.sheets.get(name) for name in promise.pools]
    return all(sheet is not None and settled(sheet, promise) for sheet in sheets)


def settled(sheet: Sheet, promise: Promise) -> bool:
    """Whether a promise's share in a pool is in force, and no other form of it under way."""
    entry = sheet.entries.get(promise.uid)
    if entry is None or entry.state is not EntryState.COMMITTED or entry.next is not None:
        return False
    return promise.in_force(entry.form)


def is_lost(sheet: Sheet, name: str) -> bool:
    """Whether a unit has failed, as was judged and is reported, and no other stands in for it."""
    return sheet.grants[name].failed and not runs(sheet, name) and not replaced(sheet, name)


def go_on(board: Board, promise: Promise, moving: Moving) -> None:
    """What becomes of a slice that moves, in this turn."""
    if not promise.twice:
        if not _still_there(board, promise, moving):
            board.swap(replace(promise, moving=None))
        return
    end = next((end for _, applies, end in ENDS if applies(board, promise, moving)), None)
    if end is not None:
        end(board, promise, moving)


def _still_there(board: Board, promise: Promise, moving: Moving) -> bool:
    """Whether some unit that is to leave is, as read or as played, still in its promise's hands."""
    sheet = board.sheets.get(moving.source)
    held = () if sheet is None else (*sheet.grants.values(), *sheet.as_read.grants.values())
    return any(
        one.promise == promise.uid and one.state is GrantState.ACTIVE and one.number in moving.grants
        for one in held
    )


def _made_whole(board: Board, promise: Promise, moving: Moving) -> bool:
    sheet = board.sheets[moving.source]
    mine = (name for name in sheet.active(promise.uid) if sheet.grants[name].number in moving.grants)
    return not any(is_lost(sheet, name) for name in mine)


def _arrived(board: Board, promise: Promise, moving: Moving) -> bool:
    source, target, uid = board.sheets[moving.source], board.sheets[moving.target], promise.uid
    swaps = (
        one.trouble.swap for one in source.grants.values() if one.number in moving.grants and one.trouble
    )
    noticed = any(swap is not None and swap > board.now for swap in swaps)
    able = [name for name in target.active(uid) if is_open(target, name) and runs(target, name)]
    there = len(able) >= target.entries[uid].form.due(board.now)
    return there and not noticed and target.pool.reachable and source.pool.reachable


def _asked_the_same(board: Board, promise: Promise, moving: Moving) -> bool:
    """Whether its tenant has changed what it says, of repairs for example, and nothing of what is in force."""
    ask = board.snapshot.reservations.get(promise.uid)
    if ask is None or not _asked_anew(board, promise, moving) or ask.count != promise.requested_slices:
        return False
    if ask.window.parts:
        return False  # one window is in force, and what moves has no intervals
    return next(windows(case_of(board, ask)), None) == (promise.start, promise.end)


def _asked_anew(board: Board, promise: Promise, _: Moving) -> bool:
    ask = board.snapshot.reservations.get(promise.uid)
    return ask is not None and ask.generation > promise.generation


def _fell_ill(board: Board, promise: Promise, moving: Moving) -> bool:
    sheet = board.sheets[moving.target]
    return any(is_lost(sheet, name) for name in sheet.active(promise.uid))


def _answer(board: Board, promise: Promise, _: Moving) -> None:
    ask = board.snapshot.reservations[promise.uid]
    board.swap(replace(promise, generation=ask.generation, atomic=ask.atomic))


def _leave(board: Board, promise: Promise, moving: Moving) -> None:
    prepare(board, promise, moving.source, -promise.units_per_slice, moving)


def _give_up(board: Board, promise: Promise, moving: Moving) -> None:
    """What was added goes: the newest grants there but for those that stand in for others."""
    sheet = board.sheets[moving.target]
    fresh = [one for name in sheet.active(promise.uid) if not (one := sheet.grants[name]).replaces]
    newest = sorted((one.number for one in fresh), reverse=True)[: promise.units_per_slice]
    back = Moving(moving.target, moving.source, frozenset(newest)) if newest else None
    prepare(board, promise, moving.target, -promise.units_per_slice, back)


Ends = Callable[[Board, Promise, Moving], bool]
ENDS: tuple[tuple[str, Ends, Callable[[Board, Promise, Moving], None]], ...] = (
    (
        "its tenant has changed nothing of what is in force: that is answered, and it goes on",
        _asked_the_same,
        _answer,
    ),
    ("no failed unit of it is without another in its place: it stays", _made_whole, _give_up),
    ("all of it is open in the other pool, and its notice is over: it leaves", _arrived, _leave),
    ("its tenant has changed what it asks for: that comes first", _asked_anew, _give_up),
    ("a unit has failed where it was to go: it stays, and may go elsewhere", _fell_ill, _give_up),
)
"""What becomes of a move; the first that applies, and none while it is to wait."""


def prepare(board: Board, promise: Promise, pool: str, more: int, moving: Moving | None) -> None:
    """Ask for the commit of the same promise with so many units more in one pool, over the window in force."""
    pools = {**promise.pools, pool: promise.pools.get(pool, 0) + more}
    pools = {name: count for name, count in pools.items() if count}
    attempt, round_ = board.snapshot.attempt, promise.round
    for name, count in pools.items():
        sheet = board.sheets[name]
        entry = sheet.entries.get(promise.uid)
        if entry is not None:
            form = replace(entry.form, attempt=attempt, round=round_, count=count)
            sheet.enter(promise.uid, replace(entry, next=form))
            continue
        form = with_clearing(sheet.pool, attempt, count, (promise.start, promise.end), round_)
        sheet.enter(promise.uid, Entry(promise.label, promise.tenant, form, EntryState.PREPARED))
    changed = replace(promise, attempt=attempt, round=round_ + 1, pools=pools, moving=moving)
    board.swap(changed, needs=frozenset(pools))
