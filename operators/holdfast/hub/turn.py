"""What one turn saw, decided and did."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.hub.apply import Outcome
from holdfast.planner.state.snapshot import Snapshot
from holdfast.planner.state.steps import Plan


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the loop, for those who watch it."""

    snapshot: Snapshot
    plan: Plan
    outcome: Outcome
