"""Whose changes one ledger write carries, and the same write with only some of them."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace
from typing import TypeVar

from holdfast.planner.state.ledger import Ledger
from holdfast.planner.state.ledger_write import ledger_write
from holdfast.planner.state.sheet import Sheet
from holdfast.planner.state.snapshot import Pool
from holdfast.planner.state.steps import LedgerWrite

NOBODY = "units that nobody has"
"""Whose the changes of a quarantined unit are: no promise has it any more."""

ThingT = TypeVar("ThingT")


def movers(old: Ledger, new: Ledger) -> tuple[str, ...]:
    """The promises and maintenance windows (uids) of which a write changes something; who only gives back comes first.

    In that order any first few of them make a ledger of their own: nobody takes what another has yet to give.
    """
    entries = {
        uid for uid in old.entries.keys() | new.entries.keys() if old.entries.get(uid) != new.entries.get(uid)
    }
    grants = {
        _owner(unit, old, new)
        for unit in old.grants.keys() | new.grants.keys()
        if old.grants.get(unit) != new.grants.get(unit)
    }
    outages = {
        uid for uid in old.outages.keys() | new.outages.keys() if old.outages.get(uid) != new.outages.get(uid)
    }
    return tuple(sorted(entries | grants | outages, key=lambda uid: (_takes(uid, old, new), uid)))


def partly(pool: Pool, write: LedgerWrite, kept: Container[str]) -> LedgerWrite | None:
    """The write with the changes of some of them only, its figures counted anew; None where nothing is left."""
    old, new = pool.ledger, write.ledger
    entries = _mixed(
        old.entries, new.entries, {uid: uid for uid in old.entries.keys() | new.entries.keys()}, kept
    )
    known = {uid: uid for uid in old.outages.keys() | new.outages.keys()}
    outages = _mixed(old.outages, new.outages, known, kept)
    owners = {unit: _owner(unit, old, new) for unit in old.grants.keys() | new.grants.keys()}
    grants = _mixed(old.grants, new.grants, owners, kept)
    sheet = Sheet(replace(pool, ledger=old), new.as_of, entries, grants, new.granted, outages=outages)
    sheet.idle_out = new.idle_out
    made = ledger_write(sheet, new.epoch)
    # A move's replacement is told by no grant: all of them stay counted, which at worst is slower.
    return None if made is None else replace(made, ledger=replace(made.ledger, replaced=new.replaced))


def _mixed(
    old: Mapping[str, ThingT], new: Mapping[str, ThingT], owners: Mapping[str, str], kept: Container[str]
) -> dict[str, ThingT]:
    chosen = {name: (new if owner in kept else old).get(name) for name, owner in owners.items()}
    return {name: thing for name, thing in chosen.items() if thing is not None}


def _owner(unit: str, old: Ledger, new: Ledger) -> str:
    """Whose a unit is in a write; a unit that goes into quarantine is still its last promise's."""
    grants = (ledger.grants.get(unit) for ledger in (new, old))
    return next((grant.promise for grant in grants if grant is not None and grant.promise), NOBODY)


def _takes(uid: str, old: Ledger, new: Ledger) -> bool:
    """Whether a promise gets a form or a unit it did not have."""
    before, after = old.entries.get(uid), new.entries.get(uid)
    forms = after is not None and (before is None or not set(after.forms) <= set(before.forms))
    units = any(grant.promise == uid and unit not in old.grants for unit, grant in new.grants.items())
    return forms or units or uid in new.outages
