"""A failed unit's promise gets a spare first; the failed unit leaves once the spare has been seen in its place.

    failed unit Active, no replacement   → grant a sound free unit that outlives the promise
    unit that retires, without a date    → the same, one a turn, if nobody is short for it; with a date its holder stays
    more Active units than promised      → release the surplus: replaced ones first, then the newest grants

For a while the promise has one unit more than its count. The blast radius is bounded: not more than 1 % of a pool
(at least one unit) is replaced within ten minutes, and nothing at all while over a third is not sound, because then
the report is more likely to be wrong than the hardware. What was replaced is counted by the instants that the ledger
keeps: units may be back, and another planner at work, before the ten minutes are over.
"""

from __future__ import annotations

import itertools

from holdfast.api.bounds import REPLACEMENT_WINDOW_SECONDS
from holdfast.planner.state.assignment import fitting
from holdfast.planner.state.board import Board
from holdfast.planner.state.calendar import Span
from holdfast.planner.state.ledger import FAR, EntryState, GrantState, PromiseState
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Policy


def repair(board: Board) -> None:
    """Replace failed units and hand back surplus ones, pool by pool."""
    for sheet in board.sheets_to_look_at():
        if not sheet.pool.reachable:
            continue
        budget = replacements_left(sheet, board.snapshot.policy)
        for uid in sorted(sheet.entries):
            if _served(board, sheet, uid):
                budget -= _replace_failed(sheet, uid, budget)
                _release_surplus(sheet, uid)


def _served(board: Board, sheet: Sheet, uid: str) -> bool:
    """Whether units are due to this promise here and now: in force, and its window open."""
    promise, entry = board.promise(uid), sheet.entries[uid]
    if promise is None or promise.state is not PromiseState.COMMITTED or uid in board.frozen:
        return False
    in_force = entry.state is EntryState.COMMITTED and promise.in_force(entry.form) and entry.begun(board.now)
    return in_force and promise.start <= board.now < promise.end


def replacements_left(sheet: Sheet, policy: Policy) -> int:
    """How many units may still be replaced in this pool now."""
    units = sheet.pool.units.values()
    present = [unit for unit in units if unit.available <= sheet.now]
    failed = sum(not unit.works for unit in present)
    if failed * policy.freeze_share > len(present) and failed > 1:
        return 0
    since = sheet.now - REPLACEMENT_WINDOW_SECONDS
    recent = sum(at > since for at in sheet.replaced())
    return max(1, len(sheet.pool.units) // policy.replacement_share) - recent


def _replace_failed(sheet: Sheet, uid: str, budget: int) -> int:
    leaving = _to_replace(sheet, uid)
    chosen = free_units(sheet, _rest(sheet, uid))[: max(0, min(budget, len(leaving)))] if leaving else []
    for name, spare in zip(leaving, chosen, strict=False):
        sheet.grant(spare, uid, replaces=name)
    return len(chosen)


def _to_replace(sheet: Sheet, uid: str) -> list[str]:
    """Failed units, and after them one that retires, if its promise and everybody else can do without it."""
    alone = [name for name in sheet.active(uid) if not _stays(sheet, name) and not _replaced(sheet, name)]
    failed = [name for name in alone if not _works(sheet, name)]
    retiring = (name for name in alone if _works(sheet, name) and sheet.can_do_without(uid, name))
    return [*failed, *itertools.islice(retiring, 1)]


def _replaced(sheet: Sheet, name: str) -> bool:
    """Whether a younger grant stands in for this one already; one on its way back no longer does."""
    number = sheet.grants[name].number
    return any(
        grant.replaces == name and grant.number > number and grant.state is GrantState.ACTIVE
        for grant in sheet.grants.values()
    )


def _release_surplus(sheet: Sheet, uid: str) -> None:
    """Release what is beyond the count, once enough of the rest has been seen open to the tenant.

    A replacement makes a promise of n units hold n + 1 for a while: the spare is added, and only when it has been seen
    open may the failed unit leave. Who leaves is decided by `_worth`, not by who is replaced: if the failed unit has
    recovered meanwhile, the spare goes back instead and nothing that runs is touched. Only spares that stand in for a
    unit that leaves must be open; the others have been counted on before. Example: n = 2, cube-1 failed, cube-7 stands
    in: cube-1 leaves once cube-7 is open; had cube-1 recovered first, cube-7 (the newest grant) would leave at once.
    Not simpler, as releasing whatever was replaced: a unit that came back would be taken from a running job.
    """
    active = sheet.active(uid)
    surplus = len(active) - sheet.entries[uid].form.count
    if surplus <= 0:
        return
    leaving = sorted(active, key=lambda name: _worth(sheet, name))[:surplus]
    staying = [name for name in active if name not in leaving]
    if all(_open(sheet, name) for name in staying if sheet.grants[name].replaces in leaving):
        for name in leaving:
            sheet.release(name)


def _worth(sheet: Sheet, name: str) -> tuple[bool, bool, bool, int]:
    """Who leaves first: failed units that have been replaced, other failed ones; retiring units that have been
    replaced, unsound ones, the newest grants.
    """
    works = _works(sheet, name)
    sound = works and sheet.pool.units[name].sound
    return works, _stays(sheet, name) or not _replaced(sheet, name), sound, -sheet.grants[name].number


def free_units(sheet: Sheet, span: Span) -> list[str]:
    """Units that can be given out now for a whole span, those that leave first in front.

    A unit freed in this very turn is written free first: one write never shows it changing hands.
    """
    able = fitting(sheet.units(), span)
    held = sheet.grants.keys() | sheet.as_read.grants.keys()
    return [name for name in able if name not in held and sheet.pool.units[name].sound]


def _rest(sheet: Sheet, uid: str) -> Span:
    form = sheet.entries[uid].form
    return Span(sheet.now, max(form.end, sheet.now + 1), form.count)


def _works(sheet: Sheet, name: str) -> bool:
    unit = sheet.pool.units.get(name)
    return unit is not None and unit.works


def _stays(sheet: Sheet, name: str) -> bool:
    """Whether a unit works and nobody has said that it goes at once."""
    unit = sheet.pool.units.get(name)
    return unit is not None and unit.works and not (unit.retiring and unit.retires == FAR)


def _open(sheet: Sheet, name: str) -> bool:
    unit = sheet.pool.units.get(name)
    return unit is not None and unit.open_grant == sheet.grants[name].number
