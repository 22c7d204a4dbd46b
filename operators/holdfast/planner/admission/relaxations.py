"""The smallest single changes of an ask with which it would be promised: later, fewer, elsewhere, shorter.

Each is planned before it is told: the changed ask meets every rule and finds its place on the very board that has no
place for what was asked. So whoever follows the advice while nothing else changes is promised.

later       the whole ask over a window of the same length, at the earliest start of all
fewer       the most slices over the time asked for, whatever minCount says
elsewhere   another datacenter than those asked for, or slices spread over them
shorter     a fixed window cut at its end or at its beginning, whichever leaves more; a flexible one in quarters
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, islice

from holdfast.api.reasons import Reason
from holdfast.planner.admission.case import Case
from holdfast.planner.admission.ends import latest_ends
from holdfast.planner.admission.placement import Placement, most_slices, place
from holdfast.planner.admission.rules import first_hold
from holdfast.planner.admission.starts import late_starts, most_at_once
from holdfast.planner.admission.windows import length, windows
from holdfast.planner.state.slots import last_slot, next_slot
from holdfast.planner.state.snapshot import Reservation, Window
from holdfast.planner.state.steps import Hold, Relaxation

TRIES = 8
"""So many counts, ends and starts are tried, best first: named units may not serve what counting allows."""

UNEASED = frozenset({Reason.MISCONFIGURED, Reason.TOPOLOGY_IMPOSSIBLE, Reason.WINDOW_CONFLICT})
"""What a rule says of an ask that no other amount or place makes possible."""


def planned(case: Case) -> Placement | None:
    """What an ask would be promised as things stand, all rules asked; None for a hold."""
    if first_hold(case) is not None:
        return None
    return next((found for window in windows(case) if (found := place(case, *window)) is not None), None)


def relaxed(asked: Reservation, by: Relaxation) -> Reservation:
    """The ask with one change made; the whole of it is wanted then."""
    window = asked.window
    if by.end is not None:
        window = Window(start=by.start, end=by.end)
    elif by.duration is not None:
        window = replace(window, duration=by.duration)
    return replace(
        asked,
        window=window,
        count=by.count or asked.count,
        min_count=None,
        datacenters=by.datacenters or asked.datacenters,
        across_datacenters=asked.across_datacenters or by.across_datacenters,
    )


def fits(case: Case, by: Relaxation) -> bool:
    """Whether the ask would be promised with this change."""
    return planned(replace(case, reservation=relaxed(case.reservation, by))) is not None


def relaxations(case: Case, window: tuple[int, int], earliest: int | None = None) -> tuple[Relaxation, ...]:
    """Those that fit. `window` is the first that was asked for, `earliest` the earliest start of the whole, if any.

    What is in force already stays, so of an amendment only a smaller count is looked for; of several intervals only
    another place, since a change of the others would be several changes.
    """
    found: list[Relaxation | None] = [None if case.parts else _fewer(case, window)]
    if case.parts and case.kept is None:
        found = [_elsewhere(case)]
    elif case.kept is None:
        found = [_later(case, earliest), *found, _elsewhere(case), _shorter(case, window)]
    return tuple(one for one in found if one is not None)


def eased(case: Case, hold: Hold) -> Hold:
    """A rule's hold with the changes that help; nothing is looked for where only another ask altogether would."""
    window = next(windows(case), None)
    if window is None or case.kept is not None or case.tenant is None or hold.reason in UNEASED:
        return hold
    return replace(hold, relaxations=relaxations(case, window))


def _later(case: Case, earliest: int | None) -> Relaxation | None:
    """A window without start is as long as what is left of it now: in whole slots, or it would change each second."""
    if earliest is None:
        return None
    asked, slot = case.reservation.window, case.board.snapshot.policy.slot
    end = earliest + length(case)
    exact = asked.start is not None or asked.duration is not None
    later = Relaxation("Later", start=earliest, end=end if exact else next_slot(end, slot))
    return later if fits(case, later) else None


