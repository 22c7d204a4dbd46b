"""Who stands behind a piece of hardware: reservations that count on it, lenders it is pledged to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.hardware.instants import text_of

Object = Mapping[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Promise:
    """One reservation's share in one pool, the later of its two ends while it is being amended."""

    reservation: str
    tenant: str
    pool: str
    until: str


@dataclass(frozen=True, slots=True, order=True)
class Pledge:
    """Collateral of a lender; `until` is empty for one without an end."""

    facility: str
    lender: str
    pool: str
    until: str


@dataclass(frozen=True, slots=True)
class Backing:
    """Everybody behind one piece of hardware."""

    promises: tuple[Promise, ...] = ()
    pledges: tuple[Pledge, ...] = ()


def behind_unit(pool: Object, unit: str) -> Backing:
    """Behind one unit: who holds it, or where nobody does, all that the pool has promised; and its lenders."""
    status = pool.get("status") or {}
    holder = ((status.get("units") or {}).get(unit) or {}).get("promise")
    held = {uid: entry for uid, entry in _entries(pool).items() if uid == holder}
    return Backing(tuple(sorted(_promises(pool, held or _entries(pool)))), tuple(sorted(_pledges(pool))))


def behind_pools(pools: Iterable[Object]) -> Backing:
    """Behind pools as a whole."""
    every = tuple(pools)
    promises = sorted(each for pool in every for each in _promises(pool, _entries(pool)))
    return Backing(tuple(promises), tuple(sorted(each for pool in every for each in _pledges(pool))))


def _entries(pool: Object) -> Object:
    return (pool.get("status") or {}).get("promises") or {}


def _promises(pool: Object, entries: Object) -> Iterator[Promise]:
    for entry in entries.values():
        ends = [int(form["until"]) for form in (entry, entry.get("next")) if form and form.get("until")]
        until = text_of(max(ends)) if ends else ""
        yield Promise(str(entry["reservation"]), str(entry.get("tenant") or ""), _name(pool), until)


def _pledges(pool: Object) -> Iterator[Pledge]:
    for each in (pool.get("spec") or {}).get("obligations") or ():
        if each.get("kind") == "Pledge":
            yield Pledge(str(each["name"]), str(each["holder"]), _name(pool), str(each.get("until") or ""))


def _name(pool: Object) -> str:
    return str(pool["metadata"]["name"])
