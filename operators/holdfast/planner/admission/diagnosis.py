"""Why the calendar said no: the hold names the nearest cause, what blocks it, and what would make it fit.

The cause is found by asking again in kinder worlds: without the other promises, with every unit healthy, with every
unit delivered and staying. The first world in which it fits names what is missing in ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from holdfast.api.reasons import Reason
from holdfast.planner.admission.case import Case
from holdfast.planner.admission.entitlement import slices_allowed
from holdfast.planner.admission.placement import most_slices, place
from holdfast.planner.admission.windows import length, starts, windows
from holdfast.planner.state.board import Board
from holdfast.planner.state.ledger import FAR, EntryState, GrantState
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Health, Pool, Unit
from holdfast.planner.state.steps import Blocker, Hold

MAX_BLOCKERS = 5


def hold_for(case: Case) -> Hold:
    """The answer for a case that no window fits."""
    start, end = next(windows(case), (case.now, case.now + length(case)))
    earliest = _earliest(case, start)
    reason, message = _cause(case, start, end)
    blockers = _blockers(case, start, end) if reason is Reason.WINDOW_CONFLICT else ()
    return Hold(reason, message, blockers, earliest, _relaxations(case, (start, end), earliest))


def _earliest(case: Case, first: int) -> int | None:
    """The first slot at which the whole ask would fit for its length, whatever its own bounds say.

    An amendment is not searched for: what it amends has its window already.
    """
    if case.kept is not None:
        return None
    slot, lasting = case.board.snapshot.policy.slot, length(case)
    whole = replace(case, reservation=replace(case.reservation, min_count=None))
    tried = dict.fromkeys(-(-start // slot) * slot for start in starts(case, first, FAR - lasting - slot))
    return next((start for start in tried if place(whole, start, start + lasting)), None)


def _cause(case: Case, start: int, end: int) -> tuple[Reason, str]:
    if slices_allowed(case, start, end) < case.least:
        return (
            Reason.EXCEEDS_ENTITLEMENT,
            "with its other promises the tenant would exceed its entitlement then",
        )
    for change, reason, message in WORLDS:
        case = replace(case, board=_world(case, change))
        if place(case, start, end) is not None:
            return reason, message
    return (
        Reason.INSUFFICIENT_HEALTHY_CAPACITY,
        "the matching pools do not have that many units beside their spares",
    )


def _heard(sheet: Sheet) -> Sheet:
    return replace(sheet, pool=replace(sheet.pool, reachable=True))


def _sealed(sheet: Sheet) -> Sheet:
    return replace(sheet, pool=replace(sheet.pool, selling=True))


def _emptied(sheet: Sheet) -> Sheet:
    staying = {uid: entry for uid, entry in sheet.entries.items() if entry.state is EntryState.RELEASING}
    leaving = {name: grant for name, grant in sheet.grants.items() if grant.state is not GrantState.ACTIVE}
    return replace(sheet, entries=staying, grants=leaving)


def _returned(sheet: Sheet) -> Sheet:
    return replace(sheet, entries={}, grants={})


def _changed_units(change: Callable[[Unit], Unit]) -> Callable[[Sheet], Sheet]:
    def apply(sheet: Sheet) -> Sheet:
        units = {name: change(unit) for name, unit in sheet.pool.units.items()}
        return replace(sheet, pool=replace(sheet.pool, units=units))

    return apply


def _whole(unit: Unit) -> Unit:
    return replace(unit, health=Health.HEALTHY)


def _delivered(unit: Unit) -> Unit:
    return replace(unit, available=0, health=Health.HEALTHY)


def _staying(unit: Unit) -> Unit:
    return replace(unit, retires=FAR, retiring=False)


def _unleased(sheet: Sheet) -> Sheet:
    pool: Pool = replace(sheet.pool, lease_end=FAR)
    return _changed_units(_staying)(replace(sheet, pool=pool))


WORLDS: tuple[tuple[Callable[[Sheet], Sheet], Reason, str], ...] = (
    (_heard, Reason.DATACENTER_UNREACHABLE, "it would fit where the site's agent is not heard now"),
    (_sealed, Reason.SEAL_BROKEN, "it would fit in a pool that is being taken down"),
    (_emptied, Reason.WINDOW_CONFLICT, "other promises hold the units for some of that window"),
    (_returned, Reason.WAITING_FOR_HANDOVER, "units are on their way back from the promise before"),
    (
        _changed_units(lambda unit: replace(unit, cordoned=False)),
        Reason.CORDONED,
        "units that would serve it are taken out of service",
    ),
    (
        _changed_units(lambda unit: _whole(unit) if unit.health is Health.UNHEALTHY else unit),
        Reason.INSUFFICIENT_HEALTHY_CAPACITY,
        "too many units are failed for that window",
    ),
    (
        _changed_units(_delivered),
        Reason.SUPPLY_NOT_YET_DELIVERED,
        "units that would serve it are not delivered by then",
    ),
    (_unleased, Reason.SITE_LEASE_ENDS, "units that would serve it leave before the window ends"),
)
"""Kinder worlds, each on top of the one before it, and what it means if the ask fits there."""


def _world(case: Case, change: Callable[[Sheet], Sheet]) -> Board:
    board, uid = case.board, case.reservation.uid
    sheets = {name: _keeping(change(sheet), sheet, uid) for name, sheet in board.sheets.items()}
    kinder = Board(board.snapshot)
    kinder.sheets, kinder.writes = sheets, board.writes
    return kinder


def _keeping(kinder: Sheet, sheet: Sheet, uid: str) -> Sheet:
    """What is in force of the reservation itself stays in every world, with its units."""
    entry = sheet.entries.get(uid)
    if entry is None or entry.state is not EntryState.COMMITTED:
        return kinder
    own = {name: grant for name, grant in sheet.grants.items() if grant.promise == uid}
    return replace(kinder, entries={**kinder.entries, uid: entry}, grants={**kinder.grants, **own})


def _blockers(case: Case, start: int, end: int) -> tuple[Blocker, ...]:
    """What stands in the way: the tenant's own promises by name, all others only as the pool they fill."""
    found: set[tuple[int, str, str]] = set()
    for sheet in case.matching():
        for uid, entry in sheet.entries.items():
            if uid == case.reservation.uid or not any(f.start < end and start < f.end for f in entry.forms):
                continue
            if case.tenant is not None and entry.tenant == case.tenant.name:
                found.add((max(form.end for form in entry.forms), "CapacityReservation", entry.reservation))
            else:
                found.add((FAR, "AcceleratorPool", sheet.pool.name))
    nearest = sorted(found)[:MAX_BLOCKERS]
    return tuple(Blocker(kind, name, until if until < FAR else None) for until, kind, name in nearest)


def _relaxations(case: Case, window: tuple[int, int], earliest: int | None) -> tuple[str, ...]:
    """The smallest single changes that were tried and fit."""
    found = []
    fewer = most_slices(case, *window)
    if 0 < fewer < case.reservation.count:
        found.append(f"count: {fewer}")
    if earliest is not None:
        found.append("a start at earliestStart")
    return tuple(found)
