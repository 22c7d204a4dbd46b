"""Why the calendar said no: the hold names the nearest cause, what blocks it, and what would make it fit.

The cause is found by asking again in kinder worlds: without the other promises, with every unit healthy, with every
unit delivered and staying. The first world in which it fits names what is missing in ours. What could never be sold
has been told before, by the rule `ever_enough`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import is_
from typing import NamedTuple

from holdfast.api.reasons import Reason
from holdfast.hardware.instants import text_of
from holdfast.planner.admission.case import Case
from holdfast.planner.admission.conflicts import conflicts
from holdfast.planner.admission.entitlement import slices_allowed
from holdfast.planner.admission.placement import place
from holdfast.planner.admission.relaxations import relaxations
from holdfast.planner.admission.rules import first_hold
from holdfast.planner.admission.starts import late_starts, starts_in_slots
from holdfast.planner.admission.waiting import (
    LESS_LATER,
    contract_leaves_it,
    last_interval,
    once_others_are_over,
)
from holdfast.planner.admission.windows import fixed_start, length, windows
from holdfast.planner.state import worlds
from holdfast.planner.state.board import Board
from holdfast.planner.state.ledger import FAR, Entry, EntryState, Part
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Window
from holdfast.planner.state.steps import Blocker, Hold
from holdfast.planner.state.worlds import Change

MAX_BLOCKERS = 5


def hold_for(case: Case) -> Hold:
    """The answer for a case that no window fits, or none was found for; its cause is sought half as long at most."""
    if case.effort.renew():
        return Hold(*ENDED)
    start, end = next(windows(case), (case.now, case.now + length(case)))
    earliest = _earliest(case, start)
    reason, message, unlike = _cause(case, start, end)
    if reason is Reason.SITE_LEASE_ENDS:
        message += _last_day(case)
    waits = _waits(reason, unlike, (start, end))
    if waits.stalled and case.effort.over:
        waits = Waits(False)  # what was not found in time is not what never is
    blockers = _blockers(case, start, end) if reason is Reason.WINDOW_CONFLICT else ()
    easing = relaxations(case, (start, end), earliest)
    found = Hold(reason, message + waits.says, blockers, earliest, easing, waits.stalled, again=waits.again)
    return replace(found, conflicts=conflicts(case, start, end))


class Waits(NamedTuple):
    """Whether no waiting mends a hold, what is said of that, and the instant from which it may be mended, if known."""

    stalled: bool
    says: str = ""
    again: int | None = None


def _earliest(case: Case, first: int) -> int | None:
    """The first slot at which the whole ask would fit for its length, whatever its own bounds say.

    An amendment is not searched for: what it amends has its window already; nor are several intervals, whose days are
    their author's. What is told has been asked of the very
    rules and calendar that will judge it once the tenant follows the advice.
    """
    if case.kept is not None or case.parts:
        return None
    slot, lasting = case.board.snapshot.policy.slot, length(case)
    whole = replace(case, reservation=replace(case.reservation, min_count=None))
    tried = starts_in_slots(whole, lasting, first, FAR - lasting - slot)
    return next((start for start in tried if _would_do(whole, start, start + lasting)), None)


def _would_do(case: Case, start: int, end: int) -> bool:
    """Whether the ask would be promised if it said this window."""
    asked = replace(case, reservation=replace(case.reservation, window=Window(start=start, end=end)))
    return first_hold(asked) is None and place(asked, start, end) is not None


def _waits(reason: Reason, unlike: Case, window: tuple[int, int]) -> Waits:
    """Whether waiting mends it; `unlike` is the kindest world in which it does not fit.

    Not simpler, as the reason alone: the same contract is full for an hour, or for as long as the window lasts.
    """
    if reason is Reason.EXCEEDS_ENTITLEMENT:
        return _contract(unlike, window)
    if reason is Reason.SUPPLY_NOT_YET_DELIVERED:
        return _delivery(unlike, window[1])
    later = once_others_are_over(unlike) if reason.stalls else None
    if later is not None and place(later, fixed_start(later), window[1]) is not None:
        return Waits(False, f"; {LESS_LATER}")
    return Waits(reason.stalls)


def _contract(case: Case, window: tuple[int, int]) -> Waits:
    """Whether its tenant's other promises leave too little for as long as it could be promised."""
    fewest, last = slices_allowed(case, *window) < case.least, last_interval(case)
    since = contract_leaves_it(last, last.least if fewest else last.count)
    if since is None:
        return Waits(True, "; they leave too little until it is too late: end one of them, or ask for less")
    if since <= case.earliest:
        return Waits(False, f"; {LESS_LATER}")
    return Waits(
        False, f"; from {text_of(since)} on they leave enough, and it is tried again by itself", since
    )


