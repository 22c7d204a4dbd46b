"""What a changed promise says of several intervals: until now what was held, from now on what is promised.

held      |──2──────────────|                     held until now, as it was
asked     |──3──────────────|  |──3──|            promised from now on, whatever the list says of before
now               ↑
told      |──2────|──3──────|  |──3──|            an interval that goes on with as many slices stays one
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from holdfast.api.intervals import MAX_INTERVALS
from holdfast.planner.state.ledger import Part


def continued(held: Sequence[Part], asked: Sequence[Part], now: int) -> tuple[Part, ...]:
    """The intervals of a promise that is changed at an instant, in slices; both lists are in order and apart.

    As many as a promise can name: of a longer list the oldest are left out, which nobody is owed any more.
    """
    past = [replace(part, end=min(part.end, now)) for part in held if part.start < now]
    ahead = [replace(part, start=max(part.start, now)) for part in asked if part.end > now]
    running = next((part for part in held if part.start < now < part.end), None)
    if running is not None and ahead and (ahead[0].start, ahead[0].count) == (now, running.count):
        ahead[0] = replace(ahead[0], start=past.pop().start)
    return (*past, *ahead)[-MAX_INTERVALS:]
