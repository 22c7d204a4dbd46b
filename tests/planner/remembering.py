"""A planner that remembers decides and says what one does that has forgotten everything."""

from __future__ import annotations

from dataclasses import replace

from holdfast.planner.plan import plan
from holdfast.planner.state.plans import Plan
from holdfast.planner.state.snapshot import Reservation, Snapshot
from holdfast.planner.state.steps import Hold, MaintenanceAnswer


def decided_otherwise(seen: Snapshot, made: Plan) -> list[str]:
    """The kinds of steps in which a plan differs from the one that looks at everything; not with a budget."""
    if seen.policy.decisions is not None:
        return []
    anew = plan(seen)
    kinds = ("ledgers", "promises", "deletes", "frozen")
    otherwise = [
        f"remembered {kind} {getattr(made, kind)}, anew {getattr(anew, kind)}"
        for kind in kinds
        if getattr(made, kind) != getattr(anew, kind)
    ]
    told, told_anew = _of_maintenance(made), _of_maintenance(anew)
    return otherwise + ([f"remembered {told}, anew {told_anew}"] if told != told_anew else [])


def _of_maintenance(made: Plan) -> dict[str, MaintenanceAnswer]:
    """The answers without the later starts, which move with the clock where a repair is late."""
    return {uid: replace(answer, next_starts=()) for uid, answer in made.maintenance.items()}


def remembered_wrongly(seen: Snapshot, made: Plan) -> list[str]:
    """The holds of a plan, made at rest, that would be others if everybody were decided anew."""
    anew = plan(replace(seen, policy=replace(seen.policy, decisions=None)))
    pairs = [(hold, anew.holds.get(uid), seen.reservations.get(uid)) for uid, hold in made.holds.items()]
    return [
        f"remembered {old}, anew {new}" for old, new, ask in pairs if _answer(old, ask) != _answer(new, ask)
    ]


def _answer(hold: Hold | None, ask: Reservation | None) -> tuple[object, ...]:
    """A hold without what moves with the clock, which may be up to a slot old.

    That is the later starts it tells of, and all of why, where the window asked for begins whenever it can.
    """
    if hold is None:
        return ()
    slides = ask is not None and ask.window.duration is not None
    return ("held",) if slides else (hold.reason, hold.message, hold.stalled)
