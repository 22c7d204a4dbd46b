"""One planner's reign in the planner's world, and the answer of a server that would not have what it writes."""

from __future__ import annotations

from dataclasses import dataclass, field

from holdfast.planner.state.recall import Recall

MOST_TURNS = 40
"""Within so many turns a planner comes to rest."""


@dataclass
class Term:
    """One planner's reign: its epoch, and the pools whose ledger it has written in it."""

    epoch: int = 1
    fenced: set[str] = field(default_factory=set)
    recall: Recall = field(default_factory=Recall)


class RefusedError(AssertionError):
    """The API server, or an invariant, would not have it."""
