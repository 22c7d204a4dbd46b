"""Units written as ranges of names, so that names never depend on a position.

units:
  - {ids: cube-000..cube-141, availableFrom: "2026-09-01T00:00:00Z"}
  - {ids: cube-143, availableFrom: "2026-09-01T00:00:00Z"}           # 142 was lost: nobody is renamed
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from holdfast.hardware.instants import SHORTEST_WINDOW_SECONDS, seconds_of
from holdfast_infra.declaration.fields import Fields
from holdfast_infra.declaration.shapes import SUB_BLOCKS, UNIT, Shape

MOST_UNITS = 256
"""Bound of an AcceleratorPool's units map."""
_ENDS = re.compile(r"(?P<prefix>[a-z0-9][-a-z0-9]*?|)(?P<number>[0-9]+)", re.ASCII)
_RANGE = Shape(
    r"[a-z0-9-]+(\.\.[a-z0-9-]+)?",
    "names no units",
    "write one id or a range, such as cube-007 or cube-000..cube-143",
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One declared unit. Instants are as Fields.instant reads them; empty means always, or never."""

    name: str
    available_from: str = ""
    delivered: bool = True
    """Whether its hosts exist, so that a GKE node pool can be made of them; until then it is supply with a date."""
    retiring: bool = False
    """Sell nothing more of it; it leaves the declaration once the hub says it is free."""
    retired_by: str = ""
    sub_block: str = ""
    """The sub-block of Google's reservation that is this unit; empty = Google chooses."""


def leaves_a_window(start: str, end: str) -> bool:
    """Whether the shortest window fits between two instants as Fields.instant reads them."""
    return seconds_of(end) - seconds_of(start) >= SHORTEST_WINDOW_SECONDS


def parse_units(pool: Fields) -> tuple[tuple[Unit, ...], bool]:
    """All units of a pool in the order of their names, and whether every range named some.

    A range that is written backwards counts as what it was meant to be.
    """
    units: dict[str, Unit] = {}
    all_were_read = True
    for entry in pool.each("units"):
        parsed = _parse_range(entry)
        all_were_read = all_were_read and bool(parsed)
        for unit in parsed:
            if unit.name in units:
                entry.refuse("ids", unit.name, "is declared twice", "let each unit stand in one range only")
            units[unit.name] = unit
    if not units and pool.sound:
        pool.refuse(
            "units", None, "is empty, so the pool would have nothing to sell", "declare at least one unit"
        )
    if len(units) > MOST_UNITS:
        pool.refuse("units", len(units), f"is more than {MOST_UNITS} units", "declare a second pool")
    return tuple(units[name] for name in sorted(units)), all_were_read


def _parse_range(entry: Fields) -> list[Unit]:
    names = _names(entry, entry.text("ids", _RANGE))
    sub_blocks = _sub_blocks(entry, len(names))
    available_from = entry.instant("availableFrom", default="")
    retired_by = entry.instant("retiredBy", up=True, default="")
    delivered = entry.flag("delivered", default=True)
    retiring = entry.flag("retiring", default=False)
    if retired_by and available_from and not leaves_a_window(available_from, retired_by):
        entry.refuse(
            "retiredBy",
            retired_by,
            "is not after availableFrom, so the units could never be sold",
            "write a later instant",
        )
    entry.nothing_else()
    return [
        Unit(name, available_from, delivered, retiring, retired_by, sub_block)
        for name, sub_block in zip(names, sub_blocks, strict=True)
    ]


def _sub_blocks(entry: Fields, units: int) -> list[str]:
    """One sub-block for each unit of the range, or blanks."""
    first, dots, last = entry.text("subBlocks", SUB_BLOCKS, default="").partition("..")
    named = _between(entry, "subBlocks", first, last) if dots else [first] if first else []
    if named and len(named) != units:
        entry.refuse(
            "subBlocks",
            len(named),
            f"are not as many as the {units} units of the range, so some unit would have none or two",
            "name one sub-block for each unit",
        )
    return named if len(named) == units else [""] * units


def _names(entry: Fields, ids: str) -> list[str]:
    first, dots, last = ids.partition("..")
    if not ids:
        return []
    if not dots:
        return [first] if _is_unit(entry, first) else []
    return _between(entry, "ids", first, last) if _is_unit(entry, first) and _is_unit(entry, last) else []


def _is_unit(entry: Fields, name: str) -> bool:
    if not UNIT.fits(name):
        entry.refuse("ids", name, UNIT.consequence, UNIT.remedy)
        return False
    return True


def _between(entry: Fields, field: str, first: str, last: str) -> list[str]:
    start, end = _ENDS.fullmatch(first), _ENDS.fullmatch(last)
    if not start or not end or start["prefix"] != end["prefix"] or len(first) != len(last):
        entry.refuse(
            field, f"{first}..{last}", "has ends that do not count from one to the other", _RANGE.remedy
        )
        return []
    lowest, highest = sorted((int(start["number"]), int(end["number"])))
    if int(start["number"]) != lowest:
        entry.refuse(
            field, f"{first}..{last}", "runs backwards, so it names no unit", f"write {last}..{first}"
        )
    if highest - lowest >= MOST_UNITS:
        entry.refuse(field, f"{first}..{last}", f"is more than {MOST_UNITS} units", "declare a second pool")
        return []
    return _counted(start["prefix"], lowest, highest, len(start["number"]))


def names_in(ids: str) -> list[str]:
    """The names of a sound range, or the one name."""
    first, dots, last = ids.partition("..")
    start, end = _ENDS.fullmatch(first), _ENDS.fullmatch(last)
    if not dots or not start or not end:
        return [ids]
    return _counted(start["prefix"], int(start["number"]), int(end["number"]), len(start["number"]))


def _counted(prefix: str, lowest: int, highest: int, width: int) -> list[str]:
    return [f"{prefix}{number:0{width}d}" for number in range(lowest, highest + 1)]
