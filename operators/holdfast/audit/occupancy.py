"""I1 and I15: the same hardware is never promised twice, and `peak` tells the truth about what is needed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from holdfast.api.ledger import EntryDocument, LedgerDocument, NextForm
from holdfast.audit.finding import Finding
from holdfast.audit.picture import Picture
from holdfast.hardware.instants import text_of


def needs_of(form: EntryDocument | NextForm, now: int) -> list[tuple[int, int, int]]:
    """(from, until, units): the whole of a form, or each interval, clearing included, that is not over."""
    if form.parts is None:
        return [(form.from_, form.until, form.count)]
    live = (part for part in form.parts if part.until > now)
    return [(part.from_, part.until + (form.clearing or 0), part.count) for part in live]


def _changes(entry: EntryDocument, now: int) -> Iterator[tuple[int, int]]:
    """(instant, change in units): while an entry has two forms it occupies the larger one."""
    forms = [needs_of(form, now) for form in ((entry,) if entry.next is None else (entry, entry.next))]
    occupied = 0
    for instant in sorted({edge for needs in forms for one in needs for edge in one[:2]}):
        needed = max(sum(one[2] for one in needs if one[0] <= instant < one[1]) for needs in forms)
        yield instant, needed - occupied
        occupied = needed


def fullest(ledger: LedgerDocument, now: int) -> tuple[int, int]:
    """The most units occupied at any instant from `now`, and that instant; what is Releasing is left out."""
    changes: dict[int, int] = defaultdict(int)
    for entry in ledger.promises.values():
        if entry.state != "Releasing":
            for instant, change in _changes(entry, now):
                changes[max(instant, now)] += change
    occupied, most, when = 0, 0, now
    for instant in sorted(changes):
        occupied += changes[instant]
        if occupied > most:
            most, when = occupied, instant
    return most, when


def never_oversubscribed(picture: Picture) -> Iterator[Finding]:
    """Per pool, at every instant from now: Prepared and Committed entries need no more than is declared."""
    for name, pool in picture.pools.items():
        most, when = fullest(picture.ledger(name), picture.now)
        if most > len(pool.spec.units):
            yield Finding(
                "I1",
                f"pool {name}",
                f"{most} units are promised at {text_of(when)}, {len(pool.spec.units)} are declared",
                "more is promised than exists: at least one promise cannot be kept",
            )


def peak_covers(picture: Picture) -> Iterator[Finding]:
    """The pool's `peak` is at least what is needed at every instant from now."""
    for name in picture.pools:
        ledger = picture.ledger(name)
        most, when = fullest(ledger, picture.now)
        if most > ledger.peak:
            yield Finding(
                "I15",
                f"pool {name}",
                f"peak is {ledger.peak}, but {most} units are needed at {text_of(when)}",
                "the pool could be made smaller than what is promised from it",
            )


def one_attempt(picture: Picture) -> Iterator[Finding]:
    """All Committed entries of a reservation belong to one attempt."""
    attempts: dict[str, set[str]] = defaultdict(set)
    for _, uid, entry in picture.entries():
        if entry.state == "Committed":
            attempts[uid].add(entry.attempt)
    for uid, names in attempts.items():
        if len(names) > 1:
            yield Finding(
                "I1",
                f"reservation {uid}",
                f"has Committed entries of attempts {', '.join(sorted(names))}",
                "one reservation occupies the units of two attempts",
            )


def hardware_once(picture: Picture) -> Iterator[Finding]:
    """A node pool (GKE) of a datacenter is declared as one unit of one pool."""
    units: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, pool in picture.pools.items():
        for unit, declared in pool.spec.units.items():
            units[pool.spec.datacenter, declared.node_pool].append(f"{name}/{unit}")
    for (datacenter, node_pool), names in units.items():
        if len(names) > 1:
            yield Finding(
                "I1",
                f"node pool {datacenter}/{node_pool}",
                f"is declared as {' and '.join(sorted(names))}",
                "one piece of hardware can be promised twice",
            )


def no_more_than_promised(picture: Picture) -> Iterator[Finding]:
    """A promise has no more Active units in a pool than its count, but for those that are being replaced."""
    held: Counter[tuple[str, str]] = Counter()
    for pool, unit, grant in picture.grants():
        if grant.state == "Active" and grant.promise is not None and not _replaced(picture, pool, unit):
            held[pool, grant.promise] += 1
    for pool, uid, entry in picture.entries():
        if held[pool, uid] > entry.count:
            yield Finding(
                "I1",
                f"entry {pool}/{entry.reservation}",
                f"holds {held[pool, uid]} units, {entry.count} are promised",
                "units are with a tenant to whom they are not promised",
            )


def _replaced(picture: Picture, pool: str, unit: str) -> bool:
    grants = picture.ledger(pool).units.values()
    return any(grant.replaces == unit and grant.state == "Active" for grant in grants)
