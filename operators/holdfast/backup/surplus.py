"""Which units go where adoptions give a promise more than its count: the hub would take the newest, with its job. Pure.

A unit was swapped after the backup: the restored ledger still has the one that failed, the site has the one that was
given for it, and the promise's jobs are there. So a unit goes, in this order, that

    a person has recalled     of those that the backup has it goes back, of the adopted ones it is a stranger's
    nobody is on              by its agent's word: never seen; no tenant's pod while it is in trouble; not open
    else                      nothing is decided: a person and its tenant say which

Between the intervals of a window nothing is due, and all of its units leave as they would have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from holdfast.api.ledger import EMPTY, EntryDocument, LedgerDocument, UnitGrant
from holdfast.api.pool import AcceleratorPool
from holdfast.api.promise import CapacityPromise
from holdfast.api.report import UnitReport
from holdfast.backup.found import Adoption, Found, Return, Stranger, Surplus

Seen = Mapping[str, UnitReport]
"""By unit what its agent says of it."""


def settled(
    pool: AcceleratorPool, seen: Seen, given: Sequence[Adoption], promise: CapacityPromise | None, now: int
) -> Iterator[Found]:
    """One promise's adoptions in a pool, with what goes for them."""
    ledger, uid = pool.status or EMPTY, given[0].uid
    own, due = _held(ledger, uid), due_of(ledger.promises[uid], promise, now)
    beyond = max(0, len(given) - max(0, due - len(own))) if due else 0
    called = [one for one in given if one.unit in pool.metadata.recalled]
    going = [*_going(pool, seen, own, given[0].reservation), *map(_recalled, called)]
    going = sorted(going, key=lambda one: one.unit not in pool.metadata.recalled)[:beyond]
    yield from going
    left = {one.unit for one in going}
    yield from (one for one in given if one.unit not in left)
    if len(going) < beyond:
        units = sorted({*own, *(one.unit for one in given)} - left)
        yield Surplus(pool.metadata.name, given[0].reservation, due, beyond - len(going), tuple(units))


def due_of(entry: EntryDocument, promise: CapacityPromise | None, now: int) -> int:
    """How many units of the pool a promise is to have now: by the form that its object says is in force."""
    stands, later = promise.spec if promise is not None else None, entry.next
    in_force = stands is not None and stands.state == "Committed" and stands.attempt
    form = later if later is not None and in_force == later.attempt else entry
    if form.parts is None:
        return form.count
    return sum(part.count for part in form.parts if part.from_ <= now < part.until)


def _held(ledger: LedgerDocument, uid: str) -> Mapping[str, UnitGrant]:
    """The units that count as a promise's: not those for which another stands in already."""
    held = {
        unit: given for unit, given in ledger.units.items() if (given.promise, given.state) == (uid, "Active")
    }
    stood_in = {given.replaces for given in held.values()}
    return {unit: given for unit, given in held.items() if unit not in stood_in}


def _going(
    pool: AcceleratorPool, seen: Seen, own: Mapping[str, UnitGrant], reservation: str
) -> Iterator[Return | Stranger]:
    """Of the units that the backup has those that may go, those that are closed first, then the older grants."""
    for unit, given in sorted(own.items(), key=lambda one: (_open(seen.get(one[0]), one[1]), one[1].grant)):
        who = pool.metadata.recalled.get(unit)
        if who or _nobody_on(seen.get(unit), given):
            why = f"{who} has recalled it" if who else "nobody is on it"
            yield Return(pool.metadata.name, unit, given.grant, reservation, why)


def _recalled(one: Adoption) -> Return | Stranger:
    wrong = f"got it by grant {one.grant}, after the backup and beyond its count, and it is recalled"
    return Stranger(one.pool, one.unit, f"is {one.reservation}'s, who {wrong}", free=True)


def _open(told: UnitReport | None, given: UnitGrant) -> bool:
    return told is not None and told.open_grant == given.grant


def _nobody_on(told: UnitReport | None, given: UnitGrant) -> bool:
    if told is None or told.occupied is not None:
        return told is None or not told.occupied
    return not _open(told, given)
