"""The windows that could answer an ask, best first.

fixed, with start     that one window, or what is left of it; a window already in force and open keeps its start
fixed, without start  from now to the end: it slides until promised
several intervals     from the first that is left to the last, as one
flexible              the window in force where the ask still allows it, else the earliest start within its bounds
                      and the tenant's horizon
"""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.planner.admission.case import Case
from holdfast.planner.admission.starts import starts


def windows(case: Case) -> Iterator[tuple[int, int]]:
    """Every window allowed by the ask, in the order in which they should be tried."""
    window = case.reservation.window
    if window.parts and not case.parts:
        return
    if window.duration is None:
        if window.end is not None and fixed_start(case) < window.end:
            yield fixed_start(case), window.end
        return
    if case.begun and case.kept is not None:
        yield case.kept.start, case.kept.start + window.duration
        return
    first, last = max(window.earliest or 0, case.earliest), case.now + _horizon(case)
    if case.kept is not None and first <= case.kept.start:
        end = case.kept.start + window.duration
        if end <= _latest(case, max(last, case.kept.end)):
            yield case.kept.start, end
    for start in starts(case, window.duration, first, _latest(case, last) - window.duration):
        yield start, start + window.duration


def _latest(case: Case, bound: int) -> int:
    """The latest end of a flexible window: its own, and never beyond a bound."""
    latest = case.reservation.window.latest
    return bound if latest is None else min(latest, bound)


def last_end(case: Case) -> int:
    """The instant the ask reaches to whatever it is promised: of a flexible one the end of its earliest window.

    Not simpler, as its latest end: that is how late would do, and a window of an hour within the next year would wait
    until the whole year lies within the horizon.
    """
    window = case.reservation.window
    if window.duration is None:
        return window.end if window.end is not None else case.now
    if case.begun and case.kept is not None:
        return case.kept.start + window.duration
    return max(window.earliest or 0, case.now) + window.duration


def fixed_start(case: Case) -> int:
    """The start of a fixed window: what was asked, never before now, and never moved once it has begun."""
    if case.begun and case.kept is not None:
        return case.kept.start
    if case.parts:
        return case.parts[0].start
    return max(case.reservation.window.start or 0, case.earliest)


def length(case: Case) -> int:
    """How long the window asked for lasts, in seconds."""
    window = case.reservation.window
    if window.duration is not None:
        return window.duration
    return max(1, (window.end or case.now) - fixed_start(case))


def _horizon(case: Case) -> int:
    return case.tenant.horizon if case.tenant else 0
