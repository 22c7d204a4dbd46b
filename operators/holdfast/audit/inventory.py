"""I5: every declared unit is held, free or quarantined, once; every grant has its own number and its entry.

Negative or boundless numbers need no check: the documents refuse them, and an unreadable object is reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from holdfast.api.ledger import UnitGrant
from holdfast.audit.finding import Finding
from holdfast.audit.picture import Picture


def units_add_up(picture: Picture) -> Iterator[Finding]:
    """Held + free + quarantined = declared, so the ledger lists no unit that is not declared."""
    for name, pool in picture.pools.items():
        states = Counter(grant.state for grant in picture.ledger(name).units.values())
        held, quarantined = states["Active"] + states["Releasing"], states["Quarantined"]
        free = sum(unit not in picture.ledger(name).units for unit in pool.spec.units)
        if held + free + quarantined == len(pool.spec.units):
            continue
        unknown = sorted(set(picture.ledger(name).units) - set(pool.spec.units))
        yield Finding(
            "I5",
            f"pool {name}",
            f"{held} held + {free} free + {quarantined} quarantined is not {len(pool.spec.units)} declared: "
            f"{', '.join(unknown)}",
            "the ledger gives away units that are not declared",
        )


def grants_are_numbered(picture: Picture) -> Iterator[Finding]:
    """Grant numbers are unique in a pool and at most `granted`."""
    for name in picture.pools:
        ledger = picture.ledger(name)
        times = Counter(grant.grant for grant in ledger.units.values())
        for unit, grant in ledger.units.items():
            if times[grant.grant] > 1 or grant.grant > ledger.granted:
                yield Finding(
                    "I5",
                    f"unit {name}/{unit}",
                    f"has grant {grant.grant}, which {times[grant.grant]} units carry; "
                    f"{ledger.granted} were given",
                    "a number no longer names one grant: a former holder may be let in",
                )


def grants_have_their_entry(picture: Picture) -> Iterator[Finding]:
    """A unit that somebody holds is held for an entry of the same ledger; an Active one for a Committed entry."""
    for pool, unit, grant in picture.grants():
        wrong = _entry_fault(picture, pool, grant)
        if wrong:
            yield Finding(
                "I5",
                f"unit {pool}/{unit}",
                f"is {grant.state} for {grant.promise or 'nobody'}, {wrong}",
                "a unit is held for a promise the ledger does not know",
            )


def _entry_fault(picture: Picture, pool: str, grant: UnitGrant) -> str:
    if grant.state == "Quarantined":
        return ""
    entry = picture.ledger(pool).promises.get(grant.promise or "")
    if entry is None:
        return "which has no entry here"
    if grant.state == "Active" and entry.state != "Committed":
        return f"whose entry is {entry.state}"
    return ""
