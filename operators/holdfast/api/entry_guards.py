"""What the API server refuses of a change to one entry: many rules, asked of those entries alone that have changed.

A ledger is written whole, and most of its entries are as before. Each rule in a pass of its own over all of them made
a write of a thousand entries cost three times what the server needs for the rest of it. So they are asked together: one
pass, in which an entry that says the same is passed over, and the sentence is looked for only once there is a refusal.

`old` and `new` are the entry before and after. Which state may follow which stands in `legal_steps`.
"""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.api.definition import Rule
from holdfast.api.legal_steps import ENTRY_STEPS, born_in_cel, follows_in_cel

BORN = Rule(born_in_cel(ENTRY_STEPS, "new.state"), "an entry begins as a preparation")

COVERED = Rule(
    """(new.state == 'Releasing' || ((new.until <= self.asOf || new.count <= self.peak)
    && (!has(new.next) || new.next.until <= self.asOf || new.next.count <= self.peak)))""",
    "peak is at least the count of every entry that is neither over nor releasing, and of its next form",
)

CHANGES = (
    Rule(
        f"""({follows_in_cel(ENTRY_STEPS, "old.state", "new.state")}
        && (old.state == 'Prepared' || new.round >= old.round))""",
        "a committed promise is released before it is dropped, and never goes back",
    ),
    Rule(
        """(old.state != 'Committed' || new.round > old.round || new.until <= self.asOf
        || (new.state == 'Committed' && new.count >= old.count && new.from <= old.from && new.until >= old.until))""",
        "a committed promise shrinks or ends early only in a newer round",
    ),
    Rule(
        """(old.state != 'Prepared' || new.state != 'Committed' || (new.round > old.round
        && new.attempt == old.attempt && new.count == old.count && new.from == old.from && new.until == old.until))""",
        "an entry is committed exactly as it was prepared, in the newer round of its promise",
    ),
    Rule(
        """(old.state != 'Committed' || new.state != 'Committed' || new.attempt == old.attempt
        || (has(old.next) && new.round > old.next.round && new.attempt == old.next.attempt
            && new.count == old.next.count && new.from == old.next.from && new.until == old.next.until))""",
        "a committed entry takes another attempt only as its next form says, in the newer round of its promise",
    ),
    Rule(
        "(new.reservation == old.reservation && new.tenant == old.tenant)",
        "an entry keeps its reservation and its tenant",
    ),
)


def _together(born: Sequence[Rule], changed: Sequence[Rule]) -> str:
    """The entries that are new keep the first rules, those that are not as they were the second ones.

    A list of one gives what it holds a name: a definition has no other way to, and to look up a field costs as much as
    its object has fields.
    """
    return f"""[oldSelf.promises].all(before, self.promises.all(p, new, p in before
        ? before[p] == new || [before[p]].all(old, {_all(changed)})
        : {_all(born)}))"""


def _all(rules: Sequence[Rule]) -> str:
    return " && ".join(f"({one.rule})" for one in rules) or "true"


def _which(born: Sequence[Rule], changed: Sequence[Rule]) -> str:
    """The sentence of the first rule that some entry breaks."""
    asked = [(_together((one,), ()), one) for one in born] + [(_together((), (one,)), one) for one in changed]
    *most, (_, last) = asked
    found = f"'{last.message}'"
    for rule, one in reversed(most):
        found = f"!({rule}) ? '{one.message}' : {found}"
    return found


_NEW, _CHANGED = (BORN, COVERED), (*CHANGES, COVERED)

ENTRIES_CHANGE = Rule(
    _together(_NEW, _CHANGED),
    "an entry begins as a preparation and changes only as its promise does",
    which=_which(_NEW, _CHANGED),
)
