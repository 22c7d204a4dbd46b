"""What may become of a promise in force whose tenant has changed its mind, or got less than it asked for.

only given back     fewer slices, a narrower window: fits whatever rules and calendar say, and is not asked of them
over by now         it has begun, the end asked for has passed, and nothing more is asked for: the promise ends
more                a new form beside the one in force, asked of rules and calendar like a first ask
"""

from __future__ import annotations

from holdfast.planner.admission.case import Case
from holdfast.planner.admission.fewer_parts import fewer_parts
from holdfast.planner.admission.placement import Placement, place
from holdfast.planner.admission.rules import first_hold
from holdfast.planner.admission.running import whole
from holdfast.planner.admission.share import staying
from holdfast.planner.admission.windows import windows
from holdfast.planner.state.ledger import Promise


def grown(case: Case, kept: Promise) -> Placement | None:
    """More slices over the same window for one who accepted fewer than asked; not once notice of its end is given."""
    if kept.moving is not None:
        return None
    if kept.slices >= case.count or _noticed(case) or first_hold(case) is not None:
        return None
    if next(windows(case), None) != (kept.start, kept.end):
        return None
    placement = place(case, kept.start, kept.end)
    return placement if placement is not None and placement.total > kept.slices else None


def _noticed(case: Case) -> bool:
    entries = (sheet.entries.get(case.reservation.uid) for sheet in case.board.sheets.values())
    return any(entry is not None and entry.notice for entry in entries)


def ends_now(case: Case, kept: Promise) -> bool:
    """Whether the tenant has only given back, and so far that what is in force is over.

    One who also asks for more keeps what is in force: the shorter end is part of a form that was never promised. Nor is
    an end that has passed part of a window that has not begun: whoever gives that up deletes it, and a slip of the pen
    in a year is told as in a new ask.
    """
    if not case.begun:
        return False
    window = case.reservation.window
    end = kept.start + window.duration if window.duration is not None else window.end
    return end is not None and end <= case.now and case.reservation.count <= kept.slices


NO_TIME = (0, 0)
"""The window of an ask that nothing is left of, or that contradicts itself: it lies inside none."""


def lowered(case: Case) -> Placement | None:
    """An amendment that only gives back: fewer slices or a narrower window fit whatever rules and calendar say.

    Nothing is asked of rules and calendar because nothing is taken: count no higher, window inside the one in force,
    place unchanged. So it works in a deficit, at a silent site, under a lowered entitlement: who wants to give back
    always can. Slices stay or go whole: first those go that lack something, or of whose site nothing is heard; then the
    pools with most of them keep them, so that few pools keep few slices. Example: 3 slices that run in pools a (2) and
    b (1), count lowered to 2: both stay in a and b is given back; where they are to lie apart, or one in a has failed,
    one stays in each. None where anything else changes too, or where what is left would not lie as far apart as is
    asked for: then the whole form is a new ask. Not simpler, as an ordinary ask: its own units might count as failed. A
    window that contradicts itself gives nothing back: what it was meant to say is not known. Of several intervals each
    is looked at (`fewer_parts`).
    """
    kept, parts = case.kept, case.reservation.window.parts
    if kept is None or (not parts and (kept.intervals or case.reservation.count > kept.slices)):
        return None
    start, end = next(windows(case), NO_TIME)
    inside = kept.start <= start < end <= kept.end
    if not inside or (start != kept.start and case.begun) or not _still_wanted(case, kept):
        return None
    return fewer_parts(case, kept, (start, end)) if parts else _left(case, kept, (start, end))


def _left(case: Case, kept: Promise, window: tuple[int, int]) -> Placement | None:
    """So many of the slices in force as are still asked for, over a window."""
    left = case.reservation.count
    limits = (case.most_in_a_pool(left), left)
    running = {name: units // kept.units_per_slice for name, units in kept.pools.items()}
    slices = staying(running, running, left, limits if case.begun else limits[:1], whole(case))
    served = all(name in case.board.sheets and case.serves(case.board.sheets[name]) for name in slices)
    return Placement(*window, slices, given_back=True) if served and sum(slices.values()) == left else None


def _still_wanted(case: Case, kept: Promise) -> bool:
    """Whether what is in force lies where the tenant wants it now; what has begun stays where it is."""
    pools = [case.board.snapshot.pools[name] for name in kept.pools if name in case.board.snapshot.pools]
    together = case.reservation.across_datacenters or len({pool.datacenter for pool in pools}) <= 1
    return case.begun or (together and all(case.wants(pool) for pool in pools))
