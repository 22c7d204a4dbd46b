"""A sheet as the next ledger of its pool: the one write, with its figures counted anew."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from holdfast.planner.state.calendar import highest
from holdfast.planner.state.capacity import Capacity
from holdfast.planner.state.lacking import lacking
from holdfast.planner.state.ledger import GrantState, Ledger
from holdfast.planner.state.replacements import replaced_at
from holdfast.planner.state.sheet import Sheet
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
        replaced=replaced_at(sheet),
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
    (released or quarantined), or no use (failed, under maintenance, or, in no promise's hands, cordoned or past the
    date at which it or its site goes). What serves or idles is worth something now: `left` is that less what is due
    now. Below zero it is the deficit; above, spares come first and the rest is free. Example: 8 units, 4 promised of
    which one has failed, 2 spares: 3 serve, 4 idle, left = 3, so spare 2 and free 1. Not simpler, as total less
    promised: a failed unit in a tenant's hands would count.

    A failed unit that its holder keeps, because it is asked or because nobody believes the report, serves in all but
    the deficit: nobody else is sold it, and what no idle unit makes up for is missing all the same. It serves what is
    due and nothing beyond: at the instant at which its window has ended it is neither free nor spare.

    Not simpler, as the deficit by count alone: a unit that leaves within a window idles, serves nobody there, and made
    up for the one that the window lacks. So the deficit is never less than what is lacking by name (`lacking.py`).
    """
    counted = _counted(sheet)
    promised = sheet.worked_out().demand.least(sheet.now, sheet.now + 1)
    there_now, broken = counted.serving + counted.idle, counted.broken
    left, lack = there_now - max(promised, broken), lacking(sheet)
    return Capacity(
        total=counted.total,
        healthy=there_now - broken + counted.going,
        promised=promised,
        free=max(0, left - sheet.pool.spares),
        spare=max(0, min(sheet.pool.spares, left)),
        deficit=max(0, promised - (there_now - broken), lack.now),
        deficit_ahead=min(highest(lack.ahead, sheet.now), len(sheet.pool.units)),
        deficit_from=min((span.start for span in lack.ahead), default=None),
    )


class _Counted(NamedTuple):
    """Units by place: `total` are delivered, `going` those on their way back that are sound, `broken` serve failed."""

    total: int
    serving: int
    idle: int
    going: int
    broken: int


def _counted(sheet: Sheet) -> _Counted:
    """The units of a pool, each looked at once: with every write of its ledger they are counted anew."""
    total = serving = idle = going = broken = 0
    now, grants, outages, leased = sheet.now, sheet.grants, sheet.outages, sheet.pool.lease_end
    for name, unit in sheet.pool.units.items():
        if unit.available > now:
            continue
        total += 1
        if outages and sheet.out(name, now, now + 1):
            continue
        grant = grants.get(name)
        sound = unit.sound and now < unit.retires and now < leased
        if grant is None:
            idle += sound
        elif grant.state is not GrantState.ACTIVE:
            going += sound
        elif sheet.works(name):
            serving += 1
            broken += grant.failed and not unit.works
    return _Counted(total, serving, idle, going, broken)