def _delivery(case: Case, end: int) -> Waits:
    """Whether units come too late for what is left of a fixed window then, even if nobody else wanted them."""
    if case.reservation.window.end is None or case.parts:
        return Waits(False)
    later = late_starts(case, case.now, end - case.board.snapshot.policy.shortest, end)
    since = next((start for start in later if place(case, start, end) is not None), None)
    if since is not None:
        return Waits(False, f"; from {text_of(since)} on they serve what is left of it", since)
    return Waits(True, ", nor while enough of it is left; ask for a later end")


def _last_day(case: Case) -> str:
    """When the last of the units that leave goes; nothing where none has a date (retiring ones leave once drained)."""
    ends = [min(unit.retires, s.pool.lease_end) for s in case.matching() for unit in s.pool.units.values()]
    last = max((end for end in ends if end < FAR), default=None)
    return "" if last is None else f"; the last of them leaves at {text_of(last)}"


def _cause(case: Case, start: int, end: int) -> tuple[Reason, str, Case]:
    """The first kinder world in which the ask fits its first window, what that says of ours, and the world before it.

    The worlds are cumulative and ordered by who can help: an agent that is silent, promises that end, units that come
    back, maintenance that is over, hands that uncordon, repair, delivery, a lease. Example: two units promised to
    others and one failed, three asked: emptied does not suffice, healed does, so the failure is named although promises
    stand in the way too. The later cause is told because mending the earlier one alone would not help. Not simpler, one
    trouble at a time: with two troubles no single kinder world fits, and nothing could be named.
    """
    if slices_allowed(case, start, end) < case.least:
        return (
            Reason.EXCEEDS_ENTITLEMENT,
            "with its other promises the tenant would exceed its entitlement then",
            case,
        )
    for change, reason, message in WORLDS:
        kinder = _world(case, change)
        if kinder is case.board:
            continue  # there is no such trouble here
        kind = replace(case, board=kinder)
        if place(kind, start, end) is not None:
            return reason, message, case
        case = kind
    return *_in_no_world(case, start, end), case


TOO_MANY_WAYS = (
    "units that come and go are too many to try all ways in one turn; ask for fewer intervals or slices, a fixed "
    "start, or fewer datacenters"
)
ENDED = Reason.SEARCH_ENDED, TOO_MANY_WAYS
LEFT_ALONE = (
    "a pool in which it runs is left alone until this planner's clock has caught up with its ledger; it is tried again "
    "by itself"
)
TOO_LITTLE_CONTRACT = (
    "of so few slices as its tenant's contract leaves then no pool may hold as many as it would have to"
)
NEVER = (
    "with every unit healthy, delivered and free its pools could not serve it beside what runs of it, which is not "
    "moved; ask for less"
)


def _in_no_world(case: Case, start: int, end: int) -> tuple[Reason, str]:
    """Why it does not fit where nothing is wrong with any pool, and nobody else holds anything."""
    if case.effort.over:
        return ENDED
    if any(case.leaving(sheet) for sheet in case.matching()):
        return Reason.WAITING_FOR_HANDOVER, "units of this reservation are still on their way back"
    if case.begun and case.kept is not None and case.kept.pools.keys() - case.board.sheets.keys():
        return Reason.FROZEN, LEFT_ALONE
    if case.reservation.max_percent_per_pool and slices_allowed(case, start, end) < case.count:
        return Reason.EXCEEDS_ENTITLEMENT, TOO_LITTLE_CONTRACT
    return Reason.EXCEEDS_CAPACITY, NEVER


