"""Maintenance takes its units out of the calendar, or is told whom it would touch and when it would touch nobody.

    asked, touches nobody                     → an outage in the pool's ledger: from then on nothing is promised over it
    asked, touches promises, all of them named → the same; they stay as they are, and are short of what it takes
    asked, touches promises                   → takes nothing out: the promises, and the next starts that touch nobody
    over, or proven gone                      → its outage leaves the ledger

First come, first served: an outage is written in the one write of the pool's ledger, on the version on which it was
decided, as promises are. So two planners cannot accept maintenance and promise the same units, whoever of them is late:
the second write finds another version. It is told as accepted only where it stands in a ledger that was read.

Who is touched is whoever would be shorter than without it: counted by name, with every unit in a tenant's hands staying
there. A unit that works for a tenant during the maintenance is taken from it, even while another one is free: nothing
moves a promise but its own rules. It is judged as things stand, as if all were mended (failures, cordons, hand-backs),
as if nothing else were wrong either (late deliveries, units that leave), and as if those windows were over, too, that
went against a promise by name: all that ends, and then this maintenance would be in the way of a promise that is short
anyway today. Of a whole pool nothing is left: whoever has an entry over that time is touched.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial, reduce

from holdfast.api.ledger import MAX_AGAINST
from holdfast.api.maintenance import MAX_NEXT_STARTS
from holdfast.api.reasons import Reason
from holdfast.assignment.demand import Span
from holdfast.planner.state import worlds
from holdfast.planner.state.board import Board
from holdfast.planner.state.calendar import hull, lowest
from holdfast.planner.state.ledger import FAR, EntryState, GrantState, Outage
from holdfast.planner.state.pool_calendar import demand_of
from holdfast.planner.state.profile import Profile
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.slots import next_slot
from holdfast.planner.state.snapshot import Maintenance
from holdfast.planner.state.steps import MaintenanceAnswer, Touched

refused = partial(MaintenanceAnswer, False)
OVER = refused(Reason.MAINTENANCE_OVER, "the window is over and takes nothing out any more; delete it")
LEFT_ALONE = refused(
    Reason.FROZEN,
    "the API server refuses what is planned for this window, or the planner fails on it; it is tried again by itself; "
    "a platform engineer reads the operator's log",
)
TAKEN_OUT = MaintenanceAnswer(True, Reason.TAKEN_OUT, "nothing is promised on its units for this time")

Lacks = Mapping[str, Sequence[Span]]
"""When how many units are lacking, by uid of the reservation."""
Judged = tuple[tuple[Sheet, Lacks], ...]
"""The pool as it stands, and as it would be with less wrong, each with what promises lack in it anyway."""
MENDED = (worlds.cleaned, worlds.uncordoned, worlds.repaired)
"""What mends by itself, of units that are there when they are declared to be."""
DECLARED_ANEW = (worlds.delivered, worlds.staying)
"""What their dates come to beside that, where they are declared anew."""


TRIES = 8
"""So many starts are asked by name in vain before no more are told."""


def maintain(board: Board) -> None:
    """Answer every maintenance window of a pool in which something is new, the oldest first; other answers stand."""
    for sheet in board.sheets_to_look_at():
        for uid, outage in sheet.outages.items():
            if uid in board.snapshot.gone or outage.end <= board.now:
                sheet.put_back(uid)
    asked = sorted(board.snapshot.maintenance.values(), key=lambda one: (one.created, one.name, one.uid))
    for one in asked:
        board.at = (one.pool, one.uid)
        answer = _standing(board, one) or _answer(board, one)
        if answer is not None:
            board.maintenance[one.uid] = answer


def _standing(board: Board, asked: Maintenance) -> MaintenanceAnswer | None:
    """The answer of the last turn, where nothing is new in its pool, or the pool is left alone."""
    known = asked.pool in board.snapshot.pools
    looked_at = asked.pool in board.news.pools and asked.pool in board.sheets
    return board.recalled.maintenance.get(asked.uid) if known and not looked_at else None


def _answer(board: Board, asked: Maintenance) -> MaintenanceAnswer | None:
    """What becomes of one window; None where that is known only once this turn's write is done."""
    if board.now >= asked.end:
        return OVER
    if (missing := _missing(board, asked)) is not None:
        return missing
    sheet = board.sheets.get(asked.pool)
    if sheet is None or asked.uid in board.snapshot.gone:
        return None
    if board.left_alone(asked.uid):
        return LEFT_ALONE
    if asked.uid in sheet.as_read.outages:
        return _accepted(sheet, asked.uid)
    return _decided(board, sheet, asked)


