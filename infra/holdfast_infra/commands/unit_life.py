"""What comes next for a unit that is taken out of service, from what is declared and what the hub says. Pure.

declared              in the hub          retire                       cycle
in service            any                 declare `retiring`           the same
retiring              not retiring yet    pulumi up                    the same
retiring              in somebody's hands wait: a spare takes over     the same
retiring              free                leave it out                 declare `delivered: false`
retiring, undelivered its nodes stand     -                            pulumi up, then maintenance
retiring, undelivered its nodes are gone  -                            declare it in service again
left out              still declared      pulumi up                    -
left out              gone                done                         -
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from holdfast.hardware.instants import text_of
from holdfast_infra.declaration import Unit

Object = Mapping[str, Any]
Verb = Literal["retire", "cycle"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A unit as the stack file declares it, its pool as the hub returned it, and the pool's report."""

    declared: Unit | None
    pool: Object
    report: Object | None

    def published(self, unit: str) -> Object | None:
        """How the hub has it declared, None if it has not."""
        found = self.pool["spec"]["units"]
        return (found[unit] or {}) if unit in found else None

    def grant(self, unit: str) -> Object | None:
        """In whose hands it is, or on its way back from; None for free, and for one that died in nobody's."""
        found: Object | None = ((self.pool.get("status") or {}).get("units") or {}).get(unit)
        return found if found and found.get("promise") else None

    def stands(self, unit: str) -> bool:
        """Whether its agent has seen its nodes when it last looked."""
        units = self.report["spec"]["units"] if self.report else {}
        return str((units.get(unit) or {}).get("health", "Missing")) != "Missing"


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next: an edit of the declaration (fields, or leave it out), a wait, or something to do."""

    says: str
    fields: Mapping[str, Any] | None = None
    leaves_out: bool = False
    waits: bool = False
    begins: bool = False
    """Whether with it the unit's holder begins to be moved, so that a spare must be there."""


UP = "run `pulumi up`, then ask again"


def next_step(verb: Verb, unit: str, seen: Seen) -> Step:
    """The one thing to do now."""
    declared, published = seen.declared, seen.published(unit)
    if declared is None:
        return _left_out(unit, published)
    if not declared.retiring:
        return Step(
            f"declare {unit} retiring: nothing new is promised on it, and a spare takes over from its holder",
            fields={"retiring": True},
            begins=True,
        )
    if published is None or not published.get("retiring"):
        return Step(f"the hub does not know yet that {unit} retires: {UP}", waits=True)
    grant = seen.grant(unit)
    if grant:
        return Step(_moving(unit, grant, seen), waits=True)
    return _free(verb, unit, declared, seen)


def _left_out(unit: str, published: Object | None) -> Step:
    if published is None:
        return Step(f"{unit} is retired: it is neither declared nor in the hub")
    return Step(f"{unit} is left out of the declaration, and its hardware still stands: {UP}", waits=True)


def _moving(unit: str, grant: Object, seen: Seen) -> str:
    entry = ((seen.pool.get("status") or {}).get("promises") or {}).get(grant["promise"]) or {}
    reservation = entry.get("reservation") or grant["promise"]
    until = f" until {text_of(int(entry['until']))}" if entry.get("until") else ""
    if grant["state"] == "Active":
        return f"{unit} is in the hands of {reservation}{until}: a spare is granted and opened, then it is taken back"
    return f"{unit} is on its way back from {reservation}: its pods leave, and it is made clean"


def _free(verb: Verb, unit: str, declared: Unit, seen: Seen) -> Step:
    if verb == "retire":
        return Step(f"{unit} is free: leave it out of the declaration", leaves_out=True)
    if declared.delivered:
        since = declared.available_from or text_of(int((seen.pool.get("status") or {}).get("asOf", 0)))
        return Step(
            f"{unit} is free: declare its hosts away, so that its nodes are deleted and can be maintained",
            fields={"delivered": False, "availableFrom": since},
        )
    if seen.stands(unit):
        return Step(f"the nodes of {unit} still stand: {UP}", waits=True)
    return Step(
        f"the nodes of {unit} are gone: once it is maintained, declare it in service again, under the same name",
        fields={"delivered": None, "retiring": None},
    )
