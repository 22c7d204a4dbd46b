"""Who leaves first of the units that a promise has beyond its count.

    the units of a slice that has moved to another pool
    failed units, those that have been replaced in front
    units to be swapped that work, and have been replaced
    cubes that are in no whole slice, then whole slices of which a cube is cordoned or retiring
    the newest grants; of slices the one whose oldest cube is the newest

A slice leaves whole, so that what stays goes on. Example: two slices of two cubes, cube-1 of the older one failed and
cube-7 stands in for it; the share shrinks by a slice. By the age of grants cube-7 and a cube of the younger slice would
leave, and neither slice would be left; so the younger slice leaves. What is told of slices is the agent's report, so
while none is told, where the site forms none for example, each unit stands by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.planner.state.ledger import GrantState
from holdfast.planner.state.sheet import Sheet


def in_order_of_leaving(
    sheet: Sheet, names: Sequence[str], size: int, first: frozenset[int] = frozenset()
) -> list[str]:
    """The units in the order in which they leave; `size` units are a slice, `first` are grants that have moved."""
    slices = whole_slices(sheet, names, size)

    def worth(name: str) -> tuple[bool, bool, bool, bool, bool, int, str, int]:
        number = sheet.grants[name].number
        together = slices.get(sheet.pool.units[name].slice if name in sheet.pool.units else "", ())
        whole = name in together
        others = together if whole else (name,)
        return (
            number not in first,
            all(_counts(sheet, each) for each in others),
            not _gone(sheet, name),
            whole,
            all(_sound(sheet, each) for each in others),
            -min(sheet.grants[each].number for each in others),
            sheet.pool.units[name].slice if whole else "",
            -number,
        )

    return sorted(names, key=worth)


def replaced(sheet: Sheet, name: str) -> bool:
    """Whether a younger grant stands in for this one already; one on its way back no longer does."""
    number = sheet.grants[name].number
    return any(
        grant.replaces == name and grant.number > number and grant.state is GrantState.ACTIVE
        for grant in sheet.grants.values()
    )


def runs(sheet: Sheet, name: str) -> bool:
    """Whether a unit works, by what is reported of it."""
    unit = sheet.pool.units.get(name)
    return unit is not None and unit.works


def whole_slices(sheet: Sheet, names: Sequence[str], size: int) -> dict[str, tuple[str, ...]]:
    """By slice its units, where as many are told of it as make one, and none of them has been replaced."""
    found: dict[str, tuple[str, ...]] = {}
    if size == 1:
        return found
    for name in names:
        unit = sheet.pool.units.get(name)
        if unit is not None and unit.slice and not _gone(sheet, name):
            found[unit.slice] = (*found.get(unit.slice, ()), name)
    return {slice_: units for slice_, units in found.items() if len(units) == size}


def _gone(sheet: Sheet, name: str) -> bool:
    return sheet.grants[name].leaving and replaced(sheet, name)


def _counts(sheet: Sheet, name: str) -> bool:
    return sheet.works(name) and (runs(sheet, name) or not sheet.grants[name].failed)


def _sound(sheet: Sheet, name: str) -> bool:
    unit = sheet.pool.units.get(name)
    return unit is not None and _counts(sheet, name) and not unit.cordoned and not unit.retiring
