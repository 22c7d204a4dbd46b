"""What one AcceleratorPool has promised and to whom, read from the object as the hub returned it; how no is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def listed(words: Sequence[str], most: int = _MOST_NAMED) -> str:
    """One, two and three; or the first of them and how many more there are."""
    if len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most} more"
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _read_ledger(pool: Object) -> Ledger:
    spec, status = pool["spec"], pool.get("status") or {}
    promises, units = status.get("promises") or {}, status.get("units") or {}
    backed = {uid: _backed(entry) for uid, entry in promises.items()}
    holders = {unit: entry.get("promise") or "" for unit, entry in units.items()}
    return Ledger(
        pool=pool["metadata"]["name"],
        datacenter=spec["datacenter"],
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
