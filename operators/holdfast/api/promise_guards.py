"""What the API server refuses to write into a promise object, whoever asks.

Which state may follow which stands in `legal_steps`. Every step but the last is a new round; an attempt never changes
its form.
"""

from __future__ import annotations

from holdfast.api.definition import Rule
from holdfast.api.legal_steps import PROMISE_STEPS, follows_in_cel

PROMISE_RULES = (
    Rule("self.round >= oldSelf.round", "rounds only grow"),
    Rule(
        """self.round > oldSelf.round || self.state == 'Released'
        || (self.state == oldSelf.state && self.attempt == oldSelf.attempt)""",
        "a new attempt or state needs a new round",
    ),
    Rule("oldSelf.state != 'Released' || self == oldSelf", "a released promise is a record"),
    Rule(
        follows_in_cel(PROMISE_STEPS, "oldSelf.state", "self.state"),
        "a promise is committed, then releasing, then released, and never goes back",
    ),
    Rule(
        "self.state != 'Committed' || self.attempt != ''",
        "a committed promise names its attempt",
    ),
    Rule("self.state != 'None' || self.attempt == ''", "where nothing is in force no attempt is named"),
    Rule(
        """self.state != 'Committed' || (has(self.window) && self.slices >= 1
        && (self.pools.map(p, self.pools[p]).sum() == self.slices * self.unitsPerSlice
            || (has(self.moving) && self.moving.from in self.pools && self.moving.to in self.pools
                && self.pools.map(p, self.pools[p]).sum() == (self.slices + 1) * self.unitsPerSlice))
        && self.pools.all(p, self.pools[p] % self.unitsPerSlice == 0))""",
        "a committed promise has a window, and whole slices in its pools, one of them twice while it moves",
    ),
    Rule(
        """self.attempt != oldSelf.attempt || (self.slices == oldSelf.slices
        && self.unitsPerSlice == oldSelf.unitsPerSlice && self.pools == oldSelf.pools
        && has(self.window) == has(oldSelf.window)
        && (!has(self.window) || self.window == oldSelf.window)
        && has(self.intervals) == has(oldSelf.intervals)
        && (!has(self.intervals) || self.intervals == oldSelf.intervals))""",
        "an attempt never changes its form: prepare another one",
    ),
    Rule(
        """!has(self.moving) || self.attempt != oldSelf.attempt
        || (has(oldSelf.moving) && self.moving == oldSelf.moving)""",
        "a slice begins to move only with an attempt of its own",
    ),
    Rule(
        """self.tenant == oldSelf.tenant && self.__namespace__ == oldSelf.__namespace__
        && self.reservation == oldSelf.reservation""",
        "a promise keeps its tenant and reservation",
    ),
    Rule(
        """oldSelf.state == 'None' || (self.acceleratorType == oldSelf.acceleratorType
        && has(self.topology) == has(oldSelf.topology)
        && (!has(self.topology) || self.topology == oldSelf.topology))""",
        "a promise in force keeps its accelerator type and topology",
    ),
    Rule("self.generation >= oldSelf.generation", "a promise never answers an older form of its reservation"),
    Rule(
        "(self.state in ['Releasing', 'Released']) == (self.cause != '')",
        "a promise that is being released says why, and no other does",
    ),
    Rule("has(self.endedAt) == (self.state == 'Released')", "endedAt is said when a promise is released"),
)
