"""What stands in a pool: its promises, and what is known of its units besides their declaration. Pure.

`now` is the planner's own time of its last write (status.asOf): the ledger is written whenever a window opens or
closes, so what ended since is out of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from holdfast_infra.hub_guard.ledger import Object

_AWAY = ("Releasing", "Quarantined")
WORKS = ("Healthy", "Degraded")


@dataclass(frozen=True, slots=True)
class Promised:
    """One reservation's share of the pool, from `start` until its units should be clean again."""

    reservation: str
    tenant: str
    count: int
    start: int
    """Not before now: what is past needs nothing."""
    end: int
    hands: tuple[str, ...]
    """Units it has now."""
    failed: int = 0
    """How many of those do not work, so that others are wanted in their place."""

    @property
    def wanting(self) -> int:
        """Units it still has to be given."""
        return max(0, self.count - len(self.hands) + self.failed)


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in a pool: its promises, and what is known of its units besides their declaration."""

    now: int
    promises: tuple[Promised, ...]
    away: Mapping[str, int] = field(default_factory=dict)
    """Unit on its way back → since when."""
    health: Mapping[str, str] | None = None
    """Unit → health as last reported; None where no agent ever reported."""
    cordoned: frozenset[str] = frozenset()


def read_standing(pool: Object, report: Object | None) -> Standing:
    """What stands in a pool as the hub returned it. Raises KeyError, TypeError, AttributeError or ValueError."""
    status = pool.get("status") or {}
    grants = status.get("units") or {}
    seen = report["spec"]["units"] if report is not None else {}
    known = Standing(
        now=int(status.get("asOf", 0)),
        promises=(),
        away={name: int(each["since"]) for name, each in grants.items() if each["state"] in _AWAY},
        health={name: str(each["health"]) for name, each in seen.items()} if report is not None else None,
        cordoned=frozenset(name for name, each in seen.items() if each.get("cordoned")),
    )
    return replace(known, promises=tuple(_promised(status.get("promises") or {}, grants, known)))


def _promised(entries: Object, grants: Object, known: Standing) -> Iterator[Promised]:
    for uid, entry in sorted(entries.items()):
        forms = [entry, *([entry["next"]] if entry.get("next") else [])]
        end = max(int(form["until"]) for form in forms)
        if entry["state"] == "Releasing" or end <= known.now:
            continue
        hands = [
            name for name, each in grants.items() if each.get("promise") == uid and each["state"] == "Active"
        ]
        yield Promised(
            reservation=str(entry["reservation"]),
            tenant=str(entry["tenant"]),
            count=max(int(form["count"]) for form in forms),
            start=max(known.now, min(int(form["from"]) for form in forms)),
            end=end,
            hands=tuple(sorted(hands)),
            failed=sum(health_of(known, name) not in WORKS for name in hands),
        )


def health_of(known: Standing, unit: str) -> str:
    """As its agent last reported; a unit of which it says nothing is not there."""
    return "Healthy" if known.health is None else known.health.get(unit, "Missing")
