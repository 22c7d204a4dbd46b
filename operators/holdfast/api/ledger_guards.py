"""What the API server refuses to write into a ledger, whoever asks: the second lock behind compare-and-swap.

The rules are CEL. `self` is the document as written, `oldSelf` as stored. They hold only what no planner may
ever do; what depends on the promise object or on health stays with the planner. Each is one pass over a map with
its values named (`all(key, value, …)`, `[?key].optMap(value, …)`): every lookup by key costs. A ledger of a thousand
promises is checked on each write, so what changes of an entry is asked in one pass (`entry_guards`), and no other rule
over all entries looks at more than a field or two of each.

Which state may follow which stands in `legal_steps`. A prepared entry is freely replaced or dropped: it is not in
force. A committed entry takes another form only from its `next`, whole, in a newer round. A unit loses its promise only
on its way from Releasing into Quarantined.
"""

from __future__ import annotations

from holdfast.api.bounds import REPLACEMENT_WINDOW_SECONDS
from holdfast.api.definition import Rule
from holdfast.api.entry_guards import COVERED, ENTRIES_CHANGE
from holdfast.api.legal_steps import (
    ENTRY_STEPS,
    GRANT_STEPS,
    born_in_cel,
    follows_in_cel,
    may_leave_in_cel,
)

SPAN_RULES = (Rule("self.until > self.from", "a window must end after it starts"),)

ENTRY_RULES = (
    Rule(
        "!has(self.next) || (self.state == 'Committed' && self.next.round >= self.round)",
        "only a committed entry has a next form, prepared in its round or a newer one",
    ),
    Rule(
        "!has(self.notice) || !self.notice || self.state != 'Prepared'",
        "notice is given of the end of a promise, not of a preparation",
    ),
)

NEVER_BACK = Rule(
    """self.epoch >= oldSelf.epoch && self.asOf >= oldSelf.asOf && self.granted >= oldSelf.granted
    && (self.sealed || !oldSelf.sealed)""",
    "a newer planner has written this ledger",
)

ENTRIES_LEAVE = Rule(
    f"""[self.promises].all(now, oldSelf.promises.all(p, old, p in now
    || {may_leave_in_cel(ENTRY_STEPS, "old.state")}))""",
    "a committed promise is released before it is dropped, and never goes back",
)

_PART = "part, [part.from, part.until, part.count]"
"""A part as numbers: the parts of an entry and those of its next form are of two types, which CEL does not compare."""

PARTS_STAY = Rule(
    f"""oldSelf.promises.all(p, old, (!has(old.parts) && !has(old.next)) || self.promises[?p].optMap(new,
        (new.attempt != old.attempt || !has(old.parts) || (has(new.parts) && new.parts == old.parts))
        && (!has(old.next) || new.attempt != old.next.attempt || (has(new.parts) == has(old.next.parts)
            && (!has(new.parts) || new.parts.map({_PART}) == old.next.parts.map({_PART}))))).orValue(true))
    && self.promises.all(p, new, !has(new.parts)
        || oldSelf.promises[?p].optMap(old, old.attempt != new.attempt || has(old.parts)).orValue(true))""",
    "an attempt keeps its intervals, from its preparation on",
)

UNITS_BEFORE_PROMISE = Rule(
    """self.units.all(u, unit, !has(unit.promise) || unit.promise in self.promises
    || !(unit.promise in oldSelf.promises))""",
    "a promise is dropped only after its units",
)

UNITS_BEGIN = Rule(
    f"self.units.all(u, unit, u in oldSelf.units || {born_in_cel(GRANT_STEPS, 'unit.state')})",
    "a unit leaves freedom only by being granted",
)

UNITS_RELEASED_FIRST = Rule(
    f"""oldSelf.units.all(u, old, self.units[?u].optMap(new, new.grant == old.grant
        && {follows_in_cel(GRANT_STEPS, "old.state", "new.state")}
        && (has(new.promise) == has(old.promise)
            ? (!has(new.promise) || new.promise == old.promise)
            : (old.state == 'Releasing' && new.state == 'Quarantined')))
    .orValue({may_leave_in_cel(GRANT_STEPS, "old.state")}))""",
    "a unit changes hands only by being released first",
)

GRANTS_ARE_NUMBERED = Rule(
    """self.units.all(u, unit, unit.grant <= self.granted
    && (unit.grant > oldSelf.granted || u in oldSelf.units))""",
    "every grant of a unit has a number of its own",
)

BOUND_INSIDE_ITS_WINDOW = Rule(
    """self.units.all(u, unit, u in oldSelf.units || unit.state != 'Active'
    || (has(unit.promise) && self.promises[?unit.promise].optMap(entry, entry.state == 'Committed'
        && entry.from <= self.asOf && (!has(entry.next) || entry.next.from <= self.asOf)).orValue(false)))""",
    "a unit is granted only to a committed promise whose window has opened, in its next form too",
)

BEGUN_IS_NOT_POSTPONED = Rule(
    """self.units.all(u, unit, unit.state != 'Active' || !has(unit.promise)
    || self.promises[?unit.promise].optMap(entry, !has(entry.next) || entry.next.from <= entry.from
        || entry.next.from <= self.asOf).orValue(true))""",
    "the window of a promise that has units is not postponed",
)

GRANTS_KEEP_THEIR_HISTORY = Rule(
    """self.units.all(u, unit, !has(unit.replaces) || !(u in oldSelf.units)
    || (has(oldSelf.units[u].replaces) && unit.replaces == oldSelf.units[u].replaces))""",
    "a grant names from birth which unit it replaces",
)

