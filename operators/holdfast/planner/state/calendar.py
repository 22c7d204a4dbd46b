"""Counting in time: how many units a pool can give, how many are asked for, and what remains between two instants.

Everything is a step function given as a list of (instant, change). Counting alone is enough where units are
interchangeable; `holdfast.assignment` answers where they are not.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from holdfast.assignment.demand import Span
from holdfast.planner.state.ledger import FAR, Entry, Form, Grant, GrantState, Outage, Part
from holdfast.planner.state.snapshot import Health, Pool, Unit


def spans(entry: Entry, now: int = 0) -> Iterator[Span]:
    """An entry's demand: at every instant the larger of its two forms, without the parts that are over by `now`."""
    if entry.next is None and not entry.form.parts:
        yield Span(entry.form.start, entry.form.end, entry.form.count)
        return
    needs = [form.needs(now) for form in entry.forms]
    edges = sorted({edge for parts in needs for part in parts for edge in (part.start, part.end)})
    for start, end in itertools.pairwise(edges):
        count = max(sum(part.count for part in parts if part.start <= start < part.end) for parts in needs)
        if count:
            yield Span(start, end, count)


def hull(entry: Entry) -> Span:
    """One span that covers both forms of an entry: more than its demand, and enough for either form."""
    form, forms = entry.form, entry.forms
    if entry.next is None:
        return Span(form.start, form.end, form.count)
    return Span(min(f.start for f in forms), max(f.end for f in forms), max(f.count for f in forms))


def demanded(entry: Entry, now: int) -> tuple[Part, ...]:
    """What named units are needed for: each part by itself; while there is a next form, one demand for either form."""
    if entry.next is None and entry.form.parts:
        return entry.form.needs(now)
    span = hull(entry)
    return (Part(span.start, span.end, span.count),)


@dataclass(frozen=True, slots=True)
class Presence:
    """`count` units that can be counted on over [start, end), and never before `after` seconds from now."""

    start: int
    end: int
    after: int = 0
    count: int = 1

    def at(self, now: int) -> Span:
        """When it is there, seen from an instant; no time at all if it leaves before it could come."""
        return Span(max(self.start, now + self.after) if self.after else self.start, self.end, self.count)


def presence(unit: Unit, grant: Grant | None, pool: Pool, now: int, until: int = FAR) -> Presence | None:
    """When a unit can be counted on for something new; None for a unit that cannot be.

    A unit in a promise's hands is its holder's until somebody has decided otherwise, whatever is reported of it: so
    long as its trouble may heal it counts as if it worked; once it has failed, only for its holder, whose need of it
    ends at `until`.

    A failed unit counts again after the pool's repair time, a unit still to be delivered from its date, a unit on
    its way back once it should be clean; if it is late, it gets as long again from now, never "now". A unit that
    should be there and was never seen does not count.
    """
    kept = grant is not None and grant.keeps
    if unit.retiring or unit.cordoned:
        return None
    if unit.health is Health.MISSING and unit.available <= now and not kept:
        return None
    start, after = unit.available, pool.repair if unit.health is Health.UNHEALTHY and not kept else 0
    if grant is not None and grant.state is not GrantState.ACTIVE:
        due = grant.since + pool.clearing
        if due > now:
            start = max(start, due)
        else:
            after = max(after, pool.clearing, 1)
    end = min(leaves(unit, pool), until if grant is not None and kept and grant.failed else FAR)
    found = Presence(start, end, after)
    there = found.at(now)
    return found if there.start < there.end else None


def between(found: Presence, outages: Iterable[Outage]) -> Iterator[Presence]:
    """What is left of a unit's time around the outages that take it; one stretch where there are none."""
    start = found.start
    for outage in sorted(outages, key=lambda one: one.start):
        if start < min(outage.start, found.end):
            yield replace(found, start=start, end=min(outage.start, found.end))
        start = max(start, outage.end)
    if start < found.end:
        yield replace(found, start=start)


def held_until(grant: Grant | None, entries: Mapping[str, Entry], now: int) -> int:
    """When its holder's need of a unit ends; an instant after every window where it has none."""
    entry = entries.get(grant.promise or "") if grant is not None else None
    return needed_until(entry, now) if entry is not None else FAR


def needed_until(entry: Entry, now: int) -> int:
    """When the need of the units in an entry's hands ends: with its window, or the part of it that lasts longest."""
    if not entry.stepped:
        return hull(entry).end
    running = (part.end for form in entry.forms for part in form.running(now))
    return max(running, default=now)


def leaves(unit: Unit, pool: Pool) -> int:
    """The instant a unit's demand must be over by: it may be paid for until it retires, then it is only cleared."""
    return min(unit.retires, pool.lease_end, FAR - pool.clearing) + pool.clearing


def lowest(gains: Iterable[Span], losses: Iterable[Span], start: int, end: int) -> int:
    """The smallest value of gains − losses at any instant of [start, end)."""
    changes: dict[int, int] = {start: 0}
    for sign, group in ((1, gains), (-1, losses)):
        for span in group:
            first, last = max(span.start, start), min(span.end, end)
            if first < last:
                changes[first] = changes.get(first, 0) + sign * span.count
                changes[last] = changes.get(last, 0) - sign * span.count
    level, least = 0, None
    for instant in sorted(changes):
        level += changes[instant]
        if instant < end:
            least = level if least is None else min(least, level)
    return least or 0


def highest(losses: Iterable[Span], start: int) -> int:
    """The most units asked for at any instant from `start` on."""
    return -lowest((), losses, start, FAR + 1)


def with_clearing(pool: Pool, attempt: str, count: int, window: tuple[int, int], round_: int) -> Form:
    """The form of a window in a pool: the time to clear its units afterwards is part of the demand."""
    return Form(attempt, round_, count, window[0], window[1] + pool.clearing)
