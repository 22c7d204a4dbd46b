"""The invariants of the ledger, stated without the planner's words: I1, I3, I5, I7, I10.

Each check looks at the world before and after one write and says what is broken.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import replace

from tests.planner.fewer import fewer_in_an_interval
from tests.planner.moved import moves_whole

from holdfast.planner.state.ledger import (
    FAR,
    Entry,
    EntryState,
    Form,
    Grant,
    GrantState,
    Ledger,
    Promise,
    PromiseState,
)
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import Health, Pool, Reservation, Snapshot, Unit


def decided_at_rest(seen: Snapshot, made: Plan) -> list[str]:
    """A restored hub that nobody has let go writes nothing but words."""
    if not any(pool.restored for pool in seen.pools.values()):
        return []
    steps = [*made.ledgers, *made.promises, *made.deletes, *made.expired]
    return [f"{one} is written while the hub rests" for one in steps]


def needed(entry: Entry, instant: int, now: int = 0) -> int:
    """Units an entry needs at an instant: the larger of its forms."""
    return max(level(form, instant, now) for form in entry.forms)


def level(form: Form, instant: int, now: int = 0) -> int:
    """Units a form needs at an instant, clearing included; of an interval that is over by now, its units tell."""
    if not form.parts:
        return form.count if form.start <= instant < form.end else 0
    live = (one for one in form.parts if one.end > now)
    return sum(one.count for one in live if one.start <= instant < one.end + form.clearing)


def last_need(entry: Entry, now: int) -> int:
    """When the units in an entry's hands are needed no longer."""
    return max(
        (one.end + form.clearing for form in entry.forms for one in form.parts if one.start <= now < one.end),
        default=max((form.end for form in entry.forms if not form.parts), default=now),
    )


def beginnings(form: Form) -> set[int]:
    """The instants at which a form needs more."""
    return {one.start for one in form.parts} or {form.start}


def there(unit: Unit, pool: Pool, instant: int) -> bool:
    """Whether the declaration has the unit at an instant, clearing time included, and no maintenance takes it."""
    last = min(unit.retires, pool.lease_end) + pool.clearing
    return unit.available <= instant < last and not out(unit.name, pool.ledger, instant)


def out(name: str, ledger: Ledger, instant: int) -> bool:
    """Whether accepted maintenance has a unit at an instant."""
    taking = (one for one in ledger.outages.values() if one.start <= instant < one.end)
    return any(name in one.units or not one.units for one in taking)


def taken_from_promises(before: Pool, after: Ledger) -> Iterator[str]:
    """I17: maintenance is accepted only if no promise that it does not name needs the units it takes.

    By count at every instant of it while every unit works, as if whoever it names needed nothing; and by name: no
    working unit is taken out of the hands of a promise that is not named.
    """
    for uid in after.outages.keys() - before.ledger.outages.keys():
        new = after.outages[uid]
        mine = [(u, e) for u, e in after.entries.items() if u not in new.against]
        mine = [(u, e) for u, e in mine if e.state is not EntryState.RELEASING]
        begins = {start for _, e in mine for f in e.forms for start in beginnings(f)}
        edges = {new.start, *(start for start in begins if new.start < start < new.end)}
        whole = all(unit.works for unit in before.units.values())
        for instant in sorted(edge for edge in edges if edge >= after.as_of and whole):
            asked = sum(needed(entry, instant, after.as_of) for _, entry in mine)
            pools = (replace(before, ledger=ledger) for ledger in (before.ledger, after))
            was, left = (
                sum(sellable(unit, pool, after.as_of, instant) for unit in pool.units.values())
                for pool in pools
            )
            if left < was and asked > left:
                yield f"I17: {new.name} leaves {left} units at {instant}, {asked} are promised"
        working = {u for u, grant in after.grants.items() if grant.state is GrantState.ACTIVE}
        for name in sorted(u for u in working & before.units.keys() if before.units[u].works):
            entry = dict(mine).get(after.grants[name].promise or "")
            last = last_need(entry, after.as_of) if entry is not None else 0
            if (not new.units or name in new.units) and max(new.start, after.as_of) < min(new.end, last):
                yield f"I17: {new.name} takes {name} out of the hands of a promise it does not name"