def _fewer(case: Case, window: tuple[int, int]) -> Relaxation | None:
    most = min(_most(case, window), case.reservation.count - 1)
    tried = (Relaxation("Fewer", count=count) for count in range(most, max(0, most - TRIES), -1))
    return next((one for one in tried if fits(case, one)), None)


def _most(case: Case, window: tuple[int, int]) -> int:
    """The most slices over a fixed window, or by count over any window within the bounds of a flexible ask."""
    asked = case.reservation.window
    if asked.duration is None or case.begun:
        return most_slices(case, *window)
    return most_at_once(case, asked.duration, window[0], _bounds(case, window)[1] - asked.duration)


def _elsewhere(case: Case) -> Relaxation | None:
    """The first other datacenter by name; else slices in several, where that was not allowed."""
    mine = case.reservation
    anywhere = replace(case, reservation=replace(mine, datacenters=()))
    known = {sheet.pool.datacenter for sheet in anywhere.matching()}
    others = tuple(sorted(known - set(mine.datacenters))) if mine.datacenters else ()
    tried = [*_placed_in(case, others)]
    if not mine.across_datacenters and len(known.intersection(mine.datacenters or known)) > 1:
        tried.append(Relaxation("Elsewhere", across_datacenters=True))
    return next((one for one in tried if fits(case, one)), None)


def _placed_in(case: Case, others: tuple[str, ...]) -> Iterator[Relaxation]:
    """The datacenters of which any one would do, found in one search; nothing where there are none."""
    if not others:
        return
    found = planned(replace(case, reservation=replace(case.reservation, datacenters=others, min_count=None)))
    if found is not None:
        homes = {case.board.sheets[name].pool.datacenter for name in found.slices}
        yield Relaxation("Elsewhere", datacenters=tuple(sorted(homes)))


def _shorter(case: Case, window: tuple[int, int]) -> Relaxation | None:
    duration = case.reservation.window.duration
    if duration is not None:
        quarters = (Relaxation("Shorter", duration=duration * part // 4) for part in (3, 2, 1))
        able = (one for one in quarters if (one.duration or 0) >= case.board.snapshot.policy.shortest)
        return next((one for one in able if fits(case, one)), None)
    cuts = (cut for cut in (_cut_at_end(case, window), _cut_at_start(case, window)) if cut is not None)
    return max(cuts, key=lambda cut: (cut.end or 0) - (cut.start or window[0]), default=None)


def _cut_at_end(case: Case, window: tuple[int, int]) -> Relaxation | None:
    """The same start, the latest end within the window and the tenant's horizon."""
    start, last = window[0], min(window[1], _bounds(case, window)[1])
    ends = latest_ends(case, start, start + case.board.snapshot.policy.shortest, last)
    asked = (Relaxation("Shorter", start=case.reservation.window.start, end=end) for end in ends)
    return next((one for one in islice(asked, TRIES) if fits(case, one)), None)


def _cut_at_start(case: Case, window: tuple[int, int]) -> Relaxation | None:
    """The same end, the earliest start after the one asked for."""
    start, end = window
    slot, shortest = case.board.snapshot.policy.slot, case.board.snapshot.policy.shortest
    late = groupby(next_slot(one, slot) for one in late_starts(case, start, end - shortest, end))
    asked = (Relaxation("Shorter", start=one, end=end) for one, _ in late if start < one <= end - shortest)
    return next((one for one in islice(asked, TRIES) if fits(case, one)), None)


def _bounds(case: Case, window: tuple[int, int]) -> tuple[int, int]:
    """Between which instants the ask may lie: its own bounds and, at the end, the tenant's horizon in whole slots."""
    horizon = last_slot(
        case.now + (case.tenant.horizon if case.tenant else 0), case.board.snapshot.policy.slot
    )
    latest = case.reservation.window.latest
    return window[0], min(horizon, latest if latest is not None else horizon)