def _missing(board: Board, asked: Maintenance) -> MaintenanceAnswer | None:
    """The pool and its units are there."""
    pool = board.snapshot.pools.get(asked.pool)
    if pool is None:
        return refused(Reason.NO_SUCH_UNITS, f"there is no pool {asked.pool}, so nothing is taken out of it")
    strange = sorted(set(asked.units) - pool.units.keys())
    if not strange:
        return None
    return refused(
        Reason.NO_SUCH_UNITS,
        f"pool {asked.pool} has no units {', '.join(strange)}; make another window that names units it has"[
            :1000
        ],
    )


def _accepted(sheet: Sheet, uid: str) -> MaintenanceAnswer:
    """What it costs: whoever would have all its units without it."""
    without = {other: outage for other, outage in sheet.outages.items() if other != uid}
    kinder = replace(sheet, outages=without, calendar=None)
    before, after = kinder.lacks(), sheet.lacks()
    short = _worse(before, after)
    if not short:
        return TAKEN_OUT
    return MaintenanceAnswer(
        True,
        Reason.PROMISES_SHORT,
        "nothing more is promised on its units for this time, and promises lack them: status.touched",
        _named(sheet, short),
        deficit=max(_most_more(_of(before, short), _of(after, short)), *short.values()),
    )


def _decided(board: Board, sheet: Sheet, asked: Maintenance) -> MaintenanceAnswer | None:
    """Take it out of the calendar, or say why not."""
    if len(sheet.outages) >= board.snapshot.policy.outages:
        return refused(
            Reason.LEDGER_FULL, f"{asked.pool} carries as many maintenance windows as a ledger can hold"
        )
    judged = tuple((world, world.lacks()) for world in _with_and_without_trouble(sheet))
    touched = _touched(judged, _outage(asked))
    named = all(sheet.entries[uid].reservation in asked.against for uid in touched)
    if named and len(touched) <= MAX_AGAINST:
        sheet.take_out(asked.uid, replace(_outage(asked), against=tuple(sorted(touched))))
        return None
    count = f"{len(touched)} promise" + ("" if len(touched) == 1 else "s")
    return refused(
        Reason.TOUCHES_PROMISES,
        f"it would take units from {count}, so nothing is taken out; begin at one of status.nextStarts, or name each "
        "of status.touched in spec.againstReservations",
        _named(sheet, touched),
        tuple(itertools.islice(_next_starts(board, judged, asked, touched), MAX_NEXT_STARTS)),
    )


def _outage(asked: Maintenance) -> Outage:
    return Outage(asked.name, asked.start, asked.end, asked.units)


def _with_and_without_trouble(sheet: Sheet) -> Iterator[Sheet]:
    """As it is, mended, and with other dates: by those of today no unit stands in that will not be there."""
    mended = reduce(_changed, MENDED, sheet)
    there = reduce(_changed, DECLARED_ANEW, mended)
    kinder = [mended] if there is mended else [mended, there]
    yield from [sheet, *(one for one in kinder if one is not sheet)]
    for windows, one in itertools.product(_against_somebody(sheet.outages), kinder):
        left = {uid: outage for uid, outage in sheet.outages.items() if uid not in windows}
        yield replace(one, outages=left, calendar=None)


def _changed(sheet: Sheet, change: worlds.Change) -> Sheet:
    return change(sheet)


def _against_somebody(outages: Mapping[str, Outage]) -> list[frozenset[str]]:
    """Of each promise that windows go against by name, all those windows: they hide what another takes from it."""
    by_promise: dict[str, set[str]] = {}
    for window, outage in outages.items():
        for promise in outage.against:
            by_promise.setdefault(promise, set()).add(window)
    return sorted({frozenset(windows) for windows in by_promise.values()}, key=sorted)


