"""Two units change what lies on them, so that one of them can take a demand that found no unit.

    long   [ 7–11 ]  [ asks 10–40 ]        long   [ 5–9 ]  [ 10–40 ]
    short  [ 5–9  ]  leaves at 20     →    short  [ 7–11 ]

What is moved is what hangs together on the two by overlapping, from the asking demand's start back to where both are
idle: nothing else has to make way for it. Whatever is moved is moved whole, to a unit that is there for all of it, so
nobody who has been served loses anything. What is pinned stays where it is.

The units asked are bounded, so that nobody can make a look at a pool slow by what it asks for.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence

from holdfast.assignment.demand import Span
from holdfast.assignment.laid import Laid

LOOKS = 2_000
"""So many times a busy unit is held against a kind of idle ones, for one unit that is sought."""
OF_A_KIND = 4
"""So many idle units that are there at the same times are tried beside one busy unit."""

Kind = tuple[Span, ...]
"""The stretches of time in which a unit is there: what units of one kind have in common."""


def hopeless(laid: Laid, place: int) -> bool:
    """Whether no rearranging finds a unit for the demand whose turn it is, by what lies at its start alone.

    Whatever goes on until some instant needs a unit that stays until then. Counted for every such instant up to the
    demand's end; a count costs less than looking for an exchange, and a look in vain is what a deficit is full of.
    """
    span = laid.demands[place].span
    stays, needed = [], [span.end]
    for name, stretches in laid.units.items():
        for one in stretches:
            if one.start <= span.start < one.end:
                stays.append(one.end)
                if laid.busy[name] > span.start:
                    needed.append(min(laid.busy[name], one.end))
    stays.sort()
    needed.sort()
    return any(
        len(stays) - bisect_left(stays, until) < len(needed) - before
        for before, until in enumerate(needed[: bisect_right(needed, span.end)])
    )


def moved(laid: Laid, place: int) -> bool:
    """Give the demand whose turn it is one unit more by an exchange; where there is none, nothing changes.

    All that lies there has begun by its start, so a unit is idle then if the last that lies on it is over.
    """
    span = laid.demands[place].span
    idle = _idle_by_kind(laid, span.start)
    for name, kind in _pairs(laid, span, idle):
        if _can_lie(laid, laid.rows[name][-1], kind):
            for other in idle[kind][:OF_A_KIND]:
                if _exchanged(laid, name, other):
                    laid.put(place, name)
                    return True
    return False


def _idle_by_kind(laid: Laid, instant: int) -> dict[Kind, list[str]]:
    """The units that are there and idle at an instant by kind, those that have been so for longest in front."""
    found: dict[Kind, list[str]] = {}
    for _, name in sorted((busy, name) for name, busy in laid.busy.items() if busy <= instant):
        if _at(laid.units.get(name, ()), instant):
            found.setdefault(tuple(laid.units[name]), []).append(name)
    return found


def _pairs(laid: Laid, span: Span, idle: Mapping[Kind, list[str]]) -> Iterator[tuple[str, Kind]]:
    """Units that could serve the span if they were not busy, each with every kind of idle ones; a bounded number."""
    looks = LOOKS
    for name, stretches in laid.units.items():
        if laid.busy[name] > span.start and laid.rows[name] and _covers(stretches, span):
            for kind in idle:
                yield name, kind
                looks -= 1
                if not looks:
                    return


def _exchanged(laid: Laid, one: str, other: str) -> bool:
    """Whether the last that lies on one unit, and what hangs together with it, changes places with the other's."""
    row, beside = laid.rows[one], laid.rows[other]
    first, second = _hanging_together(laid, row, beside)
    mine, others = row[first:], beside[second:]
    if not (_all_fit(laid, mine, other) and _all_fit(laid, others, one)):
        return False
    laid.laid_anew(one, row[:first] + others)
    laid.laid_anew(other, beside[:second] + mine)
    return True


def _hanging_together(laid: Laid, row: Sequence[int], beside: Sequence[int]) -> tuple[int, int]:
    """From where on what lies on two units hangs together with the last that lies on the first."""
    first, second = len(row) - 1, len(beside)
    demands = laid.demands
    while True:
        if second and demands[beside[second - 1]].span.end > demands[row[first]].span.start:
            second -= 1
        elif (
            first
            and second < len(beside)
            and demands[row[first - 1]].span.end > demands[beside[second]].span.start
        ):
            first -= 1
        else:
            return first, second


def _all_fit(laid: Laid, places: Sequence[int], name: str) -> bool:
    """Whether a unit is there for all of each, and no longer pinned."""
    pinned = laid.pins[name]
    return all(
        laid.demands[place].span.start >= pinned and _can_lie(laid, place, laid.units[name])
        for place in places
    )


def _can_lie(laid: Laid, place: int, stretches: Sequence[Span]) -> bool:
    return _covers(stretches, laid.demands[place].span)


def _covers(stretches: Sequence[Span], span: Span) -> bool:
    return any(one.start <= span.start and span.end <= one.end for one in stretches)


def _at(stretches: Sequence[Span], instant: int) -> bool:
    return any(one.start <= instant < one.end for one in stretches)
