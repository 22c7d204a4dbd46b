"""What the API server refuses, stated once more in Python: the planner must never ask for it.

Each law looks at a pool's ledger before and after one write, or at a promise object before and after.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from holdfast.api.legal_steps import ABSENT, ENTRY_STEPS, GRANT_STEPS, PROMISE_STEPS, legal
from holdfast.planner.state.ledger import Entry, EntryState, GrantState, Ledger, Outage, Promise, PromiseState
from holdfast.planner.state.snapshot import Pool

Law = Callable[[Ledger, Ledger], bool]
REPLACED_WITHIN = 600
"""Seconds for which a replacement counts."""
PREPARED, COMMITTED, RELEASING = EntryState.PREPARED, EntryState.COMMITTED, EntryState.RELEASING


def _each_entry(holds: Callable[[Entry, Entry | None, Ledger], bool]) -> Law:
    return lambda old, new: all(holds(e, new.entries.get(uid), new) for uid, e in old.entries.items())


def _each_grant(holds: Callable[[Any, Any, Ledger], bool]) -> Law:
    return lambda old, new: all(holds(g, new.grants.get(unit), new) for unit, g in old.grants.items())


def _lives_forward(old: Entry, new: Entry | None, _: Ledger) -> bool:
    kept = new is None or old.state is PREPARED or new.form.round >= old.form.round
    return kept and legal(ENTRY_STEPS, old.state, ABSENT if new is None else new.state)


def _keeps_its_word(old: Entry, new: Entry | None, ledger: Ledger) -> bool:
    if old.state is not COMMITTED or new is None or new.form.round > old.form.round:
        return True
    a, b = old.form, new.form
    same = new.state is COMMITTED and b.count >= a.count and b.start <= a.start and b.end >= a.end
    same = same and a.parts == b.parts
    return same or b.end <= ledger.as_of


def _as_prepared(old: Entry, new: Entry | None, _: Ledger) -> bool:
    if old.state is not PREPARED or new is None or new.state is not COMMITTED:
        return True
    return new.form.round > old.form.round and _same_form(old.form, new.form)


def _as_next(old: Entry, new: Entry | None, _: Ledger) -> bool:
    both = old.state is COMMITTED and new is not None and new.state is COMMITTED
    if not both or new is None or new.form.attempt == old.form.attempt:
        return True
    return old.next is not None and new.form.round > old.next.round and _same_form(old.next, new.form)


def _same_form(a: Any, b: Any) -> bool:
    return (a.attempt, a.count, a.start, a.end, a.parts) == (b.attempt, b.count, b.start, b.end, b.parts)


def _keeps_owner(old: Entry, new: Entry | None, _: Ledger) -> bool:
    return new is None or (new.reservation, new.tenant) == (old.reservation, old.tenant)


def _units_leave_first(old: Ledger, new: Ledger) -> bool:
    dropped = old.entries.keys() - new.entries.keys()
    return not any(grant.promise in dropped for grant in new.grants.values())


def _released_first(old: Any, new: Any, _: Ledger) -> bool:
    if not legal(GRANT_STEPS, old.state, ABSENT if new is None else new.state):
        return False
    if new is None or new.number != old.number:
        return new is None
    lost = old.state is GrantState.RELEASING and new.state is GrantState.QUARANTINED and new.promise is None
    return new.promise == old.promise or lost


def _keeps_history(old: Any, new: Any, _: Ledger) -> bool:
    return new is None or new.replaces in (None, old.replaces)


def _trouble_remembered(old: Any, new: Any, _: Ledger) -> bool:
    if old.trouble is None or new is None:
        return True
    after, over = new.trouble, old.trouble.ended
    return after is not None and (
        after.since == old.trouble.since or (over is not None and after.since >= over)
    )


def _numbered(old: Ledger, new: Ledger) -> bool:
    fresh = [grant for unit, grant in new.grants.items() if unit not in old.grants]
    numbers = [grant.number for grant in new.grants.values()]
    in_order = all(grant.number > old.granted for grant in fresh) and max(numbers, default=0) <= new.granted
    return in_order and len(set(numbers)) == len(numbers)


def _bound_inside_window(old: Ledger, new: Ledger) -> bool:
    fresh = [grant for unit, grant in new.grants.items() if unit not in old.grants]
    entries = [new.entries.get(grant.promise or "") for grant in fresh if grant.state is GrantState.ACTIVE]
    return all(e is not None and e.state is COMMITTED and e.begun(new.as_of) for e in entries)


def _begun_is_not_postponed(_: Ledger, new: Ledger) -> bool:
    held = {grant.promise for grant in new.grants.values() if grant.state is GrantState.ACTIVE}
    entries = [entry for uid, entry in new.entries.items() if uid in held and entry.next is not None]
    return all(e.next is None or e.next.start <= max(e.form.start, new.as_of) for e in entries)


def _replaces_its_own(old: Ledger, new: Ledger) -> bool:
    grants = new.grants
    fresh = [(u, g, g.replaces) for u, g in grants.items() if u not in old.grants and g.replaces is not None]
    return all(
        former != u and former in grants and grants[former].promise == g.promise for u, g, former in fresh
    )


def _replacements_count(old: Ledger, new: Ledger) -> bool:
    fresh = any(grant.replaces is not None for unit, grant in new.grants.items() if unit not in old.grants)
    return not fresh or new.as_of in new.replaced


def _replacements_stay(old: Ledger, new: Ledger) -> bool:
    return all(at in new.replaced for at in old.replaced if at + REPLACED_WITHIN > new.as_of)


def _next_only_when_committed(_: Ledger, new: Ledger) -> bool:
    waiting = [entry for entry in new.entries.values() if entry.next is not None]
    return all(e.state is COMMITTED and e.next and e.next.round >= e.form.round for e in waiting)


def _peak_covers_each(_: Ledger, new: Ledger) -> bool:
    staying = [entry for entry in new.entries.values() if entry.state is not RELEASING]
    live = [each for entry in staying for each in entry.forms if each.end > new.as_of]
    return all(each.count <= new.peak for each in live)


def _peak_covers_now(_: Ledger, new: Ledger) -> bool:
    forms = [entry.form for entry in new.entries.values() if entry.state is COMMITTED]
    parts = [each for form in forms if form.start <= new.as_of < form.end for each in form.parts or (form,)]
    return sum(each.count for each in parts if each.start <= new.as_of < each.end) <= new.peak


def _outages_keep_their_form(old: Ledger, new: Ledger) -> bool:
    return all(new.outages.get(uid, outage) == outage for uid, outage in old.outages.items())


def _together(entry: Entry, out: Outage) -> bool:
    return not out.units and entry.form.start < out.end and out.start < entry.form.end


def _outages_name_whom_they_touch(old: Ledger, new: Ledger) -> bool:
    fresh = [new.outages[uid] for uid in new.outages.keys() - old.outages.keys()]
    staying = {uid: entry for uid, entry in new.entries.items() if entry.state is not RELEASING}
    return not any(
        _together(e, out) and uid not in out.against for out in fresh for uid, e in staying.items()
    )


def _entries_keep_clear(old: Ledger, new: Ledger) -> bool:
    fresh = [new.entries[uid] for uid in new.entries.keys() - old.entries.keys()]
    return not any(_together(entry, out) for entry in fresh for out in new.outages.values())


def _well_formed(_: Ledger, new: Ledger) -> bool:
    forms = [each for entry in new.entries.values() for each in entry.forms]
    shaped = all(
        1 <= each.count <= 256 and each.end > each.start and len(each.attempt) <= 24 for each in forms
    )
    quiet = all(not entry.notice or entry.state is not PREPARED for entry in new.entries.values())
    kept = all(out.end > out.start for out in new.outages.values()) and len(new.outages) <= 16
    return shaped and quiet and kept and len(new.entries) <= 1024


def _begins(old: Ledger, new: Ledger) -> bool:
    entries = (new.entries[uid] for uid in new.entries.keys() - old.entries.keys())
    grants = (new.grants[unit] for unit in new.grants.keys() - old.grants.keys())
    return all(legal(ENTRY_STEPS, ABSENT, each.state) for each in entries) and all(
        legal(GRANT_STEPS, ABSENT, each.state) for each in grants
    )


LEDGER_LAWS: dict[str, Law] = {
    "an entry begins as a preparation, a unit's way by being granted": _begins,
    "a newer planner has written this ledger": lambda old, new: (
        new.epoch >= old.epoch
        and new.as_of >= old.as_of
        and new.granted >= old.granted
        and new.sealed >= old.sealed
    ),
    "a committed promise is released before it is dropped": _each_entry(_lives_forward),
    "a committed promise shrinks only in a newer round": _each_entry(_keeps_its_word),
    "an entry is committed exactly as it was prepared": _each_entry(_as_prepared),
    "another attempt only as its next form says": _each_entry(_as_next),
    "an entry keeps its reservation and tenant": _each_entry(_keeps_owner),
    "a promise is dropped only after its units": _units_leave_first,
    "a unit changes hands only by being released first": _each_grant(_released_first),
    "a grant keeps its history": _each_grant(_keeps_history),
    "trouble that lasts is remembered": _each_grant(_trouble_remembered),
    "every grant has a number of its own": _numbered,
    "a unit is granted only inside an open window": _bound_inside_window,
    "the window of a promise that has units is not postponed": _begun_is_not_postponed,
    "a unit replaces one of its own promise": _replaces_its_own,
    "a replacement is counted when it is given": _replacements_count,
    "a replacement counts for ten minutes": _replacements_stay,
    "only a committed entry has a next form": _next_only_when_committed,
    "peak covers each entry": _peak_covers_each,
    "peak covers this moment": _peak_covers_now,
    "what nobody has does not work since it was first seen so": lambda old, new: all(
        new.idle_out.get(unit, since) == since for unit, since in old.idle_out.items()
    ),
    "accepted maintenance keeps its form": _outages_keep_their_form,
    "maintenance of a whole pool names whom it touches": _outages_name_whom_they_touch,
    "nothing new is promised over maintenance of a whole pool": _entries_keep_clear,
    "entries are well formed": _well_formed,
}


def broken_by_ledger(pool: Pool, new: Ledger) -> list[str]:
    """The messages with which the API server would refuse this ledger for this pool."""
    broken = [message for message, law in LEDGER_LAWS.items() if not law(pool.ledger, new)]
    if new.peak > len(pool.units):
        broken.append("the pool cannot become smaller than what is promised from it")
    if not new.grants.keys() <= pool.units.keys():
        broken.append("a unit that backs a promise cannot be removed from the pool")
    return broken


def broken_by_promise(old: Promise | None, new: Promise) -> list[str]:
    """The messages with which the API server would refuse this promise object."""
    states, committed = PromiseState, new.state is PromiseState.COMMITTED
    moving = new.moving is not None and {new.moving.source, new.moving.target} <= new.pools.keys()
    sums = [new.slices * new.units_per_slice, (new.slices + moving) * new.units_per_slice]
    whole = sum(new.pools.values()) in sums and new.end > new.start
    whole = whole and not any(count % new.units_per_slice for count in new.pools.values())
    laws = {
        "while nothing is promised no attempt is named": new.state is not states.NONE or new.attempt == "",
        "a committed promise names its attempt": not committed or new.attempt != "",
        "a committed promise has whole slices": not committed or (whole and new.slices >= 1),
        "a release says why": new.ending == (new.cause in ("Expired", "Cancelled", "Amended")),
        "endedAt is said when released": (new.ended_at is not None) == (new.state is states.RELEASED),
        "an attempt is short": len(new.attempt) <= 24 and new.round >= 1,
    }
    if old is not None:
        laws |= _steps(old, new)
    return [message for message, kept in laws.items() if not kept]


def _steps(old: Promise, new: Promise) -> dict[str, bool]:
    states = PromiseState
    same = (old.state, old.attempt) == (new.state, new.attempt)
    shape = ("slices", "units_per_slice", "pools", "start", "end", "intervals")
    owner = ("tenant", "namespace", "reservation")
    hardware = ("accelerator", "topology")
    moved = old.attempt != new.attempt or all(getattr(old, f) == getattr(new, f) for f in shape)
    return {
        "rounds only grow": new.round >= old.round,
        "a new attempt or state needs a new round": (
            new.round > old.round or same or new.state is states.RELEASED
        ),
        "a released promise is a record": old.state is not states.RELEASED or new == old,
        "a promise never goes back": legal(PROMISE_STEPS, old.state, new.state),
        "an attempt never changes its form": moved,
        "a slice begins to move only with an attempt of its own": (
            new.moving in (None, old.moving) or new.attempt != old.attempt
        ),
        "a promise keeps its owner": all(getattr(old, f) == getattr(new, f) for f in owner),
        "a promise in force keeps its hardware": old.state is states.NONE
        or all(getattr(old, f) == getattr(new, f) for f in hardware),
        "a promise never answers an older form": new.generation >= old.generation,
    }
