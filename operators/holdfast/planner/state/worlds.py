"""Kinder worlds: a pool's sheet as it would be without one kind of trouble. Whoever asks again in one learns the cause.

The first world in which something fits names what is missing in ours: it is the smallest change that helps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from holdfast.planner.state.ledger import FAR, EntryState, GrantState
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Health, Unit

Change = Callable[[Sheet], Sheet]


def heard(sheet: Sheet) -> Sheet:
    """The site's agent speaks."""
    return replace(sheet, pool=replace(sheet.pool, reachable=True))


def welcoming(sheet: Sheet) -> Sheet:
    """The site has a place for every tenant."""
    return replace(sheet, pool=replace(sheet.pool, refuses={}))


def sealed(sheet: Sheet) -> Sheet:
    """The pool's stack is not being taken down."""
    return replace(sheet, pool=replace(sheet.pool, selling=True))


def emptied(sheet: Sheet) -> Sheet:
    """Nobody holds anything; what is on its way back still is."""
    staying = {uid: entry for uid, entry in sheet.entries.items() if entry.state is EntryState.RELEASING}
    leaving = {name: grant for name, grant in sheet.grants.items() if grant.state is not GrantState.ACTIVE}
    return replace(sheet, entries=staying, grants=leaving)


def returned(sheet: Sheet) -> Sheet:
    """Everything has come back clean."""
    return replace(sheet, entries={}, grants={})


def uncordoned(sheet: Sheet) -> Sheet:
    """Nobody has taken nodes out of service."""
    return _with_units(sheet, lambda unit: replace(unit, cordoned=False))


def healthy(sheet: Sheet) -> Sheet:
    """No unit has failed."""
    return _with_units(
        sheet, lambda unit: replace(unit, health=Health.HEALTHY) if unit.health is Health.UNHEALTHY else unit
    )


def delivered(sheet: Sheet) -> Sheet:
    """Every declared unit has been there all along."""
    return _with_units(sheet, lambda unit: replace(unit, available=0, health=Health.HEALTHY))


def staying(sheet: Sheet) -> Sheet:
    """No unit leaves, and the site's lease does not end."""
    unleased = replace(sheet, pool=replace(sheet.pool, lease_end=FAR))
    return _with_units(unleased, lambda unit: replace(unit, retires=FAR, retiring=False))


def _with_units(sheet: Sheet, change: Callable[[Unit], Unit]) -> Sheet:
    units = {name: change(unit) for name, unit in sheet.pool.units.items()}
    return replace(sheet, pool=replace(sheet.pool, units=units))
