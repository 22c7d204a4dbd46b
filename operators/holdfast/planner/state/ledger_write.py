"""A sheet as the next ledger of its pool: the one write, with its figures counted anew."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from holdfast.planner.state.calendar import Span, highest, hull, needed_until
from holdfast.planner.state.capacity import Capacity
from holdfast.planner.state.ledger import GrantState, Ledger
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Unit
from holdfast.planner.state.steps import LedgerWrite


def ledger_write(sheet: Sheet, epoch: int, *, fence: bool = False) -> LedgerWrite | None:
    """The write that makes this sheet the ledger; None where nothing has changed, unless it is to be a fence."""
    old, capacity = sheet.pool.ledger, capacity_of(sheet)
    new = Ledger(
        epoch=max(old.epoch, epoch),
        as_of=max(old.as_of, sheet.now),
        peak=peak_of(sheet),
        granted=sheet.granted,
        sealed=old.sealed or sheet.pool.sealed,
        replaced=sheet.replaced(),
        entries=sheet.entries,
        grants=sheet.grants,
        outages=sheet.outages,
        idle_out=sheet.idle_out,
        capacity=capacity,
    )
    if replace(new, epoch=old.epoch, as_of=old.as_of) == old and old.epoch and not fence:
        return None
    return LedgerWrite(sheet.pool.name, sheet.pool.resource_version, new)


def peak_of(sheet: Sheet) -> int:
    """The most units needed at any instant from now, those on their way back included.

    The server's rules know of an entry with parts the most of them all, until the last of them is over.
    """
    going = sum(
        grant.promise is not None and grant.state is GrantState.RELEASING for grant in sheet.grants.values()
    )
    forms = (form for entry in sheet.entries.values() if entry.stepped for form in entry.forms)
    most = max((form.count for form in forms if form.end > sheet.now), default=0)
    return min(max(sheet.worked_out().demand.most(sheet.now) + going, most), len(sheet.pool.units))


def capacity_of(sheet: Sheet) -> Capacity:
    """The pool in numbers at this instant, for people.

    Every unit that is there is in one of four places: serving (held and working), idle (nobody's and sound), going
    (released or quarantined), or no use (failed, under maintenance, or cordoned in nobody's hands). What serves or
    idles is worth something now: `left` is that less what is due now. Below zero it is the deficit; above, spares
    come first and the rest is free. Example: 8 units, 4 promised of which one has failed, 2 spares: 3 serve, 4
    idle, left = 3, so spare 2 and free 1. Not simpler, as total less promised: a failed unit in a tenant's hands
    would count.

    A failed unit that its holder keeps, because it is asked or because nobody believes the report, serves in all but
    the deficit: nobody else is sold it, and what no idle unit makes up for is missing all the same. It serves what is
    due and nothing beyond: at the instant at which its window has ended it is neither free nor spare.
    """
    total = sum(unit.available <= sheet.now for unit in sheet.pool.units.values())
    there = {name: unit for name, unit in sheet.pool.units.items() if _in_use(sheet, unit)}
    states = {name: grant.state for name, grant in sheet.grants.items()}
    serving = [name for name in there if states.get(name) is GrantState.ACTIVE and sheet.works(name)]
    idle = [name for name in there if name not in states and there[name].sound]
    going = [name for name in there if states.get(name, GrantState.ACTIVE) is not GrantState.ACTIVE]
    broken = sum(sheet.grants[name].failed and not there[name].works for name in serving)
    promised = sheet.worked_out().demand.least(sheet.now, sheet.now + 1)
    there_now = len(serving) + len(idle)
    left, ahead = there_now - max(promised, broken), _ahead(sheet)
    return Capacity(
        total=total,
        healthy=there_now - broken + sum(there[name].sound for name in going),
        promised=promised,
        free=max(0, left - sheet.pool.spares),
        spare=max(0, min(sheet.pool.spares, left)),
        deficit=max(0, promised - (there_now - broken)),
        deficit_ahead=min(highest(ahead, sheet.now), len(sheet.pool.units)),
        deficit_from=min((span.start for span in ahead), default=None),
    )


def _in_use(sheet: Sheet, unit: Unit) -> bool:
    """Whether a unit is delivered and not under maintenance."""
    return unit.available <= sheet.now and not sheet.out(unit.name, sheet.now, sheet.now + 1)


def _ahead(sheet: Sheet) -> list[Span]:
    """What promises will be short of: windows that have not begun, and those that maintenance will interrupt."""
    short = {uid: (hull(sheet.entries[uid]), missing) for uid, missing in sheet.shortages({}).items()}
    waiting = [
        Span(span.start, span.end, min(missing, span.count))
        for span, missing in short.values()
        if span.start > sheet.now
    ]
    return waiting + list(_interruptions(sheet))


def _interruptions(sheet: Sheet) -> Iterator[Span]:
    """Units in a promise's hands, while they are under maintenance that has yet to begin."""
    coming = [outage for outage in sheet.outages.values() if outage.start > sheet.now]
    for uid in sheet.entries if coming else ():
        end = needed_until(sheet.entries[uid], sheet.now)
        for unit, outage in itertools.product(sheet.active(uid), coming):
            if sheet.works(unit) and outage.takes(unit, sheet.now, end):
                yield Span(outage.start, min(outage.end, end), 1)