REPLACES_ITS_OWN = Rule(
    """self.units.all(u, unit, !has(unit.replaces) || u in oldSelf.units
    || (unit.replaces != u && has(unit.promise) && self.units[?unit.replaces].optMap(other,
        has(other.promise) && other.promise == unit.promise).orValue(false)))""",
    "a unit replaces another unit of the same promise",
)

REPLACEMENTS_ARE_COUNTED = Rule(
    """self.units.all(u, unit, !has(unit.replaces) || u in oldSelf.units
    || (has(self.replaced) && self.asOf in self.replaced))""",
    "a replacement is counted at the instant it is given",
)

REPLACEMENTS_STAY_COUNTED = Rule(
    f"""!has(oldSelf.replaced) || oldSelf.replaced.all(at, at + {REPLACEMENT_WINDOW_SECONDS} <= self.asOf
    || (has(self.replaced) && at in self.replaced))""",
    "a replacement counts for ten minutes, whatever becomes of its units",
)

TROUBLE_IS_REMEMBERED = Rule(
    """oldSelf.units.all(u, old, !has(old.trouble) || self.units[?u].optMap(new, has(new.trouble)
        && (new.trouble.since == old.trouble.since
            || (has(old.trouble.ended) && new.trouble.since >= old.trouble.ended))).orValue(true))""",
    "a unit's trouble is neither forgotten nor begun anew while it lasts",
)

PEAK_COVERS_EACH = Rule(
    f"""oldSelf.optMap(old, self.peak >= old.peak).orValue(false)
    || self.promises.all(p, new, {COVERED.rule})""",
    COVERED.message,
    at_birth=True,
)

PEAK_COVERS_NOW = Rule(
    """[self.asOf].all(now, self.promises.transformList(p, entry, entry.from <= now && entry.until > now
    && entry.state == 'Committed', has(entry.parts) ? entry.parts.map(part, part.from <= now && part.until > now
        ? part.count : 0).sum() : entry.count).sum() <= self.peak)""",
    "peak is at least what is promised for this moment",
)

IDLE_OUT_IS_REMEMBERED = Rule(
    """!has(oldSelf.idleOut) || !has(self.idleOut) || oldSelf.idleOut.all(u, since,
        self.idleOut[?u].optMap(now, now == since).orValue(true))""",
    "a unit that nobody has does not work since it was first seen so, or works",
)

OUTAGES_KEEP_THEIR_FORM = Rule(
    """!has(oldSelf.outages) || !has(self.outages) || oldSelf.outages.all(o, old,
        self.outages[?o].optMap(new, new == old).orValue(true))""",
    "an accepted maintenance window keeps its units, its time and whom it is against",
)

_APART = "has(out.units) || entry.until <= out.from || entry.from >= out.until"
"""What no two of an outage and an entry can be wrong about: over a whole pool that is out nothing can be served."""

OUTAGE_NAMES_WHOM_IT_TOUCHES = Rule(
    f"""!has(self.outages) || self.outages.all(o, out, (has(oldSelf.outages) && o in oldSelf.outages)
    || self.promises.all(p, entry, entry.state == 'Releasing' || {_APART}
        || (has(out.against) && p in out.against)))""",
    "maintenance of a whole pool is not accepted over a promise that it does not name",
)

ENTRIES_KEEP_CLEAR_OF_OUTAGES = Rule(
    f"""!has(self.outages) || self.promises.all(p, entry, p in oldSelf.promises
    || self.outages.all(o, out, {_APART}))""",
    "nothing new is promised from a pool for a time at which all of it is under maintenance",
)

LEDGER_RULES = (
    NEVER_BACK,  # who writes late, writes nothing
    ENTRIES_CHANGE,
    ENTRIES_LEAVE,
    PARTS_STAY,
    UNITS_BEFORE_PROMISE,
    UNITS_BEGIN,
    UNITS_RELEASED_FIRST,
    GRANTS_ARE_NUMBERED,
    BOUND_INSIDE_ITS_WINDOW,
    BEGUN_IS_NOT_POSTPONED,
    GRANTS_KEEP_THEIR_HISTORY,
    REPLACES_ITS_OWN,
    REPLACEMENTS_ARE_COUNTED,
    REPLACEMENTS_STAY_COUNTED,
    TROUBLE_IS_REMEMBERED,
    IDLE_OUT_IS_REMEMBERED,
    PEAK_COVERS_EACH,
    PEAK_COVERS_NOW,
    OUTAGES_KEEP_THEIR_FORM,
    OUTAGE_NAMES_WHOM_IT_TOUCHES,
    ENTRIES_KEEP_CLEAR_OF_OUTAGES,
)


POOL_RULES = (
    Rule("has(self.status) || !has(oldSelf.status)", "the ledger cannot be wiped"),
    Rule(
        "!has(self.status) || self.status.units.all(u, u in self.spec.units)",
        "a unit that backs a promise cannot be removed from the pool; holdfast status says whose it is",
    ),
    Rule(
        "!has(self.status) || size(self.spec.units) >= self.status.peak",
        "the pool cannot become smaller than what is promised from it at its peak; holdfast status says by whom",
    ),
    Rule(
        "size(self.metadata.name) <= 63 && self.metadata.name.startsWith(self.spec.datacenter + '.')",
        "a pool is named <datacenter>.<block> in at most 63 characters: its name is a label of every node",
    ),
)
