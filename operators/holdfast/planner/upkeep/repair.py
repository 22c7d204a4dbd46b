"""A failed unit's promise gets a spare first; the failed unit leaves once the spare has been seen in its place.

    unit to be swapped (`health`), failed → grant a sound free unit that outlives the promise (`choosing`)
    unit to be swapped that works         → the same, one a turn, if nobody is short for it
    more Active units than are due        → release the surplus: replaced ones first, then the newest grants

For a while the promise has one unit more than its count. The blast radius is bounded: not more than 1 % of a pool
(at least one unit) is replaced within ten minutes, and nothing at all while over a third is not sound, because then
the report is more likely to be wrong than the hardware. What was replaced is counted by the instants that the ledger
keeps: units may be back, and another planner at work, before the ten minutes are over.
"""

from __future__ import annotations

import itertools
from collections import Counter

from holdfast.api.bounds import REPLACEMENT_WINDOW_SECONDS
from holdfast.assignment.demand import Span
from holdfast.planner.state.board import Board
from holdfast.planner.state.breaker import blast_radius, breaker_of
from holdfast.planner.state.ledger import EntryState, Promise, PromiseState
from holdfast.planner.state.replacements import replaced_at
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Policy
from holdfast.planner.upkeep.choosing import Chooser
from holdfast.planner.upkeep.leaving import in_order_of_leaving, replaced, runs


def repair(board: Board) -> None:
    """Replace failed units and hand back surplus ones, pool by pool."""
    for sheet in board.sheets_to_look_at():
        budget = replacements_left(sheet, board.snapshot.policy) if sheet.pool.reachable else 0
        for uid in board.each(sorted(uid for uid in sheet.entries if sheet.active(uid))):
            promise = _served(board, sheet, uid)
            if promise is None:
                continue
            budget -= _replace_failed(sheet, promise, budget)
            if sheet.pool.reachable or sheet.entries[uid].form.parts:
                _release_surplus(sheet, promise)


def _served(board: Board, sheet: Sheet, uid: str) -> Promise | None:
    """The promise of an entry to which units are due here and now: in force, and its window open."""
    promise, entry = board.promise(uid), sheet.entries[uid]
    if promise is None or promise.state is not PromiseState.COMMITTED or uid in board.frozen:
        return None
    in_force = entry.state is EntryState.COMMITTED and promise.in_force(entry.form) and entry.begun(board.now)
    return promise if in_force and promise.start <= board.now < promise.end else None


def replacements_left(sheet: Sheet, policy: Policy) -> int:
    """How many units may still be replaced in this pool now."""
    if breaker_of(sheet.pool, sheet.now, policy).frozen:
        return 0
    since = sheet.now - REPLACEMENT_WINDOW_SECONDS
    recent = sum(at > since for at in replaced_at(sheet))
    return blast_radius(sheet.pool, policy) - recent


def _replace_failed(sheet: Sheet, promise: Promise, budget: int) -> int:
    uid = promise.uid
    leaving = _to_replace(sheet, promise) if sheet.entries[uid].form.due(sheet.now) else []
    count = max(0, min(budget, len(leaving)))
    chosen = Chooser(sheet, leaving).of(uid, rest_of(sheet, uid), count) if count else []
    for name, spare in zip(leaving, chosen, strict=False):
        sheet.grant(spare, uid, replaces=name)
    return len(chosen)


def _to_replace(sheet: Sheet, promise: Promise) -> list[str]:
    """Units that are to go: failed ones, and after them one that works, if everybody else can do without it.

    Of failed ones first those whose slice has lost the fewest, so that spares make slices whole. What leaves anyway,
    since its promise has it beyond its count, needs no other in its place.
    """
    uid, size = promise.uid, promise.units_per_slice
    leaving = [name for name in sheet.active(uid) if sheet.grants[name].leaving]
    alone = [name for name in leaving if not replaced(sheet, name)]
    if not alone:
        return []
    going = _surplus(sheet, promise)
    lost = Counter(_slice(sheet, name) for name in alone if not runs(sheet, name))
    failed = [name for name in alone if not runs(sheet, name) and name not in going]
    if size > 1:
        failed.sort(key=lambda name: (lost[_slice(sheet, name)], _slice(sheet, name), name))
    running = (name for name in alone if runs(sheet, name) and sheet.can_do_without(uid, name))
    return [*failed, *itertools.islice(running, 1)]


def _slice(sheet: Sheet, name: str) -> str:
    """The slice a unit is told to be part of; itself where none is told."""
    unit = sheet.pool.units.get(name)
    return unit.slice if unit is not None and unit.slice else name


def _surplus(sheet: Sheet, promise: Promise) -> list[str]:
    """The units beyond the count, those that leave first in front; those granted in this very turn are not yet."""
    uid = promise.uid
    active = sheet.active(uid)
    surplus = len(active) - sheet.entries[uid].form.due(sheet.now)
    if surplus <= 0:
        return []
    known = [name for name in active if sheet.grants[name].number <= sheet.as_read.granted]
    first = promise.gives(sheet.pool.name)
    return in_order_of_leaving(sheet, known, promise.units_per_slice, first)[:surplus]


def _release_surplus(sheet: Sheet, promise: Promise) -> None:
    """Release what is beyond the count once enough of the rest has been seen open to the tenant.

    A replacement makes a promise of n units hold n + 1 for a while: the spare is added, and only when it has been seen
    open may the failed unit leave. Who leaves is decided by `leaving`, not by who is replaced: if the failed unit has
    recovered meanwhile, the spare goes back instead and nothing that runs is touched. Only spares that stand in for a
    unit that leaves must be open; the others have been counted on before. Example: n = 2, cube-1 failed, cube-7 stands
    in: cube-1 leaves once cube-7 is open; had cube-1 recovered first, cube-7 (the newest grant) would leave at once.
    Not simpler, as releasing whatever was replaced: a unit that came back would be taken from a running job. Where all
    stay closed, because another pool of an atomic promise cannot open yet, nothing need be open. What was granted in
    this very turn is written first, as every grant is.
    """
    uid = promise.uid
    leaving = _surplus(sheet, promise)
    if not leaving:
        return
    due = sheet.entries[uid].form.due(sheet.now)
    staying = [name for name in sheet.active(uid) if name not in leaving]
    waiting = sheet.entries[uid].waiting
    if waiting or all(is_open(sheet, name) for name in staying if sheet.grants[name].replaces in leaving):
        for name in leaving:
            if not due or not _has_notice(sheet, name):
                sheet.release(name)


def rest_of(sheet: Sheet, uid: str) -> Span:
    """What a unit given to a promise now must last for."""
    longest = sheet.entries[uid].form.running(sheet.now)[0]
    return Span(sheet.now, max(longest.end, sheet.now + 1), longest.count)


def _has_notice(sheet: Sheet, name: str) -> bool:
    """Whether its tenant has been told that it goes, and the time it was told has not run out."""
    trouble = sheet.grants[name].trouble
    return trouble is not None and trouble.swap is not None and trouble.swap > sheet.now


def is_open(sheet: Sheet, name: str) -> bool:
    """Whether a unit was seen open to its holder."""
    unit = sheet.pool.units.get(name)
    return unit is not None and unit.open_grant == sheet.grants[name].number