def oversubscribed(before: Ledger, pool: Pool) -> Iterator[str]:
    """I1: at no instant from now on does a write promise more than the inventory.

    What a later declaration took away (a delivery that slipped, a lease that was shortened) is a deficit and no
    breach: then nothing may be added to what was promised before.
    """
    live = [entry for entry in pool.ledger.entries.values() if entry.state is not EntryState.RELEASING]
    owed = [entry for entry in before.entries.values() if entry.state is not EntryState.RELEASING]
    now, begins = pool.ledger.as_of, {at for entry in live for f in entry.forms for at in beginnings(f)}
    for instant in sorted({max(start, now) for start in begins}):
        asked = sum(needed(entry, instant, now) for entry in live)
        inventory = sum(there(unit, pool, instant) for unit in pool.units.values())
        if asked > max(inventory, sum(needed(entry, instant, now) for entry in owed)):
            yield f"I1: {pool.name} owes {asked} units at {instant} and has {inventory}"


def uncounted(pool: Pool) -> Iterator[str]:
    """I5: every unit is in exactly one place and no number is out of its bounds."""
    ledger = pool.ledger
    if not ledger.grants.keys() <= pool.units.keys():
        yield f"I5: {pool.name} has granted units it does not have"
    if ledger.capacity is not None:
        c = ledger.capacity
        figures = (c.total, c.healthy, c.promised, c.free, c.spare, c.deficit, c.deficit_ahead)
        if min(figures) < 0 or max(figures) > 256 or c.free + c.spare > c.healthy or c.healthy > c.total:
            yield f"I5: capacity of {pool.name} is {c}"


def given_too_soon(before: Pool, after: Ledger, promises: Mapping[str, Promise], now: int) -> Iterator[str]:
    """I7 and I10: a unit goes to a promise inside its window, and only after it was reported clean."""
    for name, old in before.ledger.grants.items():
        freed = name not in after.grants
        if freed and before.units[name].clean_grant != old.number:
            yield f"I10: {name} left grant {old.number} without being reported clean"
    for name, new in after.grants.items():
        if name in before.ledger.grants or new.state is not GrantState.ACTIVE:
            continue
        promise = promises.get(new.promise or "")
        if promise is None or promise.state is not PromiseState.COMMITTED:
            yield f"I7: {name} was given to a promise that is not committed"
        elif not promise.start <= now < promise.end:
            yield f"I7: {name} was given outside the window of {promise.label}"
        else:
            parts = after.entries[promise.uid].form.parts
            if parts and not any(part.start <= now < part.end for part in parts):
                yield f"I7: {name} was given between two intervals of {promise.label}"


def opened_alone(
    before: Ledger, after: Pool, promises: Mapping[str, Promise], pools: Mapping[str, Pool]
) -> Iterator[str]:
    """I19: a pool opens its part of an atomic promise only once every other has opened, or been given, all of its."""
    for uid, entry in after.ledger.entries.items():
        promise, old = promises.get(uid), before.entries.get(uid)
        if promise is None or not promise.atomic or entry.waiting or not promise.in_force(entry.form):
            continue
        was_open = old is not None and not old.waiting and active(before, uid)
        for name in promise.pools.keys() - {after.name} if active(after.ledger, uid) and not was_open else ():
            ledger = pools[name].ledger
            other, held = ledger.entries.get(uid), active(ledger, uid)
            opened = other is not None and not other.waiting and held
            if other is None or not (opened or held >= other.form.due(after.ledger.as_of)):
                yield f"I19: {promise.label} opens in {after.name}, and {name} cannot: it has {held} units of it"


def closed(ledger: Ledger, grant: Grant) -> bool:
    """Whether a unit stays closed because other pools of its promise cannot open yet."""
    entry = ledger.entries.get(grant.promise or "")
    return entry is not None and entry.waiting and grant.state is GrantState.ACTIVE


def active(ledger: Ledger, uid: str) -> int:
    """How many units a promise has in its hands."""
    return sum(one.promise == uid and one.state is GrantState.ACTIVE for one in ledger.grants.values())


