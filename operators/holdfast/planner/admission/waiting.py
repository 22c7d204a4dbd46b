"""Whether waiting mends a hold, and from when: only what can never be promised as it is asked is Stalled.

A client gives up what is Stalled, so it is told only where its author, a contract or hardware must change first:

    the end lies beyond the horizon    it comes nearer by itself, unless the window is longer than the horizon
    the contract is full of promises   they end, unless that is too late for the last of the window
    the whole ask is beyond all        of several intervals those that are over ask for nothing: the last one decides

Of a fixed window what is left is promised at any time, so its last moments decide. That others are in the way is never
told as a reason to give up: they may end sooner.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from holdfast.planner.admission.case import Case
from holdfast.planner.admission.entitlement import chips_left
from holdfast.planner.admission.together import Lasting, chips_ahead
from holdfast.planner.admission.windows import last_end
from holdfast.planner.state.profile import Profile

LESS_LATER = "what is left once its larger intervals are over is tried again by itself"
"""What is said of several intervals of which the last could be promised."""


def once_others_are_over(case: Case) -> Case | None:
    """A new ask of several intervals once only the last is left; None of any other.

    What amends a promise asks for an interval more: that this one is over some day is not what its author waits for.
    """
    return last_interval(case) if len(case.parts) > 1 and case.kept is None else None


def last_interval(case: Case) -> Case:
    """The ask once only the last of its intervals is left; itself where it has no several."""
    if len(case.parts) < 2:
        return case
    window = replace(case.reservation.window, parts=case.parts[-1:])
    return replace(case, reservation=replace(case.reservation, window=window))


def horizon_reaches_it(case: Case) -> int | None:
    """From when the end asked for lies within its tenant's horizon; None where that is never, or too late."""
    if case.tenant is None:
        return None
    horizon, kept = case.tenant.horizon, case.kept
    since = last_end(case) - horizon if _longest(case) <= horizon else None
    if kept is None:
        return since
    duration = case.reservation.window.duration
    if duration is None:
        return since if since is not None and since < kept.end else None
    begun = max(kept.start, kept.start + duration - horizon)  # once it has begun its window stays where it is
    soonest = begun if since is None else min(begun, since)
    return soonest if soonest < kept.end else None


def _longest(case: Case) -> int:
    """How long before its end it must begin at the latest; of what has begun it is the shortest that is promised."""
    return case.reservation.window.duration or case.board.snapshot.policy.shortest


def contract_leaves_it(case: Case, slices: int) -> int | None:
    """From when its tenant's other promises leave it so many slices; None where that is never, or too late."""
    window = case.reservation.window
    left, chips = chips_left(case), slices * case.chips
    if window.duration is not None and not case.begun:
        latest = window.latest
        first = max(case.earliest, window.earliest or 0)
        enough = chips_ahead(left, Lasting(window.duration))
        return _first(enough, chips, first, None if latest is None else latest - window.duration)
    last = last_end(case) - case.board.snapshot.policy.shortest
    if left.least(last, last_end(case)) < chips:
        return None
    low = left.instants[1:][(left.levels[:-1] < chips) & (left.instants[1:] <= last)]
    return max(case.earliest, int(low.max(initial=0)))


def _first(levels: Profile, least: int, first: int, last: int | None) -> int | None:
    """The first instant from `first` on, up to `last`, at which a level is reached."""
    later = levels.instants[levels.instants > first]
    tried = np.append(np.array([first], dtype=np.int64), later)
    found = tried[levels.at(tried) >= least]
    soonest = int(found[0]) if len(found) else None
    return soonest if soonest is not None and (last is None or soonest <= last) else None
