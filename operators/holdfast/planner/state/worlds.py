"""Kinder worlds: a pool's sheet as it would be without one kind of trouble. Whoever asks again in one learns the cause.

The first world in which something fits names what is missing in ours: it is the smallest change that helps. A sheet
without that kind of trouble is returned as it is: where that goes for all of them, the world need not be tried.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from operator import is_
from typing import Any

from holdfast.planner.state.ledger import FAR, EntryState, Grant, GrantState
from holdfast.planner.state.pool_calendar import as_counted
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Health, Unit

Change = Callable[[Sheet], Sheet]


def in_world(change: Change, sheet: Sheet) -> Sheet:
    """The sheet in a kinder world: made once for as long as nothing is played on it."""
    name = change.__name__
    if name not in sheet.kinder:
        sheet.kinder[name] = change(sheet)
    return sheet.kinder[name]


def heard(sheet: Sheet) -> Sheet:
    """The site's agent speaks."""
    return sheet if sheet.pool.reachable else replace(sheet, pool=replace(sheet.pool, reachable=True))


def welcoming(sheet: Sheet) -> Sheet:
    """The site has a place for every tenant."""
    return replace(sheet, pool=replace(sheet.pool, refuses={})) if sheet.pool.refuses else sheet


def sealed(sheet: Sheet) -> Sheet:
    """The pool's stack is not being taken down."""
    return sheet if sheet.pool.selling else replace(sheet, pool=replace(sheet.pool, selling=True))


def emptied(sheet: Sheet) -> Sheet:
    """Nobody holds anything; what is on its way back still is."""
    staying = {uid: entry for uid, entry in sheet.entries.items() if entry.state is EntryState.RELEASING}
    leaving = {name: grant for name, grant in sheet.grants.items() if grant.state is not GrantState.ACTIVE}
    return _once("emptied", sheet, entries=staying, grants=leaving)


def returned(sheet: Sheet) -> Sheet:
    """Everything has come back clean."""
    return _once("returned", sheet, entries={}, grants={})


def cleaned(sheet: Sheet) -> Sheet:
    """What is on its way back, or should be, has come back clean; nobody who holds anything gives it back."""
    staying = {name: grant for name, grant in sheet.grants.items() if _stays(grant, sheet)}
    return _once("cleaned", sheet, grants=staying) if len(staying) < len(sheet.grants) else sheet


def _stays(grant: Grant, sheet: Sheet) -> bool:
    counted = as_counted(grant, sheet.entries, sheet.now)
    return counted is not None and counted.state is GrantState.ACTIVE


def unmaintained(sheet: Sheet) -> Sheet:
    """Nothing is under maintenance."""
    return _once("unmaintained", sheet, outages={}) if sheet.outages else sheet


def uncordoned(sheet: Sheet) -> Sheet:
    """Nobody has taken nodes out of service."""
    return _with_units(
        "uncordoned", sheet, lambda unit: replace(unit, cordoned=False) if unit.cordoned else unit
    )


def healthy(sheet: Sheet) -> Sheet:
    """No unit has failed."""
    return _with_units(
        "healthy",
        _unjudged(sheet),
        lambda unit: replace(unit, health=Health.HEALTHY) if unit.health is Health.UNHEALTHY else unit,
    )


def repaired(sheet: Sheet) -> Sheet:
    """Every unit works while it is there; from when and until when is as declared."""
    return _with_units(
        "repaired",
        _unjudged(sheet),
        lambda unit: unit if unit.health is Health.HEALTHY else replace(unit, health=Health.HEALTHY),
    )


def _unjudged(sheet: Sheet) -> Sheet:
    """No unit in a promise's hands counts as failed: whoever comes after its holder counts on it again."""
    grants = {
        name: replace(grant, trouble=None) if grant.keeps and grant.failed else grant
        for name, grant in sheet.grants.items()
    }
    same = all(map(is_, grants.values(), sheet.grants.values()))
    return sheet if same else _once("unjudged", sheet, grants=grants)


def delivered(sheet: Sheet) -> Sheet:
    """Every declared unit has been there all along."""

    def change(unit: Unit) -> Unit:
        there = unit.available == 0 and unit.health is Health.HEALTHY
        return unit if there else replace(unit, available=0, health=Health.HEALTHY)

    return _with_units("delivered", sheet, change)


def staying(sheet: Sheet) -> Sheet:
    """No unit leaves, and the site's lease does not end."""
    if sheet.pool.lease_end < FAR:
        sheet = _once("unleased", sheet, pool=replace(sheet.pool, lease_end=FAR))

    def change(unit: Unit) -> Unit:
        stays = unit.retires == FAR and not unit.retiring
        return unit if stays else replace(unit, retires=FAR, retiring=False)

    return _with_units("staying", sheet, change)


def _with_units(world: str, sheet: Sheet, change: Callable[[Unit], Unit]) -> Sheet:
    units = {name: change(unit) for name, unit in sheet.pool.units.items()}
    if all(map(is_, units.values(), sheet.pool.units.values())):
        return sheet
    return _once(world, sheet, pool=replace(sheet.pool, units=units))


def _once(world: str, sheet: Sheet, **changes: Any) -> Sheet:
    """The sheet with these changes; its calendar there is worked out once for as long as its own stands."""
    known = sheet.worked_out().kinder
    if world not in known:
        known[world] = replace(sheet, calendar=None, **changes).worked_out()
    return replace(sheet, calendar=known[world], **changes)