def shrunk(
    old: Promise | None,
    new: Promise,
    asks: Mapping[str, Reservation],
    pools: Mapping[str, Pool],
    now: int,
) -> Iterator[str]:
    """I3: what is committed shrinks only where its tenant lowered it, and ends early only where it cancelled."""
    if old is None or old.state is not PromiseState.COMMITTED:
        return
    ask = asks.get(old.uid)
    if new.state is not PromiseState.COMMITTED:
        if now < old.end and ask is not None and (new.cause != "Amended" or now < old.start):
            yield f"I3: {old.label} was released before its end"
        return
    if ask is None or new.attempt == old.attempt:
        return
    several = old.intervals or new.intervals
    if not several and new.slices < old.slices and ask.count >= old.slices:
        yield f"I3: {old.label} fell from {old.slices} to {new.slices} slices, the tenant asks for {ask.count}"
    end = ask.window.end if ask.window.end is not None else ask.window.latest
    if now >= old.start and new.end < old.end and ask.window.duration is None and (end or 0) >= old.end:
        yield f"I3: {old.label} ends earlier than its tenant asks"
    yield from fewer_in_an_interval(old, new, ask, now)
    runs = any(part.start <= now < part.end for part in old.paid)
    lost = [
        name for name in old.pools if new.pools.get(name, 0) < _running_in(pools.get(name), old, name, now)
    ]
    if runs and lost and new.slices >= old.slices and not moves_whole(old, new, lost):
        yield f"I3: {old.label} runs in {lost} and was moved"


def _running_in(pool: Pool | None, promise: Promise, name: str, now: int) -> int:
    """The units that a pool owes a promise at an instant of its window; of several intervals some lie elsewhere."""
    entry = pool.ledger.entries.get(promise.uid) if pool is not None else None
    stepped = entry is not None and entry.form.parts
    return entry.form.due(now) if entry is not None and stepped else promise.pools[name]


def badly_committed(
    old: Promise | None, new: Promise, pools: Mapping[str, Pool], asks: Mapping[str, Reservation]
) -> Iterator[str]:
    """I1: a new attempt in force has its entry in every pool; I7: its start is not before its creation."""
    if new.state is not PromiseState.COMMITTED or (old is not None and old.attempt == new.attempt):
        return
    for name, count in new.pools.items():
        held = pools[name].ledger.entries.get(new.uid)
        found = [f for f in (held.forms if held else ()) if f.attempt == new.attempt]
        if not found or found[0].count != count:
            yield f"I1: {name} carries no entry for attempt {new.attempt} of {new.label}"
    if new.uid in asks and new.start < asks[new.uid].created:
        yield f"I7: {new.label} starts before it was created"


def oversold(pool: Pool, old: Form | None, new: Form, now: int) -> Iterator[str]:
    """I1: where a new form asks for more than the old one gave, promised + spares is at most what is healthy."""
    entries = [e for e in pool.ledger.entries.values() if e.state is not EntryState.RELEASING]
    edges = {at for entry in entries for f in entry.forms for at in beginnings(f)} | {max(new.start, now)}
    if old is not None:
        edges |= {old.end, *(part.end + old.clearing for part in old.parts)}
    for instant in sorted(edge for edge in edges if max(new.start, now) <= edge < new.end):
        if level(new, instant, now) <= (level(old, instant, now) if old is not None else 0):
            continue
        asked = sum(needed(entry, instant, now) for entry in entries)
        sound = sum(sellable(unit, pool, now, instant) for unit in pool.units.values())
        if asked + pool.spares > sound:
            yield f"I1: {pool.name} sold {asked} of {sound} healthy units at {instant}, {pool.spares} are spares"


def sellable(unit: Unit, pool: Pool, now: int, instant: int) -> bool:
    """Whether a unit counts towards what may be newly promised for an instant."""
    if unit.retiring or unit.cordoned or not there(unit, pool, instant):
        return False
    if instant < kept_until(pool.ledger, unit.name):
        return True
    if unit.health is Health.MISSING:
        return unit.available > now
    return unit.health is not Health.UNHEALTHY or instant >= now + pool.repair


def kept_until(ledger: Ledger, unit: str) -> int:
    """Until when a unit is its holder's whatever is reported of it: its trouble may pass, or its holder is asked.

    One that has failed is nobody else's, so it counts only against the demand of its holder.
    """
    grant = ledger.grants.get(unit)
    if grant is None or grant.state is not GrantState.ACTIVE:
        return 0
    trouble, entry = grant.trouble, ledger.entries.get(grant.promise or "")
    if trouble is None or trouble.failed is None:
        return FAR
    return last_need(entry, ledger.as_of) if entry is not None and trouble.swap is None else 0


def unfinished(pool: Pool, frozen: Container[str]) -> Iterator[str]:
    """I12: at rest no attempt is under way but those that only a person may touch."""
    for uid, entry in pool.ledger.entries.items():
        if uid in frozen:
            continue
        if entry.state is EntryState.PREPARED or entry.next is not None:
            yield f"I12: {entry.reservation} in {pool.name} still has an attempt under way"