def _touched(judged: Judged, outage: Outage) -> dict[str, int]:
    """By uid how many units each promise would lack on its account."""
    found = {} if outage.units else _over(judged[0][0], outage)
    for sheet, before in judged:
        harsher = replace(sheet, outages={**sheet.outages, "": outage}, calendar=None)
        for uid, short in _worse(before, harsher.lacks()).items():
            found[uid] = max(short, found.get(uid, 0))
    return found


def _over(sheet: Sheet, outage: Outage) -> dict[str, int]:
    """Whoever has an entry over this time."""
    found = ((uid, hull(e)) for uid, e in sheet.entries.items() if e.state is not EntryState.RELEASING)
    return {uid: span.count for uid, span in found if span.start < outage.end and outage.start < span.end}


def _worse(before: Lacks, after: Lacks) -> dict[str, int]:
    """By uid how many units more it lacks at some instant than it would anyway; nobody who lacks no more."""
    found = {uid: _most_more(before.get(uid, ()), short) for uid, short in after.items()}
    return {uid: more for uid, more in found.items() if more}


def _most_more(before: Sequence[Span], after: Sequence[Span]) -> int:
    """The most by which the one exceeds the other at any instant."""
    return -lowest(before, after, 0, FAR + 1)


def _of(lacks: Lacks, uids: Mapping[str, int]) -> list[Span]:
    return [span for uid in uids for span in lacks.get(uid, ())]


def _named(sheet: Sheet, touched: Mapping[str, int]) -> tuple[Touched, ...]:
    """As many as a status holds, those whose need ends last in front: they are in the way for longest."""
    found = (
        Touched(entry.reservation, entry.tenant, count, hull(entry).end)
        for uid, count in touched.items()
        if (entry := sheet.entries.get(uid)) is not None
    )
    return tuple(sorted(found, key=lambda one: (-one.until, one.reservation)))[:MAX_AGAINST]


def _next_starts(
    board: Board, judged: Judged, asked: Maintenance, touched: Mapping[str, int]
) -> Iterator[int]:
    """The slots at which one as long would touch nobody: first by count, then by name.

    Room for it appears only where a demand ends or a unit comes, so the earliest of all is among these. Where too few
    are left by count without its units, somebody is short. To ask by name costs as much as to look at all the pool, so
    it is not asked while one of those touched holds a unit, and given up after some tries: named units may not serve
    what counting allows.
    """
    lasting, slot, tries = asked.end - asked.start, board.snapshot.policy.slot, 0
    held, left = _held_until(board, judged, asked, touched), _left_without(judged[0][0], asked)
    for start, _ in itertools.groupby(next_slot(instant, slot) for instant in _changes(board, judged, asked)):
        if start <= asked.start or start < held or left.least(start, start + lasting) < 0:
            continue
        touched = _touched(judged, replace(_outage(asked), start=start, end=start + lasting))
        if not touched:
            yield start
            continue
        held, tries = max(held, _held_until(board, judged, asked, touched)), tries + 1
        if tries == TRIES:
            return


def _changes(board: Board, judged: Judged, asked: Maintenance) -> list[int]:
    """When a demand ends or a unit comes, from the start asked for on."""
    sheet, first = judged[0][0], max(asked.start, board.now)
    ends = {span.end for entry in sheet.entries.values() for span in demand_of(entry, board.now)}
    comings = {span.start for spans in sheet.units().values() for span in spans}
    return [first, *sorted(instant for instant in ends | comings if instant > first)]


def _left_without(sheet: Sheet, asked: Maintenance) -> Profile:
    """What a pool has left without the units asked for."""
    there = sheet.units()
    taken = [span for name in asked.units or there for span in there.get(name, ())]
    return sheet.left().with_changes(losses=taken)


def _held_until(board: Board, judged: Judged, asked: Maintenance, touched: Mapping[str, int]) -> int:
    """Until when a unit asked for stays with one of these who lacks nothing else: it touches them until then.

    Of several intervals only those with a single one are looked at: of others a unit is given back in between.
    """
    sheet, before = judged[-1]
    grants = (sheet.grants.get(name) for name in asked.units or sheet.pool.units)
    mine = {one.promise for one in grants if one is not None and one.state is GrantState.ACTIVE}
    whole = (uid for uid in mine & touched.keys() if uid is not None and not before.get(uid))
    promises = (board.promise(uid) for uid in whole if not sheet.entries[uid].form.parts)
    return max((one.end for one in promises if one is not None), default=0)
