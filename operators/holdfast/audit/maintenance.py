"""I17: accepted maintenance leaves enough units for every promise that it does not name."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.api.ledger import EntryDocument, LedgerDocument, OutageDocument
from holdfast.audit.finding import Finding
from holdfast.audit.occupancy import needs_of
from holdfast.audit.picture import Picture
from holdfast.hardware.instants import text_of


def leaves_enough(picture: Picture) -> Iterator[Finding]:
    """Per accepted window, at every instant of it from now: what is left covers whoever no maintenance names then."""
    for name, pool in picture.pools.items():
        ledger = picture.ledger(name)
        for outage in (ledger.outages or {}).values():
            for instant in _instants(ledger, outage, picture.now):
                left = len(pool.spec.units) - len(_out(ledger, set(pool.spec.units), instant))
                needed = _needed(ledger, instant)
                if needed > left:
                    yield Finding(
                        "I17",
                        f"maintenance {outage.name}",
                        f"leaves {left} units of {name} at {text_of(instant)}, {needed} are promised to others",
                        "promises lose units to maintenance that does not name them",
                    )
                    break


def _instants(ledger: LedgerDocument, outage: OutageDocument, now: int) -> list[int]:
    """Its beginning, and whatever begins within it."""
    forms = (form for entry in ledger.promises.values() for form in (entry, entry.next) if form)
    begins = (start for form in forms for start, _, _ in needs_of(form, now))
    found = {outage.from_, now, *begins}
    return sorted(instant for instant in found if max(outage.from_, now) <= instant < outage.until)


def _during(ledger: LedgerDocument, instant: int) -> Iterator[OutageDocument]:
    yield from (one for one in (ledger.outages or {}).values() if one.from_ <= instant < one.until)


def _out(ledger: LedgerDocument, declared: set[str], instant: int) -> set[str]:
    taken = (declared if one.units is None else set(one.units) for one in _during(ledger, instant))
    return declared & set[str]().union(*taken)


def _needed(ledger: LedgerDocument, instant: int) -> int:
    """What is promised to those whom no maintenance names at that instant."""
    named = {uid for one in _during(ledger, instant) for uid in one.against or ()}
    return sum(
        _most(entry, instant)
        for uid, entry in ledger.promises.items()
        if uid not in named and entry.state != "Releasing"
    )


def _most(entry: EntryDocument, instant: int) -> int:
    forms = (entry,) if entry.next is None else (entry, entry.next)
    return max(
        sum(count for start, end, count in needs_of(form, instant) if start <= instant < end)
        for form in forms
    )
