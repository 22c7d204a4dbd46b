"""I3 and I7: every promise in force has its whole share, every share its promise, nothing early, nothing late."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.api.ledger import EntryDocument, NextForm
from holdfast.api.promise import CapacityPromise, PromiseSpec
from holdfast.audit.finding import Finding
from holdfast.audit.picture import Picture
from holdfast.hardware.instants import text_of


def promises_are_kept(picture: Picture) -> Iterator[Finding]:
    """Each Committed promise has in every pool it names an entry of its attempt, whole in count and time."""
    for promise in picture.promises.values():
        if promise.spec.state != "Committed":
            continue
        for pool, count in promise.spec.pools.items():
            wrong = _share_fault(picture, promise, pool, count)
            if wrong:
                yield Finding(
                    "I3",
                    f"promise {promise.spec.namespace}/{promise.spec.reservation}",
                    f"{pool}: {wrong}",
                    "units that were promised may be given to somebody else",
                )


def _share_fault(picture: Picture, promise: CapacityPromise, pool: str, count: int) -> str:
    """What is wrong with a promise's share in one pool; empty if nothing."""
    declared, spec = picture.pools.get(pool), promise.spec
    if declared is None:
        return "the pool does not exist"
    entry = picture.ledger(pool).promises.get(promise.metadata.name)
    if entry is None or entry.state == "Releasing":
        return "the ledger has no entry" if entry is None else "its entry is Releasing"
    form = _form(entry, spec.attempt)
    if form is None:
        return f"its entry is of attempt {entry.attempt}, in force is {spec.attempt}"
    if form.round > spec.round:
        return f"its entry is in round {form.round}, the promise object in {spec.round}"
    if form.count != count:
        return f"its entry has {form.count} units, {count} are promised"
    return _window_fault(form, spec)


def _form(entry: EntryDocument, attempt: str) -> EntryDocument | NextForm | None:
    """The form of an entry that belongs to an attempt: just committed, it may still stand in `next`."""
    if entry.attempt == attempt:
        return entry
    return entry.next if entry.next is not None and entry.next.attempt == attempt else None


def _window_fault(form: EntryDocument | NextForm, spec: PromiseSpec) -> str:
    """An entry covers its promise's window, and where it says how long its units are cleaned, that too.

    How long they were to be cleaned when it was promised no other entry says, and what the pool declares today may be
    more or less: both are lawful, for a unit on its way back is given to nobody before it is clean.
    """
    if spec.window is None:
        return "the promise object has no window"
    start, end = spec.window.start, spec.window.end
    covered = end + (form.clearing or 0)
    if form.from_ == start and form.until >= covered:
        return ""
    return (
        f"its entry runs from {text_of(form.from_)} to {text_of(form.until)}, what was promised from "
        f"{text_of(start)} to {text_of(covered)}"
    )


def entries_have_their_promise(picture: Picture) -> Iterator[Finding]:
    """Each Committed entry belongs to a Committed promise object that names its pool."""
    for pool, uid, entry in picture.entries():
        if entry.state != "Committed":
            continue
        wrong = _promise_fault(picture.promises.get(uid), pool)
        if wrong:
            yield Finding(
                "I3",
                f"entry {pool}/{entry.reservation}",
                wrong,
                "units are kept for a promise that is not in force there",
            )


def _promise_fault(promise: CapacityPromise | None, pool: str) -> str:
    if promise is None:
        return "is Committed, but there is no promise object"
    if promise.spec.state != "Committed":
        return f"is Committed, but the promise object is {promise.spec.state}"
    if pool not in promise.spec.pools:
        return "is Committed, but the promise object does not name this pool"
    return ""


def _open(entry: EntryDocument, now: int) -> bool:
    """Whether an entry's window is open, or that of one of its intervals; the clearing after it counts as open."""
    clearing = entry.clearing or 0
    within = entry.parts is None or any(one.from_ <= now < one.until + clearing for one in entry.parts)
    return within and entry.from_ <= now < entry.until


def intervals_are_kept(picture: Picture) -> Iterator[Finding]:
    """In each interval promised that is not over its entries together have as many units as its slices take."""
    for uid, promise in picture.promises.items():
        spec = promise.spec
        if spec.state != "Committed" or spec.intervals is None:
            continue
        shares = [_form(entry, spec.attempt) for entry in picture.shares(uid).values()]
        parts = [part for form in shares if form is not None for part in form.parts or ()]
        for one in (each for each in spec.intervals if each.end > picture.now):
            left = max(one.start, picture.now)
            given = sum(part.count for part in parts if part.from_ <= left and one.end <= part.until)
            if given < one.slices * spec.units_per_slice:
                yield Finding(
                    "I3",
                    f"promise {spec.namespace}/{spec.reservation}",
                    f"its entries have {given} units for {one.slices} slices from {text_of(left)}",
                    "an interval that was promised may be given to somebody else",
                )


def bound_inside_the_window(picture: Picture) -> Iterator[Finding]:
    """No unit is Active before its entry's window opens, or after its end, grace and turn-around."""
    for pool, unit, grant in picture.grants():
        entry = picture.ledger(pool).promises.get(grant.promise or "")
        if entry is None or grant.state != "Active" or _open(entry, picture.now):
            continue
        yield Finding(
            "I7",
            f"unit {pool}/{unit}",
            f"is Active for {entry.reservation}, whose entry runs from {text_of(entry.from_)} "
            f"to {text_of(entry.until)}",
            "a tenant has a unit outside its window",
        )
