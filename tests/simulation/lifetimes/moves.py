"""The moves a life is made of: data, so that a life can be told, shortened and played again.

A move that does not apply where it comes up does nothing. `who` and `n` are read modulo whatever there is to choose
from, so that taking a move out of a life changes as little as possible of what follows.
"""

from __future__ import annotations

from typing import NamedTuple


class Move(NamedTuple):
    """One move: what, by or to whom, and which one of its ways."""

    verb: str
    who: int
    n: int


ALWAYS = {
    "round": 22.0,  # caches followed to the end, then one whole turn
    "run": 26.0,  # a few calls of a turn
    "feed": 12.0,  # some kinds of a cache followed, some not
    "time": 12.0,  # seconds go by
    "ask": 6.0,  # a tenant asks
    "calm": 2.0,  # everybody takes a round
}
EVENTS = {
    "amend": 5.0,
    "cancel": 2.5,
    "again": 2.0,  # cancelled and asked for anew under the same name
    "keep": 0.5,  # a finalizer keeps a reservation that is deleted
    "fail": 2.0,  # a host is not ready
    "mend": 2.0,
    "replace": 0.7,  # a host is made anew: born closed, with another uid
    "cordon": 0.7,
    "pods": 3.0,  # tenants run pods on whatever is open to them
    "unit": 0.7,  # a unit is declared and delivered
    "retire": 0.7,
    "dates": 0.7,  # a delivery slips, a departure is set
    "spares": 0.7,
    "entitle": 0.7,
    "label": 0.3,  # a tenant's label is off its namespace for a while
}
QUESTION = "question"
"""A tenant asks a query. When is drawn by a stream of its own, so that every other move of a seed stays what it was."""
TERMS = "terms"
"""A tenant says what is to be done with its failed units; drawn by a stream of its own, too."""
SERIES, RESHAPE = "series", "reshape"
"""A tenant asks for several intervals, or wants them instead; drawn by a stream of their own, too."""
TOGETHER = "together"
"""A tenant asks for slices of which none opens before all can; drawn by a stream of its own, too."""
STRAND = "strand"
"""A unit in somebody's hands fails for good, and its tenant lets it be swapped; drawn by a stream of its own, too."""
MAINTENANCE = "maintain"
"""An engineer declares or withdraws maintenance; drawn by a stream of its own, too."""
FAULTS = {
    "lost": 4.0,  # the reply to the next call is lost
    "late": 4.0,  # the next call is carried out later
    "unsent": 2.0,
    "busy": 2.0,  # 429 or 500
    "crash": 3.0,
    "after": 3.0,  # a crash after the next call
    "freeze": 5.0,  # paused before its next call
    "sleep": 1.5,  # paused, and its monotonic clock with it
    "blind": 4.0,  # some of its caches stand still
    "drop": 2.0,  # changes are lost from a watch
    "compact": 1.5,  # 410 for every older position
    "cut": 2.0,  # a process cannot reach a server
}
