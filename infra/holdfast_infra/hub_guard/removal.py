"""May this hardware leave? The decision alone, from objects as the hub returned them.

    1. no object, or one that cannot be read                  no: silence is not permission
    2. the unit backs a reservation                           no: its holder is named
    3. the unit is quarantined and backs nothing              yes: it is dead, and counts for nobody
    4. fewer units would stay than are promised at some time  no
    5. otherwise                                              yes

A whole site (cluster, network, system nodes) may leave only when none of its pools has a promise or a unit in
anybody's hands. Which changes of what stays are asked about at all: inputs.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from holdfast.hardware.instants import text_of

Object = Mapping[str, Any]

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why hardware may not leave, and what to do about it."""

    reason: str
    remedy: str

    def __str__(self) -> str:
        """One sentence for the person at the terminal."""
        return f"{self.reason}; {self.remedy}"


class UnreadablePool(ValueError):
    """An AcceleratorPool does not have the shape this module knows."""


@dataclass(frozen=True, slots=True)
class Backed:
    """One reservation as the ledger knows it; in words, who it is and until when."""

    reservation: str
    tenant: str
    start: int
    end: int

    def __str__(self) -> str:
        """Who waits, and how long whoever wants the hardware has to."""
        return f"reservation {self.reservation} (tenant {self.tenant}) until {text_of(self.end)}"


@dataclass(frozen=True, slots=True)
class Ledger:
    """What one AcceleratorPool has promised."""

    pool: str
    datacenter: str
    units: frozenset[str]
    peak: int
    holders: Mapping[str, str]
    """Unit in somebody's hands → whose, in words; empty if it is quarantined and backs nothing."""
    promises: tuple[Backed, ...]
    now: int
    """The planner's time of its last write."""


def read_ledger(pool: Object) -> Ledger:
    """The ledger in this object. Raises UnreadablePool."""
    try:
        return _read_ledger(pool)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise UnreadablePool(f"{type(error).__name__}: {error}") from error


def may_remove(pool: Object | None, name: str, unit: str, departing: Collection[str] = ()) -> Refusal | None:
    """None if this unit of the pool of this name may leave, else why not.

    departing: units of the pool that were already allowed to leave in this run.
    """
    if pool is None:
        return Refusal(
            f"the hub knows no pool {name}, so nobody can say what unit {unit} backs",
            "point holdfast:hubContext at the hub of this stack, or publish the pool again",
        )
    try:
        ledger = read_ledger(pool)
    except UnreadablePool as error:
        return Refusal(
            f"the ledger of pool {name} cannot be read ({error})", "bring infra and hub to one version"
        )
    return _held(ledger, unit) or _scarce(ledger, unit, departing)


def may_close(pools: Iterable[Object], datacenter: str) -> Refusal | None:
    """None if no pool of this datacenter backs anything, else why its site must stay."""
    try:
        ledgers = [read_ledger(pool) for pool in pools]
    except UnreadablePool as error:
        return Refusal(f"a pool in the hub cannot be read ({error})", "bring infra and hub to one version")
    for ledger in sorted(ledgers, key=lambda each: each.pool):
        backs = [str(each) for each in ledger.promises] or sorted(set(filter(None, ledger.holders.values())))
        if ledger.datacenter == datacenter and backs:
            return Refusal(f"pool {ledger.pool} at {datacenter} still backs {listed(backs)}", _WAIT)
    return None


def listed(words: Sequence[str], most: int = _MOST_NAMED) -> str:
    """One, two and three; or the first of them and how many more there are."""
    if len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most} more"
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


_WAIT = "wait for its window to end, or let its tenant cancel or shorten it"


def _held(ledger: Ledger, unit: str) -> Refusal | None:
    holder = ledger.holders.get(unit)
    if not holder:
        return None
    return Refusal(f"unit {unit} of pool {ledger.pool} backs {holder}", _WAIT)


def _scarce(ledger: Ledger, unit: str, departing: Collection[str]) -> Refusal | None:
    quarantined = unit in ledger.holders
    left = len(ledger.units - {unit, *departing})
    if quarantined or left >= ledger.peak:
        return None
    return Refusal(
        f"without unit {unit} pool {ledger.pool} is down to {left}, but promises need {ledger.peak} at once",
        "declare more units first, or wait until fewer are promised",
    )


def _read_ledger(pool: Object) -> Ledger:
    spec, status = pool["spec"], pool.get("status") or {}
    promises, units = status.get("promises") or {}, status.get("units") or {}
    backed = {uid: _backed(entry) for uid, entry in promises.items()}
    holders = {unit: entry.get("promise") or "" for unit, entry in units.items()}
    return Ledger(
        pool=pool["metadata"]["name"],
        datacenter=spec["datacenter"],
        units=frozenset(spec["units"]),
        peak=int(status.get("peak", 0)),
        holders={unit: str(backed.get(uid, uid and f"reservation {uid}")) for unit, uid in holders.items()},
        promises=tuple(sorted(backed.values(), key=lambda each: (-each.end, each.reservation))),
        now=int(status.get("asOf", 0)),
    )


def _backed(entry: Object) -> Backed:
    """The form in force and the one to come together: whichever lasts longer."""
    forms = [entry, *([entry["next"]] if entry.get("next") else [])]
    return Backed(
        reservation=str(entry["reservation"]),
        tenant=str(entry["tenant"]),
        start=min(int(form["from"]) for form in forms),
        end=max(int(form["until"]) for form in forms),
    )
