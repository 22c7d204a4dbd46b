"""What the API server refuses to write into a ledger, whoever asks: the second lock behind compare-and-swap.

The rules are CEL. `self` is the document as written, `oldSelf` as stored. They hold only what no planner may
ever do; what depends on the promise object or on health stays with the planner.

An entry moves   (nothing) -> Prepared -> Committed -> Releasing -> (nothing)
                              |  ^ freely replaced or dropped: it is not in force
A committed entry takes another form only from its `next`, whole, in a newer round.
A unit moves     (free) -> Active -> Releasing -> (free)       and from any of these into
                 Quarantined, which loses its promise only after Releasing, and ends free.
"""

from typing import Final

from holdfast.api.definition import Rule

SPAN_RULES: Final = (Rule("self.until > self.from", "a window must end after it starts"),)

ENTRY_RULES: Final = (
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

ENTRIES_LIVE_FORWARD = Rule(
    """oldSelf.promises.all(p, oldSelf.promises[p].state == 'Prepared'
    || (p in self.promises
        && self.promises[p].round >= oldSelf.promises[p].round
        && self.promises[p].state != 'Prepared'
        && (oldSelf.promises[p].state != 'Releasing' || self.promises[p].state == 'Releasing'))
    || (oldSelf.promises[p].state == 'Releasing' && !(p in self.promises)))""",
    "a committed promise is released before it is dropped, and never goes back",
)

COMMITTED_KEEPS_ITS_WORD = Rule(
    """oldSelf.promises.all(p, oldSelf.promises[p].state != 'Committed' || !(p in self.promises)
    || self.promises[p].round > oldSelf.promises[p].round
    || (self.promises[p].state == 'Committed'
        && self.promises[p].count >= oldSelf.promises[p].count
        && self.promises[p].from <= oldSelf.promises[p].from
        && self.promises[p].until >= oldSelf.promises[p].until)
    || self.promises[p].until <= self.asOf)""",
    "a committed promise shrinks or ends early only in a newer round",
)

COMMITTED_AS_PREPARED = Rule(
    """oldSelf.promises.all(p, oldSelf.promises[p].state != 'Prepared' || !(p in self.promises)
    || self.promises[p].state != 'Committed'
    || (self.promises[p].round > oldSelf.promises[p].round
        && self.promises[p].attempt == oldSelf.promises[p].attempt
        && self.promises[p].count == oldSelf.promises[p].count
        && self.promises[p].from == oldSelf.promises[p].from
        && self.promises[p].until == oldSelf.promises[p].until))""",
    "an entry is committed exactly as it was prepared, in the newer round of its promise",
)

PROMOTED_AS_NEXT = Rule(
    """oldSelf.promises.all(p, oldSelf.promises[p].state != 'Committed' || !(p in self.promises)
    || self.promises[p].state != 'Committed'
    || self.promises[p].attempt == oldSelf.promises[p].attempt
    || (has(oldSelf.promises[p].next)
        && self.promises[p].round > oldSelf.promises[p].next.round
        && self.promises[p].attempt == oldSelf.promises[p].next.attempt
        && self.promises[p].count == oldSelf.promises[p].next.count
        && self.promises[p].from == oldSelf.promises[p].next.from
        && self.promises[p].until == oldSelf.promises[p].next.until))""",
    "a committed entry takes another attempt only as its next form says, in the newer round of its promise",
)

ENTRIES_KEEP_THEIR_OWNER = Rule(
    """oldSelf.promises.all(p, !(p in self.promises)
    || (self.promises[p].reservation == oldSelf.promises[p].reservation
        && self.promises[p].tenant == oldSelf.promises[p].tenant))""",
    "an entry keeps its reservation and its tenant",
)

UNITS_BEFORE_PROMISE = Rule(
    """oldSelf.promises.all(p, p in self.promises
    || self.units.all(u, !has(self.units[u].promise) || self.units[u].promise != p))""",
    "a promise is dropped only after its units",
)

UNITS_RELEASED_FIRST = Rule(
    """oldSelf.units.all(u, !(u in self.units) ? oldSelf.units[u].state != 'Active'
    : (self.units[u].grant == oldSelf.units[u].grant
        && (oldSelf.units[u].state != 'Releasing' || self.units[u].state != 'Active')
        && (oldSelf.units[u].state != 'Quarantined' || self.units[u].state == 'Quarantined')
        && (has(self.units[u].promise) == has(oldSelf.units[u].promise)
            ? (!has(self.units[u].promise) || self.units[u].promise == oldSelf.units[u].promise)
            : (oldSelf.units[u].state == 'Releasing' && self.units[u].state == 'Quarantined'))))""",
    "a unit changes hands only by being released first",
)

GRANTS_ARE_NUMBERED = Rule(
    """self.units.all(u, self.units[u].grant <= self.granted
    && (u in oldSelf.units || self.units[u].grant > oldSelf.granted))""",
    "every grant of a unit has a number of its own",
)

BOUND_INSIDE_ITS_WINDOW = Rule(
    """self.units.all(u, u in oldSelf.units || self.units[u].state != 'Active'
    || (has(self.units[u].promise) && self.units[u].promise in self.promises
        && self.promises[self.units[u].promise].state == 'Committed'
        && self.promises[self.units[u].promise].from <= self.asOf))""",
    "a unit is granted only to a committed promise whose window has opened",
)

GRANTS_KEEP_THEIR_HISTORY = Rule(
    """oldSelf.units.all(u, !(u in self.units) || !has(self.units[u].replaces)
    || (has(oldSelf.units[u].replaces) && self.units[u].replaces == oldSelf.units[u].replaces))""",
    "a grant names from birth which unit it replaces",
)

REPLACES_ITS_OWN = Rule(
    """self.units.all(u, !has(self.units[u].replaces) || u in oldSelf.units
    || (self.units[u].replaces != u && self.units[u].replaces in self.units
        && has(self.units[u].promise) && has(self.units[self.units[u].replaces].promise)
        && self.units[self.units[u].replaces].promise == self.units[u].promise))""",
    "a unit replaces another unit of the same promise",
)

PEAK_COVERS_EACH = Rule(
    """self.promises.all(p, self.promises[p].until <= self.asOf || self.promises[p].state == 'Releasing'
    || (self.promises[p].count <= self.peak
        && (!has(self.promises[p].next) || self.promises[p].next.count <= self.peak)))""",
    "peak is at least the count of every entry that is not releasing, and of its next form",
)

PEAK_COVERS_NOW = Rule(
    """self.promises.map(p, self.promises[p].state == 'Committed' && self.promises[p].from <= self.asOf
    && self.promises[p].until > self.asOf ? self.promises[p].count : 0).sum() <= self.peak""",
    "peak is at least what is promised for this moment",
)

LEDGER_RULES: Final = (
    NEVER_BACK,  # who writes late, writes nothing
    ENTRIES_LIVE_FORWARD,
    COMMITTED_KEEPS_ITS_WORD,
    COMMITTED_AS_PREPARED,
    PROMOTED_AS_NEXT,
    ENTRIES_KEEP_THEIR_OWNER,
    UNITS_BEFORE_PROMISE,
    UNITS_RELEASED_FIRST,
    GRANTS_ARE_NUMBERED,
    BOUND_INSIDE_ITS_WINDOW,
    GRANTS_KEEP_THEIR_HISTORY,
    REPLACES_ITS_OWN,
    PEAK_COVERS_EACH,
    PEAK_COVERS_NOW,
)

POOL_RULES: Final = (
    Rule("has(self.status) || !has(oldSelf.status)", "the ledger cannot be wiped"),
    Rule(
        "!has(self.status) || self.status.units.all(u, u in self.spec.units)",
        "a unit that backs a promise cannot be removed from the pool",
    ),
    Rule(
        "!has(self.status) || size(self.spec.units) >= self.status.peak",
        "the pool cannot become smaller than what is promised from it",
    ),
    Rule(
        "size(self.metadata.name) <= 63 && self.metadata.name.startsWith(self.spec.datacenter + '.')",
        "a pool is named <datacenter>.<block> in at most 63 characters: its name is a label of every node",
    ),
)