WORLDS: tuple[tuple[Change, Reason, str], ...] = (
    (worlds.heard, Reason.DATACENTER_UNREACHABLE, "it would fit where the site's agent is not heard now"),
    (worlds.welcoming, Reason.SITE_REFUSES, "it would fit where the site has no place for the tenant"),
    (worlds.sealed, Reason.SEAL_BROKEN, "it would fit in a pool that is being taken down"),
    (worlds.emptied, Reason.WINDOW_CONFLICT, "other promises hold the units for some of that window"),
    (worlds.returned, Reason.WAITING_FOR_HANDOVER, "units are on their way back from the promise before"),
    (
        worlds.unmaintained,
        Reason.UNDER_MAINTENANCE,
        "units that would serve it are under maintenance for some of that window",
    ),
    (worlds.uncordoned, Reason.CORDONED, "units that would serve it are taken out of service"),
    (worlds.healthy, Reason.INSUFFICIENT_HEALTHY_CAPACITY, "too many units are failed for that window"),
    (
        worlds.delivered,
        Reason.SUPPLY_NOT_YET_DELIVERED,
        "units that would serve it are not delivered by then",
    ),
    (worlds.staying, Reason.SITE_LEASE_ENDS, "units that would serve it leave before the window ends"),
)
"""Kinder worlds, each on top of the one before it, and what it means if the ask fits there."""


def _world(case: Case, change: Change) -> Board:
    """The board in a kinder world; it is the same for all who have nothing in force, until something is decided."""
    board = case.board
    if case.kept is not None:
        return _made_kinder(case, change)
    if change.__name__ not in board.kinder:
        board.kinder[change.__name__] = _made_kinder(case, change)
    return board.kinder[change.__name__]


def _made_kinder(case: Case, change: Change) -> Board:
    board, uid = case.board, case.reservation.uid
    sheets = {
        name: _keeping(worlds.in_world(change, sheet), sheet, uid) for name, sheet in board.sheets.items()
    }
    if all(map(is_, sheets.values(), board.sheets.values())):
        return board
    return board.with_sheets(sheets)


def _keeping(kinder: Sheet, sheet: Sheet, uid: str) -> Sheet:
    """What is in force of the reservation itself stays in every world, with its units."""
    entry = sheet.entries.get(uid)
    if entry is None or entry.state is not EntryState.COMMITTED:
        return kinder
    own = {name: grant for name, grant in sheet.grants.items() if grant.promise == uid}
    if kinder.entries.get(uid) is entry and own.items() <= kinder.grants.items():
        return kinder
    entries, grants = {**kinder.entries, uid: entry}, {**kinder.grants, **own}
    return replace(kinder, entries=entries, grants=grants, calendar=None)


def _blockers(case: Case, start: int, end: int) -> tuple[Blocker, ...]:
    """What stands in the way: the tenant's own promises by name, all others only as the pool they fill."""
    sheets, wanted = case.matching(), case.parts or (Part(start, end, 0),)
    own = (_named(entry) for sheet in sheets for entry in _mine(case, sheet) if _meet(entry, wanted))
    others = (
        (FAR, "AcceleratorPool", sheet.pool.name)
        for sheet in sorted(sheets, key=lambda each: each.pool.name)
        if any(_meet(entry, wanted) for entry in _others(case, sheet))
    )
    nearest = [*sorted({*own})[:MAX_BLOCKERS], *itertools.islice(others, MAX_BLOCKERS)][:MAX_BLOCKERS]
    return tuple(Blocker(kind, name, until if until < FAR else None) for until, kind, name in nearest)


def _mine(case: Case, sheet: Sheet) -> Iterator[Entry]:
    """The other entries of its tenant in a pool."""
    mine = sheet.worked_out().tenants.get(case.tenant.name, ()) if case.tenant is not None else ()
    return (sheet.entries[uid] for uid in mine if uid in sheet.entries and uid != case.reservation.uid)


def _others(case: Case, sheet: Sheet) -> Iterator[Entry]:
    """The entries of everybody else; all of them where nobody answers for the ask."""
    mine = case.tenant.name if case.tenant is not None else None
    return (
        entry for uid, entry in sheet.entries.items() if entry.tenant != mine and uid != case.reservation.uid
    )


def _meet(entry: Entry, wanted: Sequence[Part]) -> bool:
    """Whether an entry needs units at a time for which they are wanted."""
    if not entry.stepped and entry.next is None and len(wanted) == 1:  # so it is with nearly all
        return entry.form.start < wanted[0].end and wanted[0].start < entry.form.end
    needs = (part for form in entry.forms for part in form.needs())
    return any(one.start < other.end and other.start < one.end for one in needs for other in wanted)


def _named(entry: Entry) -> tuple[int, str, str]:
    """One of the tenant's own: until when, what, which."""
    return max(form.end for form in entry.forms), "CapacityReservation", entry.reservation
