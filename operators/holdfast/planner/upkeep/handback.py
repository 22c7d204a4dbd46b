"""The way back: a window that is over, units that are clean, entries that are empty, promises that become records.

    promise object Releasing  →  entries and grants Releasing (settle)  →  agent reports clean
                              →  units free  →  entries gone  →  promise object Released  →  record deleted

A unit is free only when its agent has reported the very grant as undone on every node. One of which a host does not
work cannot be: it becomes nobody's, and its promise need not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from holdfast.api.reasons import Reason
from holdfast.planner.state.board import Board
from holdfast.planner.state.changes import NOBODY
from holdfast.planner.state.ledger import (
    FAR,
    Entry,
    EntryState,
    Form,
    GrantState,
    Ledger,
    Promise,
    PromiseState,
)
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Pool, Unit
from holdfast.planner.state.steps import RecordDelete, Told
from holdfast.planner.upkeep.health import calm_from

NOTICE_SHARE = 4
"""At most one part in so many of a window is notice."""


def end_promises(board: Board) -> None:
    """Start the release of every promise whose window is over or whose reservation is proven gone."""
    for promise in board.promises_to_look_at():
        uid = promise.uid
        if promise.ending or uid in board.frozen:
            continue
        if uid in board.snapshot.gone and uid not in board.snapshot.reservations:
            start_release(board, promise, Reason.CANCELLED)
        elif promise.state is PromiseState.COMMITTED and board.now >= promise.end:
            start_release(board, promise, Reason.EXPIRED)
        else:
            _give_notice(board, promise)


def start_release(board: Board, promise: Promise, cause: Reason) -> None:
    """Swap a promise object to Releasing; its entries follow in the next turn."""
    ending = replace(promise, state=PromiseState.RELEASING, round=promise.round + 1, cause=cause.value)
    board.swap(ending, told=Told(cause, cause.meaning))


def notice_at(promise: Promise, pool: Pool) -> int:
    """When notice of a window's end is given: the pool's lead before it, but never in its first three quarters.

    Nothing new is scheduled once notice is given, so a lead of an hour must not swallow a window of half an hour.
    """
    return _notice_of(pool, promise.start, promise.end)


def _notice_of(pool: Pool, start: int, end: int) -> int:
    return end - min(pool.drain_lead, (end - start) // NOTICE_SHARE)


def notices(promise: Promise, entry: Entry, pool: Pool) -> tuple[tuple[int, int], ...]:
    """When notice stands in a pool: of its whole window, or before each time at which all its parts there are over."""
    if not entry.form.parts:
        return ((notice_at(promise, pool), FAR),)
    return tuple((_notice_of(pool, start, end), end) for start, end in _runs(entry.form))


def _runs(form: Form) -> list[tuple[int, int]]:
    """The stretches of time, each as long as can be, in which some part is not over."""
    found: list[tuple[int, int]] = []
    for part in sorted(form.parts, key=lambda part: part.start):
        if found and part.start <= found[-1][1]:
            found[-1] = found[-1][0], max(part.end, found[-1][1])
        else:
            found.append((part.start, part.end))
    return found


def _give_notice(board: Board, promise: Promise) -> None:
    for name in sorted(promise.pools):
        sheet = board.sheets.get(name)
        entry = sheet.entries.get(promise.uid) if sheet else None
        if sheet is None or entry is None or entry.state is not EntryState.COMMITTED:
            continue
        near = promise.start <= board.now and any(
            first <= board.now < last for first, last in notices(promise, entry, sheet.pool)
        )
        if near != entry.notice:
            sheet.enter(promise.uid, replace(entry, notice=near))


def hand_back(board: Board) -> None:
    """Free what is clean, quarantine what is dead or comes and goes, drop what is empty, close what has nothing left.

    Only what was read as Releasing goes on: a release begun in this turn is written before its next step.
    """
    for sheet in board.sheets_to_look_at():
        if sheet.pool.reachable:
            for name in sorted(_on_their_way(sheet.as_read)):
                board.at = (sheet.pool.name, owner := sheet.grants[name].promise or NOBODY)
                if not board.left_alone(owner):
                    _hand_back_unit(sheet, name)
            board.at = (sheet.pool.name,)
        for uid in board.each(sorted(uid for uid in sheet.as_read.entries if _empty(sheet, uid))):
            if not board.left_alone(uid):
                sheet.strike(uid)
    for promise in board.promises_to_look_at():
        _close(board, promise)


def _on_their_way(read: Ledger) -> Iterator[str]:
    """The units that were read on their way back: few, of many that are where they belong."""
    return (name for name, grant in read.grants.items() if grant.state is not GrantState.ACTIVE)


def _empty(sheet: Sheet, uid: str) -> bool:
    """Whether an entry was read as releasing and has no unit left."""
    read = sheet.as_read.entries[uid]
    return read.state is EntryState.RELEASING and not sheet.held(uid)


def _hand_back_unit(sheet: Sheet, name: str) -> None:
    grant, unit = sheet.grants[name], sheet.pool.units.get(name, Unit(name))
    calm = calm_from(grant.trouble) <= sheet.now
    if calm and unit.clean_grant == grant.number and unit.works:
        sheet.return_unit(name)
    elif grant.state is GrantState.RELEASING and (not unit.works or unit.lacking or not calm):
        sheet.quarantine(name)


def _close(board: Board, promise: Promise) -> None:
    """A promise whose entries have all left, as read and as played, becomes a record."""
    if promise.state is not PromiseState.RELEASING or board.left_alone(promise.uid):
        return
    if any(pool not in board.sheets for pool in promise.pools if pool in board.snapshot.pools):
        return
    entries_read = any(promise.uid in pool.ledger.entries for pool in board.snapshot.pools.values())
    if not entries_read:
        board.swap(replace(promise, state=PromiseState.RELEASED, ended_at=board.now))


def retire_records(board: Board) -> None:
    """Delete the records kept for as long as the policy asks; one whose reservation stands is its only answer."""
    for promise in board.promises_to_look_at():
        uid = promise.uid
        if promise.state is not PromiseState.RELEASED or promise.ended_at is None:
            continue
        if uid in board.snapshot.reservations or board.left_alone(uid):
            continue
        if board.now >= promise.ended_at + board.snapshot.policy.record:
            board.deletes.append(RecordDelete(uid, promise.resource_version))
