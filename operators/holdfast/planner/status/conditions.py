"""How a condition is said: with its reason, and with the time at which its answer last changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from holdfast.api.bounds import MAX_SENTENCE
from holdfast.api.conditions import Condition
from holdfast.planner.status.readiness import Readiness

Question = Literal["Accepted", "Promised", "Bound", "Ready", "Reconciling", "Stalled", "RepairsFrozen"]
Answer = tuple[Question, Readiness]


def conditions(
    now: int, generation: int, before: Iterable[Condition], answers: Iterable[Answer]
) -> tuple[Condition, ...]:
    """The conditions that give these answers; one that stood there with the same answer keeps its time."""
    old = {condition.type: condition for condition in before}
    return tuple(
        _condition(now, generation, old.get(question), (question, said)) for question, said in answers
    )


def _condition(now: int, generation: int, old: Condition | None, answer: Answer) -> Condition:
    question, said = answer
    same = old is not None and (old.status, old.reason) == (said.status, said.reason.value)
    return Condition(
        type=question,
        status=said.status,
        reason=said.reason.value,
        message=cut(said.message),
        observed_generation=generation,
        last_transition_time=old.last_transition_time if old is not None and same else now,
    )


def cut(message: str) -> str:
    """A message that fits: one that does not could not be told at all."""
    return message if len(message) <= MAX_SENTENCE else f"{message[: MAX_SENTENCE - 1]}…"
