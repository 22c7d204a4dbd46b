"""What promises of a pool lack by name, now and later: its figures DEFICIT and AHEAD.

By count there can be enough while no unit serves: one that leaves within a window is nobody's there, though it idles
now. A unit in a promise's hands serves until the maintenance begins that takes it, and again once that is over; so
does one that its promise will be given although maintenance against it lies ahead (`upkeep/between_maintenance.py`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import NamedTuple

from holdfast.assignment.assigned import lacks
from holdfast.assignment.demand import Demand, Span
from holdfast.planner.state.calendar import needed_until
from holdfast.planner.state.ledger import Outage
from holdfast.planner.state.sheet import Sheet

Lacks = Mapping[str, Sequence[Span]]
"""By reservation uid, when how many units no unit that is there can serve."""
Names = AbstractSet[str]
NOBODY: Names = frozenset()


class Lacking(NamedTuple):
    """Units that windows which have begun lack, and when promises will lack how many more."""

    now: int
    ahead: list[Span]


def lacking(sheet: Sheet) -> Lacking:
    """What promises lack by name; the assignment is made once, and once more where a holder keeps a failed unit."""
    failed = {name for name, grant in sheet.grants.items() if grant.failed and not _works(sheet, name)}
    unserved = _unserved(sheet)
    return Lacking(
        now=_now(sheet, _unserved(sheet, failed) if failed else unserved, failed),
        ahead=[*_interruptions(sheet), *_ahead(sheet, unserved)],
    )


def _now(sheet: Sheet, unserved: Lacks, failed: Names) -> int:
    """In the hands of a promise a unit that is out, or has failed and nothing could take its place, is lacking too."""
    begun = sum(span.count for spans in unserved.values() for span in spans if span.start <= sheet.now)
    running = (one for one in sheet.standing() if one.span.start <= sheet.now) if sheet.outages else ()
    held = (name for one in running for name in one.pinned if name not in failed)
    return begun + sum(sheet.out(name, sheet.now, sheet.now + 1) for name in held)


def _ahead(sheet: Sheet, unserved: Lacks) -> Iterator[Span]:
    """What windows that have not begun will lack."""
    for uid, spans in unserved.items():
        later = [span for span in spans if span.start > sheet.now]
        yield from _around(sheet, uid, later) if later else ()


def _works(sheet: Sheet, name: str) -> bool:
    return name in sheet.pool.units and sheet.pool.units[name].works


def _unserved(sheet: Sheet, failed: Names = NOBODY) -> Lacks:
    """What no named unit can serve. Units in a promise's hands serve it, whatever takes them later; `failed` do not."""
    if not sheet.any_short():
        return {}
    units = {name: stretches for name, stretches in sheet.units().items() if name not in failed}
    return lacks(units, [_serving(demand, failed) for demand in sheet.standing()])


def _serving(demand: Demand, failed: Names) -> Demand:
    return replace(demand, pinned=tuple(name for name in demand.pinned if name not in failed), lost=())


def _around(sheet: Sheet, uid: str, spans: Sequence[Span]) -> Iterator[Span]:
    """What one promise will lack: what maintenance against it takes only while that lasts, all else throughout."""
    against = [outage for outage in sheet.outages.values() if uid in outage.against]
    left = {other: outage for other, outage in sheet.outages.items() if uid not in outage.against}
    kinder = _unserved(replace(sheet, outages=left, calendar=None)).get(uid, ()) if against else spans
    always = {(span.start, span.end): span.count for span in kinder}
    for span in spans:
        rest = always.get((span.start, span.end), 0)
        if rest:
            yield replace(span, count=min(rest, span.count))
        if span.count > rest:
            yield from _while_out(against, replace(span, count=span.count - rest))


def _while_out(outages: Sequence[Outage], span: Span) -> Iterator[Span]:
    """So many units, at each time no more of them than are out."""
    inside = (edge for one in outages for edge in (one.start, one.end) if span.start < edge < span.end)
    for start, end in itertools.pairwise(sorted({span.start, span.end, *inside})):
        here = [one for one in outages if one.start <= start and end <= one.end]
        out = {name for one in here for name in one.units}
        count = span.count if any(not one.units for one in here) else min(span.count, len(out))
        if count:
            yield Span(start, end, count)


def _interruptions(sheet: Sheet) -> Iterator[Span]:
    """Units in a promise's hands, while they are under maintenance that has yet to begin."""
    coming = [outage for outage in sheet.outages.values() if outage.start > sheet.now]
    for uid in sheet.entries if coming else ():
        end = needed_until(sheet.entries[uid], sheet.now)
        for unit, outage in itertools.product(sheet.active(uid), coming):
            if sheet.works(unit) and outage.takes(unit, sheet.now, end):
                yield Span(outage.start, min(outage.end, end), 1)
